package dev.gateloom;

/**
 * Layer normalisation inside the cell, in its two published conventions. With
 * {@code LN(v) = (v - mean(v)) / sqrt(var(v) + eps)} (biased variance, over all G·H pre-activations together):
 *
 * <pre>
 * LSTM  a  = γ_ih⊙LN(W_ih x) + γ_hh⊙LN(W_hh h) + bias         split into i, f, g, o
 *       c' = σ(f)⊙c + σ(i)⊙tanh(g)
 *       s  = γ_c⊙LN(c') + β_c                                  over the H cells
 *       h' = σ(o)⊙tanh(s)
 * GRU   u  = γ_ih⊙LN(W_ih x) + b_ih,  v = γ_hh⊙LN(W_hh h) + b_hh
 *       r,z = σ(u + v),  n = tanh(u_n + r⊙v_n),  h' = (1-z)⊙n + z⊙h
 * </pre>
 */
public enum LayerNorm {
    /** No normalisation. */
    NONE,
    /** Ba, Kiros and Hinton 2016: the cell state that is carried on is {@code c'}, not normalised. */
    STANDARD,
    /**
     * LSTM only: the cell state that is carried on is {@code s}, the normalised one. Both pre-activation
     * normalisations then have an offset of their own ({@code ln_beta_ih}, {@code ln_beta_hh}), which takes the
     * place of the bias.
     */
    CARRY_NORMALIZED
}
