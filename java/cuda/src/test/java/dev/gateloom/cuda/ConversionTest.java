package dev.gateloom.cuda;

import static dev.gateloom.cuda.ModelComparison.SAME_BITS;

import dev.gateloom.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Between float32 and 16 bits, against what the format says. */
class ConversionTest {
    /** Both ends of either format, numbers in the middle between two of 16 bits, subnormal ones, and what is no number. */
    private static final float[] VALUES = {0, -0f, 1, -1, 65504, 65519, 65520, -70000, 0x1.002p0f, 0x1.006p0f, 0x1.01p0f, 0x1.03p0f,
        0x1p-14f, 0x1.ffcp-15f, 0x1p-24f, 0x1p-25f, 0x1.8p-25f, 0x1p-126f, 0x1p-149f, Float.MAX_VALUE, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.NaN};

    private static ModelComparison comparison;

    @BeforeAll
    static void open() {
        comparison = new ModelComparison();
    }

    @AfterAll
    static void close() {
        comparison.close();
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"FP16", "BF16"})
    void thereAndBack(Precision precision) {
        for (int count : new int[] {1, 2, 255, 256, 257, 1001}) {
            comparison.same(SAME_BITS, t -> convert(t, precision, t.of(count, 4), count));
        }
        comparison.same(SAME_BITS, t -> convert(t, precision, t.of(VALUES), VALUES.length));
    }

    private static void convert(Tensors t, Precision precision, long src, int count) {
        Conversion conversion = new Conversion(t.device, precision);
        long narrow = t.of(count / 2 + 1);
        conversion.narrow(t.stream, narrow, src, count);
        conversion.widen(t.stream, t.of(count), narrow, count);
    }
}
