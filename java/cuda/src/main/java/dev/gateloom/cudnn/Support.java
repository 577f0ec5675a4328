package dev.gateloom.cudnn;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The table of what cuDNN lacks, for the cell's options, its algorithms, the shape of a plan and the lengths in a call: what its
 * descriptions refuse, as the real one is asked in a test. {@code docs/cudnn-support.md} shows it. Limits that no description knows,
 * such as the largest hidden state of a persistent algorithm, are cuDNN's to know: it refuses when a plan is made or used.
 */
final class Support {
    /** The first version whose recurrent networks take bfloat16. */
    private static final int BF16_SINCE = 91300;
    /** The compute capability from which on tensor cores take tf32 and bf16. */
    private static final int AMPERE = 80;
    /** The longest sequence that {@code cudnnSetRNNDataDescriptor} takes; also if no sequence of the batch is so long. */
    static final int MOST_STEPS = 65_535;
    private static final Set<CudnnAlgorithm> ALL = EnumSet.allOf(CudnnAlgorithm.class);
    private static final Set<CudnnAlgorithm> ALL_BUT_STANDARD = EnumSet.complementOf(EnumSet.of(CudnnAlgorithm.STANDARD));

    /**
     * One line.
     *
     * @param what is lacking
     * @param in which algorithms
     * @param covers whether it is asked for
     * @param reason for people
     */
    record Gap(String what, Set<CudnnAlgorithm> in, Predicate<Request> covers, String reason) {
    }

    /** What is asked for. */
    record Request(RnnConfig config, Shape shape, boolean training, CudnnAlgorithm algorithm, Precision precision, long version,
            int capability) {

        /** Values of the larger state, {@code [L·D, B, H]}. */
        long state() {
            return (long) config.numLayers() * config.numDirections() * shape.maxBatch() * config.hiddenSize();
        }
    }

    /** What no plan shows, but its calls. */
    private static final Gap DIFFERENT_LENGTHS = new Gap("sequences of different lengths", ALL_BUT_STANDARD, r -> false,
            "cuDNN takes sequences of different lengths in its algorithm STANDARD alone");

    static final List<Gap> GAPS = List.of(
            new Gap("TF32 or BF16 before compute capability 8.0", ALL,
                    r -> (r.precision == Precision.TF32 || r.precision == Precision.BF16) && r.capability < AMPERE,
                    "TF32 and BF16 need tensor cores of compute capability 8.0 or later, which this GPU lacks: use FP16 or FP32"),
            new Gap("backward alone", ALL, r -> r.config.direction() == Direction.BACKWARD,
                    "cuDNN reads forward or in both directions, not backward alone"),
            new Gap("GRU with the reset before the product", ALL, r -> r.config.cell() == CellType.GRU && !r.config.resetAfter(),
                    "cuDNN's GRU resets after the recurrent product"),
            new Gap("layer normalisation", ALL, r -> r.config.layerNorm() != LayerNorm.NONE, "cuDNN has no layer normalisation"),
            new Gap("peepholes", ALL, r -> r.config.peephole(), "cuDNN has no peepholes"),
            new Gap("zoneout", ALL, r -> r.config.zoneoutHidden() > 0 || r.config.zoneoutCell() > 0, "cuDNN has no zoneout"),
            new Gap("recurrent dropout in training", ALL, r -> r.training && r.config.recurrentDropout() > 0,
                    "cuDNN has no recurrent dropout"),
            new Gap("dropout of the candidate in training", ALL, r -> r.training && r.config.candidateDropout() > 0,
                    "cuDNN has no dropout of the candidate"),
            new Gap("DropConnect in training", ALL, r -> r.training && r.config.dropConnect() > 0, "cuDNN has no DropConnect"),
            new Gap("projection", ALL_BUT_STANDARD, r -> r.config.projSize() > 0,
                    "cuDNN has projection in its algorithm STANDARD alone"),
            DIFFERENT_LENGTHS,
            new Gap("BF16 before cuDNN 9.13", ALL, r -> r.precision == Precision.BF16 && r.version < BF16_SINCE,
                    "cuDNN has recurrent networks in BF16 from version 9.13 on"),
            new Gap("BF16", ALL_BUT_STANDARD, r -> r.precision == Precision.BF16, "cuDNN has BF16 in its algorithm STANDARD alone"),
            new Gap("more than 65535 steps", ALL, r -> r.shape.maxSteps() > MOST_STEPS, "cuDNN takes at most T = " + MOST_STEPS
                    + " steps: cut the sequences and carry the state, or use engine cuda"),
            new Gap("states of 2^31 values or more", ALL, r -> r.state() > Integer.MAX_VALUE,
                    "cuDNN takes states [L·D, B, H] of less than 2^31 values"));

    private Support() {
    }

    /**
     * What is in the way of a plan.
     *
     * @param config the stack
     * @param shape the largest batch of sequences
     * @param mode whether backward is needed
     * @param algorithm how
     * @param precision in which numbers
     * @param version cuDNN's, as {@code cudnnGetVersion} says it: 90501 for 9.5.1
     * @param capability the GPU's, 10 · major + minor
     * @return the first that is
     */
    static Optional<String> gap(RnnConfig config, Shape shape, Mode mode, CudnnAlgorithm algorithm, Precision precision,
            long version, int capability) {
        Request request = new Request(config, shape, mode == Mode.TRAINING, algorithm, precision, version, capability);
        return GAPS.stream().filter(gap -> gap.in.contains(algorithm) && gap.covers.test(request)).map(Gap::reason).findFirst();
    }

    /** Whether all sequences of a call must have T steps. */
    static boolean needsOneLength(CudnnAlgorithm algorithm) {
        return DIFFERENT_LENGTHS.in.contains(algorithm);
    }
}
