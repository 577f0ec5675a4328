package dev.gateloom;

import java.util.Locale;

/**
 * What a recurrent stack computes: cell, sizes, layers, direction and every option. Immutable.
 *
 * <pre>{@code
 * RnnConfig config = RnnConfig.lstm(128, 256).layers(2).bidirectional(true).dropout(0.2f).build();
 * }</pre>
 *
 * Sizes in the documentation: {@code I} input size, {@code H} hidden size, {@code L} layers, {@code D} directions,
 * {@code G} gates, {@code P} projection, {@code R = P > 0 ? P : H} the size of {@code h}, {@code T} steps,
 * {@code B} batch. The defaults are PyTorch's: one layer, forward, with bias, no option.
 */
public final class RnnConfig {
    private final Builder b;
    private final String text;

    private RnnConfig(Builder builder) {
        b = builder;
        text = describe();
    }

    /**
     * An LSTM.
     *
     * @param inputSize I, 0 for a stack that is fed by its state alone
     * @param hiddenSize H, at least 1
     * @return a builder
     */
    public static Builder lstm(int inputSize, int hiddenSize) {
        return of(CellType.LSTM, inputSize, hiddenSize);
    }

    /**
     * A GRU.
     *
     * @param inputSize I, 0 for a stack that is fed by its state alone
     * @param hiddenSize H, at least 1
     * @return a builder
     */
    public static Builder gru(int inputSize, int hiddenSize) {
        return of(CellType.GRU, inputSize, hiddenSize);
    }

    /**
     * Any cell.
     *
     * @param cell the cell
     * @param inputSize I, 0 for a stack that is fed by its state alone
     * @param hiddenSize H, at least 1
     * @return a builder
     */
    public static Builder of(CellType cell, int inputSize, int hiddenSize) {
        return new Builder(cell, inputSize, hiddenSize);
    }

    /**
     * A builder that starts from this configuration.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        return new Builder(b);
    }

    /**
     * The cell.
     *
     * @return the cell
     */
    public CellType cell() {
        return b.cell;
    }

    /**
     * Size of the input of the first layer.
     *
     * @return I
     */
    public int inputSize() {
        return b.inputSize;
    }

    /**
     * Units of one layer and direction.
     *
     * @return H
     */
    public int hiddenSize() {
        return b.hiddenSize;
    }

    /**
     * Layers.
     *
     * @return L
     */
    public int numLayers() {
        return b.numLayers;
    }

    /**
     * Order in which the sequence is read.
     *
     * @return the direction
     */
    public Direction direction() {
        return b.direction;
    }

    /**
     * Whether the cell has biases. With {@link LayerNorm#CARRY_NORMALIZED} its offsets stand in for them.
     *
     * @return true by default
     */
    public boolean bias() {
        return b.bias;
    }

    /**
     * Size of the projected {@code h = W_hr (o⊙tanh(c))}; 0 without projection.
     *
     * @return P
     */
    public int projSize() {
        return b.projSize;
    }

    /**
     * Dropout on the output of every layer but the last, in training.
     *
     * @return the rate
     */
    public float dropout() {
        return b.dropout;
    }

    /**
     * GRU: whether the reset gate acts on the recurrent product (PyTorch, cuDNN) or on {@code h} before it.
     *
     * @return true by default
     */
    public boolean resetAfter() {
        return b.resetAfter;
    }

    /**
     * Layer normalisation inside the cell.
     *
     * @return the convention
     */
    public LayerNorm layerNorm() {
        return b.layerNorm;
    }

    /**
     * The eps of the layer normalisation.
     *
     * @return 1e-5 by default
     */
    public float layerNormEps() {
        return b.layerNormEps;
    }

    /**
     * LSTM peepholes (Gers and Schmidhuber 2000): i and f see {@code c_{t-1}}, o sees {@code c_t}.
     *
     * @return false by default
     */
    public boolean peephole() {
        return b.peephole;
    }

    /**
     * Zoneout of {@code h} (Krueger et al. 2016): the probability to keep the old value. In inference the expectation.
     *
     * @return the rate
     */
    public float zoneoutHidden() {
        return b.zoneoutHidden;
    }

    /**
     * Zoneout of {@code c}, LSTM only. {@code h} is computed from the new {@code c}, before zoneout.
     *
     * @return the rate
     */
    public float zoneoutCell() {
        return b.zoneoutCell;
    }

    /**
     * Dropout on {@code h} where it enters the recurrent product (Gal and Ghahramani 2016): one mask for all steps.
     *
     * @return the rate
     */
    public float recurrentDropout() {
        return b.recurrentDropout;
    }

