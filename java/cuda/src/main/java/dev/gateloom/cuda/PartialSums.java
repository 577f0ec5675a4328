package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Room for products whose sums over K are divided, see {@link SplitK}, and the kernel that adds them up. */
final class PartialSums {
    private static final int THREADS = 256;

    private final Kernel sumSlices;
    private final long partial;                 // [slices, M, N]
    private final long room;                    // floats of it
    private final Arguments arguments = new Arguments();
    private final Geometries elements = new Geometries(THREADS, 1);

    /**
     * Room that the caller has.
     *
     * @param partial where divided sums go; 0 to divide none
     * @param room floats there: the most that {@link SplitK#words} says of any product to come
     */
    PartialSums(Device device, long partial, long room) {
        sumSlices = device.kernel(Programs.GEMM, "sum_slices");
        this.partial = partial;
        this.room = room;
    }

    /** Room for the largest gradient of weights of a plan whose sums over all rows are divided. */
    static PartialSums allocate(Device device, Workspace workspace, Precision precision, RnnConfig config, Shape shape,
            Mode mode) {
        long words = mode == Mode.TRAINING ? words(precision, config, Math.multiplyExact(shape.maxSteps(), shape.maxBatch())) : 0;
        return new PartialSums(device, words == 0 ? 0 : workspace.words(words, "partial sums of weight gradients"), words);
    }

    /** Room for every product in strict fp32. */
    static PartialSums ofAnySize(Device device, Workspace workspace) {
        long words = SplitK.mostWords(GemmTile.LARGEST);
        return new PartialSums(device, workspace.words(words, "partial sums"), words);
    }

    private static long words(Precision precision, RnnConfig config, int rows) {
        int gateRows = config.cell().gates() * config.hiddenSize();
        long words = config.projSize() == 0 ? 0 : words(precision, config.projSize(), config.hiddenSize(), rows);
        for (int gates = 1; gates <= config.cell().gates(); gates++) {      // of W_hh: some products are of a part of it
            words = Math.max(words, words(precision, gates * config.hiddenSize(), config.outputSize(), rows));
        }
        for (int l = 0; l < config.numLayers(); l++) {
            int inputSize = config.layerInputSize(l);
            words = inputSize == 0 ? words : Math.max(words, words(precision, gateRows, inputSize, rows));
        }
        return words;
    }

    private static long words(Precision precision, int m, int n, int k) {
        return SplitK.words(Gemm.tilesOfLongSums(precision, m, n), m, n, k);
    }

    /** How many slices a product of so many tiles is divided into. */
    int slices(long tiles, int m, int n, int k) {
        if (partial == 0 || m < 1 || n < 1) {
            return 1;
        }
        int slices = SplitK.slices(tiles, k);
        if (slices > 1 && (long) slices * m * n > room) {
            throw new IllegalStateException("partial sums: expected room for " + (long) slices * m * n + " floats, got " + room);
        }
        return slices;
    }

    /** Where the slices go, one after the other, rows of N floats. */
    long address() {
        return partial;
    }

    /** {@code C[M, N] (+)=} the sum of the slices, in their order. */
    void add(Stream stream, long c, int ldc, int m, int n, int slices, boolean accumulate) {
        arguments.clear().address(Expect.address("C", c)).address(partial).int32(m).int32(n)
                .int32(Expect.atLeast("ldc", ldc, n)).int32(slices).int32(accumulate ? 1 : 0);
        stream.launch(sumSlices, elements.of(Expect.blocks("M·N", (long) m * n, THREADS)), arguments);
    }
}
