package dev.gateloom.cuda.planner;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import java.util.List;

/**
 * What is to be planned: a stack over a batch of full length.
 *
 * @param config the stack
 * @param steps time steps T, at least 1
 * @param batch sequences B, at least 1
 * @param mode whether backward is needed
 * @param precision of the products
 */
public record Problem(RnnConfig config, int steps, int batch, Mode mode, Precision precision) {

    /**
     * Checks the sizes.
     *
     * @param config the stack
     * @param steps at least 1
     * @param batch at least 1
     * @param mode whether backward is needed
     * @param precision of the products
     * @throws IllegalArgumentException if one of them is less than 1
     */
    public Problem {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: expected at least 1, got " + steps);
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch: expected at least 1, got " + batch);
        }
    }

    List<Phase> phases() {
        return training() ? List.of(Phase.FORWARD, Phase.BACKWARD) : List.of(Phase.FORWARD);
    }

    boolean training() {
        return mode == Mode.TRAINING;
    }

    int gates() {
        return config.cell().gates();
    }

    int hidden() {
        return config.hiddenSize();
    }

    int directions() {
        return config.numDirections();
    }

    /** Bytes of a factor of the products. */
    int element() {
        return precision == Precision.FP32 || precision == Precision.TF32 ? Float.BYTES : Short.BYTES;
    }

    boolean onMatrixUnits() {
        return precision != Precision.FP32;
    }

    /** Bytes of one layer's and direction's W_hh. */
    long weightBytes() {
        return (long) gates() * hidden() * hidden() * element();
    }

    /**
     * Floats of device memory that a step reads and writes for each unit and row of the batch. Forward: gates in (and out, for
     * backward), h, y, and c of an LSTM. Backward: gates in and out, dy, and the states before and after. A plain RNN's h says
     * all of its gate, which forward leaves as it is and backward does not read.
     */
    int streamedFloats(Phase phase) {
        int states = config.cell() == CellType.LSTM ? 2 : 1;
        boolean plain = config.cell() == CellType.RNN_TANH || config.cell() == CellType.RNN_RELU;
        boolean once = plain || phase == Phase.FORWARD && !training();
        return (once ? 1 : 2) * gates() + 1 + states;
    }
}
