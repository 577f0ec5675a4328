package dev.gateloom.cudnn;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The table of what cuDNN lacks, for the cell's options, its algorithms and the shape of a plan: what its descriptions refuse, as
 * the real one is asked in a test. Limits that depend on the GPU, such as the largest hidden state of a persistent algorithm, are
 * cuDNN's to know: it refuses when a plan is made or used.
 */
final class Support {
    /** The first version whose recurrent networks take bfloat16. */
    private static final int BF16_SINCE = 91300;
    /** The longest sequence that {@code cudnnSetRNNDataDescriptor} takes; also if no sequence of the batch is so long. */
    static final int MOST_STEPS = 65_535;

    /** One line: who is refused, and why. */
    private record Gap(Predicate<Request> covers, String reason) {
    }

    /** What is asked for. */
    private record Request(RnnConfig config, Shape shape, boolean training, CudnnAlgorithm algorithm, Precision precision,
            long version) {

        /** Values of the larger state, {@code [L·D, B, H]}. */
        long state() {
            return (long) config.numLayers() * config.numDirections() * shape.maxBatch() * config.hiddenSize();
        }
    }

    private static final List<Gap> GAPS = List.of(
            new Gap(r -> r.config.direction() == Direction.BACKWARD, "cuDNN reads forward or in both directions, not backward alone"),
            new Gap(r -> r.config.cell() == CellType.GRU && !r.config.resetAfter(), "cuDNN's GRU resets after the recurrent product"),
            new Gap(r -> r.config.layerNorm() != LayerNorm.NONE, "cuDNN has no layer normalisation"),
            new Gap(r -> r.config.peephole(), "cuDNN has no peepholes"),
            new Gap(r -> r.config.zoneoutHidden() > 0 || r.config.zoneoutCell() > 0, "cuDNN has no zoneout"),
            new Gap(r -> r.training && r.config.recurrentDropout() > 0, "cuDNN has no recurrent dropout"),
            new Gap(r -> r.training && r.config.candidateDropout() > 0, "cuDNN has no dropout of the candidate"),
            new Gap(r -> r.training && r.config.dropConnect() > 0, "cuDNN has no DropConnect"),
            new Gap(r -> r.config.projSize() > 0 && r.algorithm != CudnnAlgorithm.STANDARD,
                    "cuDNN has projection in its algorithm STANDARD alone"),
            new Gap(r -> r.precision == Precision.BF16 && r.version < BF16_SINCE,
                    "cuDNN has recurrent networks in BF16 from version 9.13 on"),
            new Gap(r -> r.precision == Precision.BF16 && r.algorithm != CudnnAlgorithm.STANDARD,
                    "cuDNN has BF16 in its algorithm STANDARD alone"),
            new Gap(r -> r.shape.maxSteps() > MOST_STEPS, "cuDNN takes at most T = " + MOST_STEPS + " steps: cut the sequences and "
                    + "carry the state, or use engine cuda"),
            new Gap(r -> r.state() > Integer.MAX_VALUE, "cuDNN takes states [L·D, B, H] of less than 2^31 values"));

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
     * @return the first that is
     */
    static Optional<String> gap(RnnConfig config, Shape shape, Mode mode, CudnnAlgorithm algorithm, Precision precision,
            long version) {
        Request request = new Request(config, shape, mode == Mode.TRAINING, algorithm, precision, version);
        return GAPS.stream().filter(gap -> gap.covers.test(request)).map(Gap::reason).findFirst();
    }
}
