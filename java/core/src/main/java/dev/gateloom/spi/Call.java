package dev.gateloom.spi;

import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;

/**
 * One forward or backward, checked: every size is right, every operand that must be there is. Owned and reused by the
 * plan. Layouts: {@code x, y, dx, dy} as {@link #row} says, states {@code [L·D, B, ·]}. An absent initial state means
 * zeros, an absent upstream gradient means zeros, an absent result is not wanted.
 */
public final class Call {
    /** The weights. */
    public RnnWeights weights;
    /** Steps T of this call. */
    public int steps;
    /** Sequences B of this call. */
    public int batch;
    /** Whether {@code x, y, dx, dy} are {@code [B, T, ·]}. */
    public boolean batchFirst;
    /** Whether some length is less than T. */
    public boolean ragged;
    /** Length of each sequence, 0 to T; the first {@link #batch} entries count. Always filled. */
    public int[] lengths;
    /** Masks of a stochastic training forward and its backward; else null. */
    public RnnMasks masks;

    /** Input of forward. */
    public final Operand x = new Operand();
    /** Initial hidden state, input of forward. May be the same memory as {@link #hN}: read it first. */
    public final Operand h0 = new Operand();
    /** Initial cell state, input of forward. May be the same memory as {@link #cN}: read it first. */
    public final Operand c0 = new Operand();
    /** Output of forward, {@code [T, B, D·R]} or batch first. Rows past a sequence's length become zero. */
    public final Operand y = new Operand();
    /** Final hidden state, output of forward. */
    public final Operand hN = new Operand();
    /** Final cell state, output of forward. */
    public final Operand cN = new Operand();

    /** Gradient of {@link #y}, input of backward. Rows past a sequence's length must not be read into any result. */
    public final Operand dy = new Operand();
    /** Gradient of {@link #hN}, input of backward. */
    public final Operand dhN = new Operand();
    /** Gradient of {@link #cN}, input of backward. */
    public final Operand dcN = new Operand();
    /** Gradient of {@link #x}, output of backward. Rows past a sequence's length become zero. */
    public final Operand dx = new Operand();
    /** Gradient of {@link #h0}, output of backward. May be the same memory as {@link #dhN}: read it first. */
    public final Operand dh0 = new Operand();
    /** Gradient of {@link #c0}, output of backward. May be the same memory as {@link #dcN}: read it first. */
    public final Operand dc0 = new Operand();
    /** Where weight gradients are added; null if they are not wanted. */
    public RnnWeights gradients;

    /** Made by the plan. */
    public Call() {
    }

    /**
     * Index of a row of {@code x, y, dx} or {@code dy}; times the row's width it is the index of the first value.
     *
     * @param t time step
     * @param b sequence
     * @return the row
     */
    public int row(int t, int b) {
        return batchFirst ? b * steps + t : t * batch + b;
    }
}
