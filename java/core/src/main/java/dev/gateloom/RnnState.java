package dev.gateloom;

import dev.gateloom.spi.Operand;
import java.nio.FloatBuffer;

/**
 * The state of a stack, or its gradient: {@code h [L·D, B, R]} and, for an LSTM, {@code c [L·D, B, H]}. The index of
 * layer {@code l} and direction {@code d} is {@code l·D + d}. The memory is the caller's.
 */
public final class RnnState {
    private final Operand h = new Operand();
    private final Operand c = new Operand();
    private final boolean buffers;      // an Operand on a heap buffer knows the buffer's array, but not where it was given

    private RnnState(boolean buffers) {
        this.buffers = buffers;
    }

    /**
     * New arrays, all zero, of the right size.
     *
     * @param config the stack
     * @param batch sequences
     * @return the state
     */
    public static RnnState zeros(RnnConfig config, int batch) {
        Check.present("config", config);
        Check.atLeast("batch", batch, 1);
        long layers = (long) config.numLayers() * config.numDirections();
        return of(new float[Check.size("h", layers, batch, config.outputSize())],
                config.cell() == CellType.LSTM ? new float[Check.size("c", layers, batch, config.hiddenSize())] : null);
    }

    /**
     * The caller's arrays.
     *
     * @param h hidden state
     * @param c cell state; null unless the cell is an LSTM
     * @return the state
     */
    public static RnnState of(float[] h, float[] c) {
        RnnState state = new RnnState(false);
        state.h.set(Check.present("h", h));
        state.c.set(c);
        return state;
    }

    /**
     * The caller's buffers, from position to limit.
     *
     * @param h hidden state
     * @param c cell state; null unless the cell is an LSTM
     * @return the state
     */
    public static RnnState of(FloatBuffer h, FloatBuffer c) {
        RnnState state = new RnnState(true);
        state.h.set(Check.present("h", h));
        state.c.set(c);
        return state;
    }

    /**
     * The hidden state.
     *
     * @return the array given
     * @throws IllegalStateException if the state stands on buffers
     */
    public float[] h() {
        return array("h", h);
    }

    /**
     * The cell state.
     *
     * @return the array given; null if there is none
     * @throws IllegalStateException if the state stands on buffers
     */
    public float[] c() {
        return c.isPresent() ? array("c", c) : null;
    }

    /** Sets every value to zero: the start of a new sequence. */
    public void reset() {
        h.fill(0, h.length(), 0f);
        c.fill(0, c.length(), 0f);
    }

    private float[] array(String name, Operand operand) {
        if (buffers) {
            throw new IllegalStateException(name + ": this state stands on a FloatBuffer, read that instead");
        }
        return operand.array();
    }

    Operand hOperand() {
        return h;
    }

    Operand cOperand() {
        return c;
    }
}
