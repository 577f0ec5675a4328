package dev.gateloom.cudnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the conformance suite, which runs one algorithm and precision, does not see of the table. */
class SupportTest {
    private static final RnnConfig PLAIN = RnnConfig.lstm(3, 5).build();
    private static final long CUDNN_9_5 = 90501;
    private static final long CUDNN_9_13 = 91300;

    @Test
    void bf16NeedsANewCudnnAndTheStandardAlgorithm() {
        assertEquals(Optional.empty(), gap(PLAIN, CudnnAlgorithm.STANDARD, Precision.BF16, CUDNN_9_13));
        assertTrue(gap(PLAIN, CudnnAlgorithm.STANDARD, Precision.BF16, CUDNN_9_5).orElseThrow().contains("9.13"));
        assertTrue(gap(PLAIN, CudnnAlgorithm.PERSIST_STATIC, Precision.BF16, CUDNN_9_13).orElseThrow().contains("STANDARD alone"));
    }

    @Test
    void projectionNeedsTheStandardAlgorithm() {
        RnnConfig projected = RnnConfig.lstm(3, 5).projSize(2).build();
        for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
            assertEquals(algorithm == CudnnAlgorithm.STANDARD, gap(projected, algorithm, Precision.FP16, CUDNN_9_5).isEmpty());
            assertEquals(Optional.empty(), gap(PLAIN, algorithm, Precision.FP16, CUDNN_9_5));
        }
    }

    /** What descriptors of tensors refuse, whatever the algorithm. */
    @Test
    void shapesHaveLimits() {
        assertEquals(Optional.empty(), gap(PLAIN, Shape.of(65_535, 7)));
        assertTrue(gap(PLAIN, Shape.of(65_536, 7)).orElseThrow().contains("at most T = 65535 steps"));
        RnnConfig deep = RnnConfig.lstm(3, 4096).layers(4).bidirectional(true).build();
        assertEquals(Optional.empty(), gap(deep, Shape.of(1, 65_535)));
        assertTrue(gap(deep, Shape.of(1, 65_536)).orElseThrow().contains("less than 2^31 values"));
    }

    private static Optional<String> gap(RnnConfig config, Shape shape) {
        return Support.gap(config, shape, Mode.INFERENCE, CudnnAlgorithm.STANDARD, Precision.FP32, CUDNN_9_5);
    }

    private static Optional<String> gap(RnnConfig config, CudnnAlgorithm algorithm, Precision precision, long version) {
        return Support.gap(config, Shape.of(9, 7), Mode.TRAINING, algorithm, precision, version);
    }
}