    /**
     * Whether recurrent dropout draws a mask for each gate or shares one.
     *
     * @return false by default
     */
    public boolean recurrentDropoutPerGate() {
        return b.recurrentDropoutPerGate;
    }

    /**
     * Dropout on the candidate g (LSTM) or n (GRU), a new mask at each step (Semeniuta et al. 2016).
     *
     * @return the rate
     */
    public float candidateDropout() {
        return b.candidateDropout;
    }

    /**
     * DropConnect on {@code W_hh} (Merity et al. 2018): one mask for all steps.
     *
     * @return the rate
     */
    public float dropConnect() {
        return b.dropConnect;
    }

    /**
     * LSTM: {@code c_t} is limited to {@code [-clip, clip]} before anything reads it; 0 for no limit. The gradient
     * of a limited value is zero.
     *
     * @return the limit
     */
    public float cellClip() {
        return b.cellClip;
    }

    /**
     * Whether {@code x}, {@code y} and their gradients are {@code [B, T, ·]} rather than {@code [T, B, ·]}.
     *
     * @return false by default
     */
    public boolean batchFirst() {
        return b.batchFirst;
    }

    /**
     * Whether {@code y} holds every step, or {@code [B, D·R]}: the last layer's final h of each direction.
     *
     * @return true by default
     */
    public boolean returnSequences() {
        return b.returnSequences;
    }

    /**
     * Whether there are two directions.
     *
     * @return {@code direction() == BIDIRECTIONAL}
     */
    public boolean bidirectional() {
        return b.direction == Direction.BIDIRECTIONAL;
    }

    /**
     * Directions.
     *
     * @return D
     */
    public int numDirections() {
        return b.direction.count();
    }

    /**
     * Size of {@code h}.
     *
     * @return R: P with projection, else H
     */
    public int outputSize() {
        return b.projSize > 0 ? b.projSize : b.hiddenSize;
    }

    /**
     * Size of the input of a layer.
     *
     * @param layer 0 to L-1
     * @return I for layer 0, D·R above
     */
    public int layerInputSize(int layer) {
        return layer == 0 ? b.inputSize : numDirections() * outputSize();
    }

    /**
     * Whether training draws or needs {@link RnnMasks}.
     *
     * @return true if any dropout or zoneout is on
     */
    public boolean stochastic() {
        return interlayerDropout() || b.zoneoutHidden > 0 || b.zoneoutCell > 0 || b.recurrentDropout > 0
                || b.candidateDropout > 0 || b.dropConnect > 0;
    }

    /**
     * Whether dropout acts between layers.
     *
     * @return true with a rate and at least two layers
     */
    public boolean interlayerDropout() {
        return b.dropout > 0 && b.numLayers > 1;
    }

