package dev.gateloom;

/**
 * The recurrent cells, as PyTorch and cuDNN define them. {@code W x} stands for {@code W_ih x_t + b_ih},
 * {@code R h} for {@code W_hh h_{t-1} + b_hh}.
 */
public enum CellType {
    /**
     * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
     * Gates i, f, g, o: {@code i,f,o = σ(Wx + Rh)}, {@code g = tanh(Wx + Rh)}, {@code c_t = f⊙c_{t-1} + i⊙g},
     * {@code h_t = o⊙tanh(c_t)}.
     */
    LSTM(4),
    /**
     * Gated recurrent unit (Cho et al. 2014). Gates r, z, n: {@code r,z = σ(Wx + Rh)},
     * {@code n = tanh(W_in x + b_in + r⊙(W_hn h + b_hn))}, {@code h_t = (1-z)⊙n + z⊙h_{t-1}}.
     */
    GRU(3),
    /** Plain recurrence with tanh: {@code h_t = tanh(Wx + Rh)}. */
    RNN_TANH(1),
    /** Plain recurrence with the rectifier: {@code h_t = max(0, Wx + Rh)}. */
    RNN_RELU(1);

    private final int gates;

    CellType(int gates) {
        this.gates = gates;
    }

    /**
     * The number of gates G: the weight matrices have {@code G·H} rows.
     *
     * @return 4, 3 or 1
     */
    public int gates() {
        return gates;
    }
}
