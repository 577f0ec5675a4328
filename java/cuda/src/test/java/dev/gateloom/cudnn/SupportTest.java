package dev.gateloom.cudnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the conformance suite, which runs one algorithm and precision, does not see of the table. */
class SupportTest {
    private static final RnnConfig PLAIN = RnnConfig.lstm(3, 5).build();
    private static final long CUDNN_9_5 = 90501;
    private static final long CUDNN_9_13 = 91300;
    private static final int HOPPER = 90;

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

    @Test
    void differentLengthsNeedTheStandardAlgorithm() {
        for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
            assertEquals(algorithm != CudnnAlgorithm.STANDARD, Support.needsOneLength(algorithm));
        }
    }

    @Test
    void tf32AndBf16NeedAnAmpereGpu() {
        for (Precision precision : Precision.values()) {
            boolean refused = precision == Precision.TF32 || precision == Precision.BF16;
            for (int capability : new int[] {75, 80}) {
                assertEquals(refused && capability < 80, Support.gap(PLAIN, Shape.of(9, 7), Mode.INFERENCE, CudnnAlgorithm.STANDARD,
                        precision, CUDNN_9_13, capability).isPresent(), precision + " on " + capability);
            }
        }
    }

    /** Line for line: a change of the table is one of the page. */
    @Test
    void thePageForUsersIsTheTable() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Support.Gap gap : Support.GAPS) {
            StringBuilder row = new StringBuilder("| ").append(gap.what());
            for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
                row.append(" | ").append(gap.in().contains(algorithm) ? "no" : "yes");
            }
            rows.add(row.append(" |").toString());
        }
        try (Stream<String> page = Files.lines(Path.of("..", "..", "docs", "cudnn-support.md"))) {
            assertEquals(rows, page.filter(line -> line.startsWith("| ")).skip(1).toList());
        }
    }

    private static Optional<String> gap(RnnConfig config, Shape shape) {
        return Support.gap(config, shape, Mode.INFERENCE, CudnnAlgorithm.STANDARD, Precision.FP32, CUDNN_9_5, HOPPER);
    }

    private static Optional<String> gap(RnnConfig config, CudnnAlgorithm algorithm, Precision precision, long version) {
        return Support.gap(config, Shape.of(9, 7), Mode.TRAINING, algorithm, precision, version, HOPPER);
    }
}