    /**
     * Suffix of the parameter names of a layer and direction, as PyTorch has it.
     *
     * @param layer 0 to L-1
     * @param direction 0, or 1 for the backward half of a bidirectional layer
     * @return {@code _l0}, {@code _l0_reverse}, …
     */
    public static String suffix(int layer, int direction) {
        return "_l" + layer + (direction == 1 ? "_reverse" : "");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RnnConfig config && text.equals(config.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** All settings that differ from the defaults, in builder notation. */
    @Override
    public String toString() {
        return text;
    }

    private String describe() {
        StringBuilder s = new StringBuilder(b.cell.name().toLowerCase(Locale.ROOT))
                .append('(').append(b.inputSize).append(", ").append(b.hiddenSize).append(')');
        Builder d = new Builder(b.cell, b.inputSize, b.hiddenSize);
        option(s, "layers", b.numLayers, d.numLayers);
        option(s, "direction", b.direction, d.direction);
        option(s, "bias", b.bias, d.bias);
        option(s, "projSize", b.projSize, d.projSize);
        option(s, "dropout", b.dropout, d.dropout);
        option(s, "resetAfter", b.resetAfter, d.resetAfter);
        option(s, "layerNorm", b.layerNorm, d.layerNorm);
        option(s, "layerNormEps", b.layerNormEps, d.layerNormEps);
        option(s, "peephole", b.peephole, d.peephole);
        option(s, "zoneoutHidden", b.zoneoutHidden, d.zoneoutHidden);
        option(s, "zoneoutCell", b.zoneoutCell, d.zoneoutCell);
        option(s, "recurrentDropout", b.recurrentDropout, d.recurrentDropout);
        option(s, "recurrentDropoutPerGate", b.recurrentDropoutPerGate, d.recurrentDropoutPerGate);
        option(s, "candidateDropout", b.candidateDropout, d.candidateDropout);
        option(s, "dropConnect", b.dropConnect, d.dropConnect);
        option(s, "cellClip", b.cellClip, d.cellClip);
        option(s, "batchFirst", b.batchFirst, d.batchFirst);
        option(s, "returnSequences", b.returnSequences, d.returnSequences);
        return s.toString();
    }

    private static void option(StringBuilder s, String name, Object value, Object usual) {
        if (!value.equals(usual)) {
            s.append('.').append(name).append('(').append(value).append(')');
        }
    }

    /** Collects the settings; {@link #build()} checks that they fit together. */
    public static final class Builder {
        private final CellType cell;
        private int inputSize;
        private int hiddenSize;
        private int numLayers = 1;
        private Direction direction = Direction.FORWARD;
        private boolean bias = true;
        private int projSize;
        private float dropout;
        private boolean resetAfter = true;
        private LayerNorm layerNorm = LayerNorm.NONE;
        private float layerNormEps = 1e-5f;
        private boolean peephole;
        private float zoneoutHidden;
        private float zoneoutCell;
        private float recurrentDropout;
        private boolean recurrentDropoutPerGate;
        private float candidateDropout;
        private float dropConnect;
        private float cellClip;
        private boolean batchFirst;
        private boolean returnSequences = true;

        private Builder(CellType cell, int inputSize, int hiddenSize) {
            this.cell = Check.present("cell", cell);
            this.inputSize = Check.atLeast("inputSize", inputSize, 0);
            this.hiddenSize = Check.atLeast("hiddenSize", hiddenSize, 1);
        }

        private Builder(Builder o) {
            cell = o.cell;
            inputSize = o.inputSize;
            hiddenSize = o.hiddenSize;
            numLayers = o.numLayers;
            direction = o.direction;
            bias = o.bias;
            projSize = o.projSize;
            dropout = o.dropout;
            resetAfter = o.resetAfter;
            layerNorm = o.layerNorm;
            layerNormEps = o.layerNormEps;
            peephole = o.peephole;
            zoneoutHidden = o.zoneoutHidden;
            zoneoutCell = o.zoneoutCell;
            recurrentDropout = o.recurrentDropout;
            recurrentDropoutPerGate = o.recurrentDropoutPerGate;
            candidateDropout = o.candidateDropout;
            dropConnect = o.dropConnect;
            cellClip = o.cellClip;
            batchFirst = o.batchFirst;
            returnSequences = o.returnSequences;
        }

        /**
         * Sets {@link RnnConfig#numLayers()}.
         *
         * @param layers at least 1
         * @return this
         */
        public Builder layers(int layers) {
            numLayers = Check.atLeast("layers", layers, 1);
            return this;
        }

        /**
         * Sets {@link RnnConfig#direction()}.
         *
         * @param direction the direction
         * @return this
         */
        public Builder direction(Direction direction) {
            this.direction = Check.present("direction", direction);
            return this;
        }

        /**
         * Chooses between {@link Direction#BIDIRECTIONAL} and {@link Direction#FORWARD}.
         *
         * @param bidirectional whether to read both ways
         * @return this
         */
        public Builder bidirectional(boolean bidirectional) {
            return direction(bidirectional ? Direction.BIDIRECTIONAL : Direction.FORWARD);
        }

        /**
         * Sets {@link RnnConfig#bias()}.
         *
         * @param bias whether there are biases
         * @return this
         */
        public Builder bias(boolean bias) {
            this.bias = bias;
            return this;
        }

        /**
         * Sets {@link RnnConfig#projSize()}.
         *
         * @param projSize P, less than H; 0 for none
         * @return this
         */
        public Builder projSize(int projSize) {
            this.projSize = Check.atLeast("projSize", projSize, 0);
            return this;
        }

        /**
         * Sets {@link RnnConfig#dropout()}.
         *
         * @param rate in [0, 1)
         * @return this
         */
        public Builder dropout(float rate) {
            dropout = Check.rate("dropout", rate);
            return this;
        }

        /**
         * Sets {@link RnnConfig#resetAfter()}.
         *
         * @param resetAfter false for the reset-before GRU
         * @return this
         */
        public Builder resetAfter(boolean resetAfter) {
            this.resetAfter = resetAfter;
            return this;
        }

        /**
         * Sets {@link RnnConfig#layerNorm()}.
         *
         * @param layerNorm the convention
         * @return this
         */
        public Builder layerNorm(LayerNorm layerNorm) {
            this.layerNorm = Check.present("layerNorm", layerNorm);
            return this;
        }

        /**
         * Sets {@link RnnConfig#layerNormEps()}.
         *
         * @param eps greater than 0
         * @return this
         */
        public Builder layerNormEps(float eps) {
            Check.that(eps > 0 && eps < Float.POSITIVE_INFINITY, "layerNormEps", "a positive number", eps);
            layerNormEps = eps;
            return this;
        }

        /**
         * Sets {@link RnnConfig#peephole()}.
         *
         * @param peephole whether the gates see the cell state
         * @return this
         */
        public Builder peephole(boolean peephole) {
            this.peephole = peephole;
            return this;
        }

        /**
         * Sets {@link RnnConfig#zoneoutHidden()} and {@link RnnConfig#zoneoutCell()}.
         *
         * @param hidden rate for h, in [0, 1)
         * @param cellState rate for c, in [0, 1); 0 unless the cell is an LSTM
         * @return this
         */
        public Builder zoneout(float hidden, float cellState) {
            zoneoutHidden = Check.rate("zoneoutHidden", hidden);
            zoneoutCell = Check.rate("zoneoutCell", cellState);
            return this;
        }

        /**
         * Sets {@link RnnConfig#recurrentDropout()} with one mask for all gates.
         *
         * @param rate in [0, 1)
         * @return this
         */
        public Builder recurrentDropout(float rate) {
            return recurrentDropout(rate, false);
        }

        /**
         * Sets {@link RnnConfig#recurrentDropout()}.
         *
         * @param rate in [0, 1)
         * @param perGate whether each gate has a mask of its own
         * @return this
         */
        public Builder recurrentDropout(float rate, boolean perGate) {
            recurrentDropout = Check.rate("recurrentDropout", rate);
            recurrentDropoutPerGate = perGate;
            return this;
        }

        /**
         * Sets {@link RnnConfig#candidateDropout()}.
         *
         * @param rate in [0, 1)
         * @return this
         */
        public Builder candidateDropout(float rate) {
            candidateDropout = Check.rate("candidateDropout", rate);
            return this;
        }

        /**
         * Sets {@link RnnConfig#dropConnect()}.
         *
         * @param rate in [0, 1)
         * @return this
         */
        public Builder dropConnect(float rate) {
            dropConnect = Check.rate("dropConnect", rate);
            return this;
        }

        /**
         * Sets {@link RnnConfig#cellClip()}.
         *
         * @param clip greater than 0; 0 for no limit
         * @return this
         */
        public Builder cellClip(float clip) {
            Check.that(clip >= 0 && clip < Float.POSITIVE_INFINITY, "cellClip", "a positive number, or 0 for none",
                    clip);
            cellClip = clip;
            return this;
        }

        /**
         * Sets {@link RnnConfig#batchFirst()}.
         *
         * @param batchFirst whether the batch is the first dimension of x and y
         * @return this
         */
        public Builder batchFirst(boolean batchFirst) {
            this.batchFirst = batchFirst;
            return this;
        }

        /**
         * Sets {@link RnnConfig#returnSequences()}.
         *
         * @param returnSequences false for {@code y [B, D·R]}
         * @return this
         */
        public Builder returnSequences(boolean returnSequences) {
            this.returnSequences = returnSequences;
            return this;
        }

        /**
         * Checks that the settings fit together.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the setting that does not fit the cell, and why
         */
        public RnnConfig build() {
            boolean lstm = cell == CellType.LSTM;
            boolean gru = cell == CellType.GRU;
            Check.that(projSize < hiddenSize, "projSize", "less than hiddenSize = " + hiddenSize, projSize);
            only(lstm, projSize > 0, "projSize", "LSTM");
            only(lstm, peephole, "peephole", "LSTM");
            only(lstm, zoneoutCell > 0, "zoneoutCell", "LSTM");
            only(lstm, cellClip > 0, "cellClip", "LSTM");
            only(lstm, layerNorm == LayerNorm.CARRY_NORMALIZED, "layerNorm CARRY_NORMALIZED", "LSTM");
            only(lstm || gru, layerNorm != LayerNorm.NONE, "layerNorm", "LSTM or GRU");
            only(lstm || gru, candidateDropout > 0, "candidateDropout", "LSTM or GRU");
            only(gru, !resetAfter, "resetAfter(false)", "GRU");
            Check.that(resetAfter || layerNorm == LayerNorm.NONE, "layerNorm",
                    "NONE with the reset-before GRU", layerNorm);
            Check.size("hiddenSize", cell.gates(), hiddenSize, Math.max(hiddenSize, inputSize));
            return new RnnConfig(new Builder(this));
        }

        private void only(boolean allowed, boolean used, String setting, String cells) {
            Check.that(allowed || !used, setting, "an option of " + cells, "cell " + cell);
        }
    }
}
