package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.Precision;
import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a launcher refuses before anything is launched. */
class LauncherTest {
    private static final long SOME = 256;

    private final ModelDevice device = ModelDevice.idle();
    private final Stream stream = device.stream();

    @AfterEach
    void close() {
        stream.close();
    }

    @Test
    void productsCheckTheirStridesAndPointers() {
        Gemm gemm = new FfmaGemm(device, new PartialSums(device, 0, 0));
        assertEquals("C: expected a device address, got 0",
                message(() -> gemm.nn(stream, 0, 2, SOME, 3, SOME, 2, 4, 2, 3, false)));
        assertEquals("A: expected a device address, got 0",
                message(() -> gemm.nn(stream, SOME, 2, 0, 3, SOME, 2, 4, 2, 3, false)));
        assertEquals("ldc: expected at least 2, got 1",
                message(() -> gemm.nt(stream, SOME, 1, SOME, 3, SOME, 3, 0, 4, 2, 3, false)));
        assertEquals("lda: expected at least 3, got 2",
                message(() -> gemm.nt(stream, SOME, 2, SOME, 2, SOME, 3, 0, 4, 2, 3, false)));
        assertEquals("lda: expected at least 4, got 3",
                message(() -> gemm.tn(stream, SOME, 2, SOME, 3, SOME, 2, 4, 2, 3, false)));
        assertEquals("ldb: expected at least 3, got 2",
                message(() -> gemm.nt(stream, SOME, 2, SOME, 3, SOME, 2, 0, 4, 2, 3, false)));
        assertEquals("ldb: expected at least 2, got 1",
                message(() -> gemm.nn(stream, SOME, 2, SOME, 3, SOME, 1, 4, 2, 3, false)));
        assertEquals("M: expected at least 1, got 0",
                message(() -> gemm.nn(stream, SOME, 2, SOME, 3, SOME, 2, 0, 2, 3, false)));
        assertEquals("N: expected at least 1, got 0",
                message(() -> gemm.nn(stream, SOME, 2, SOME, 3, SOME, 2, 4, 0, 3, false)));
        assertEquals("tiles: expected 1 to 2147483647, got 1125899906842624",
                message(() -> gemm.nn(stream, SOME, Integer.MAX_VALUE, SOME, 3, SOME, Integer.MAX_VALUE, Integer.MAX_VALUE,
                        Integer.MAX_VALUE, 3, false)));
    }

    @Test
    void dividedProductsCheckTheirRoom() {
        long words = SplitK.words(GemmTile.ofLongSums(4, 2).tiles(4, 2), 4, 2, 600);
        assertEquals("partial sums: expected room for " + words + " floats, got " + (words - 1),
                assertThrows(IllegalStateException.class, () -> new FfmaGemm(device,
                        new PartialSums(device, SOME, words - 1)).tn(stream, SOME, 2, SOME, 4, SOME, 2, 4, 2, 600, false)).getMessage());
        assertEquals("depth: expected at least 1, got 0", message(() -> new GemmKernels(device, GemmTile.THIN)
                .tn(stream, SOME, 2, SOME, 4, SOME, 2, 4, 2, 600, false, 0)));
    }

    /** Rows of 16-bit elements start at 16 bytes, since they are read so; fp32 may lie anywhere. */
    @Test
    void productsOnTensorCoresCheckTheirAlignment() {
        MmaKernels wide = new MmaKernels(device, Precision.BF16, MmaTile.WIDE);
        MmaKernels thin = new MmaKernels(device, Precision.FP16, MmaTile.THIN);
        assertEquals("A: expected a multiple of 16, got 260",
                message(() -> wide.nt(stream, SOME, 2, SOME + 4, 8, SOME, 8, 0, 4, 2, 3, false, 3)));
        assertEquals("lda: expected a multiple of 8, got 4",
                message(() -> wide.nt(stream, SOME, 2, SOME, 4, SOME, 8, 0, 4, 2, 3, false, 3)));
        assertEquals("B: expected a multiple of 16, got 264",
                message(() -> thin.nn(stream, SOME, 2, SOME + 4, 3, SOME + 8, 8, 4, 2, 3, false, 3, 0)));
        assertEquals("ldb: expected a multiple of 8, got 12",
                message(() -> thin.nn(stream, SOME, 2, SOME + 4, 3, SOME, 12, 4, 2, 3, false, 3, 0)));
        assertEquals("ldb: expected at least 3, got 2",
                message(() -> thin.nt(stream, SOME, 2, SOME, 3, SOME, 2, 0, 4, 2, 3, false, 3)));
        assertEquals("depth: expected a multiple of 8, got 12",
                message(() -> thin.tn(stream, SOME, 2, SOME, 5, SOME, 3, 4, 2, 30, false, 12, 0)));
        thin.tn(stream, SOME, 2, SOME + 4, 5, SOME + 4, 3, 4, 2, 30, false, 30, 0);
        new MmaKernels(device, Precision.TF32, MmaTile.WIDE).nt(stream, SOME, 2, SOME + 4, 3, SOME + 4, 3, 0, 4, 2, 3, false, 3);
        assertEquals("lds: expected at least 5, got 4",
                message(() -> new RoundedRows(device, Precision.BF16).round(stream, SOME, SOME, 3, 5, 4, 0)));
    }

    @Test
    void stepsCheckTheirSizes() {
        LstmForward lstm = new LstmForward(device);
        assertEquals("y: expected a device address, got 0",
                message(() -> lstm.launch(stream, SOME, SOME, SOME, 0, SOME, 0, 1, 4, 4, false)));
        assertEquals("t: expected at least 0, got -1",
                message(() -> lstm.launch(stream, SOME, SOME, SOME, SOME, SOME, -1, 1, 4, 4, false)));
        assertEquals("B: expected at least 1, got 0",
                message(() -> lstm.launch(stream, SOME, SOME, SOME, SOME, SOME, 0, 0, 4, 4, false)));
        assertEquals("ldy: expected at least 4, got 3",
                message(() -> lstm.launch(stream, SOME, SOME, SOME, SOME, SOME, 0, 1, 4, 3, false)));
    }

    @Test
    void rowsCheckTheirSizes() {
        Rows rows = new Rows(device);
        assertEquals("W: expected at least 1, got 0", message(() -> rows.load(stream, SOME, SOME, SOME, 1, 1, 0, false)));
        assertEquals("lengths: expected a device address, got 0",
                message(() -> rows.store(stream, SOME, SOME, 0, 1, 1, 1, false)));
        assertEquals("ldd: expected at least 5, got 4", message(() -> rows.columnSums(stream, SOME, SOME, 1, 5, 4)));
        assertEquals("count: expected 1 to 549755813632, got 0", message(() -> rows.add(stream, SOME, SOME, SOME, 0)));
    }

    private static String message(Executable launch) {
        return assertThrows(IllegalArgumentException.class, launch).getMessage();
    }
}
