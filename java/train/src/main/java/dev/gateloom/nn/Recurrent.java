package dev.gateloom.nn;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A recurrent layer on an engine: {@code x [B, T, I]} gives its last output {@code [B, H]}, or all of them
 * {@code [B, T, H]}. Options and their meaning are Keras's.
 *
 * <p>Further inputs, if any, are the first state: h, and c for an LSTM. Further outputs, with {@link #returnState}, are
 * the last one. Both are {@code [B, H]}, of several layers or directions side by side.
 *
 * <p>Masked steps may lie anywhere: the state stands still there and the output repeats the one before, or is zero before
 * the first.
 */
public abstract class Recurrent extends Layer {
    private static final long INPUT_DROPOUT = 1;

    private final CellType cell;
    private final int units;
    private UnaryOperator<RnnConfig.Builder> options = b -> b;
    private boolean returnSequences;
    private boolean returnState;
    private boolean stateful;
    private boolean goBackwards;
    private boolean redundantBias;
    private float dropout;
    private Merge merge;                    // null for one direction

    private RnnEngine engine;
    private Operations ops;
    private RnnConfig config;
    private long seed;
    private RnnWeights weights;
    private RnnWeights gradients;
    private RnnPlan training;
    private RnnPlan inference;
    private final List<Trainable> parameters = new ArrayList<>();
    private final List<Trainable> frozen = new ArrayList<>();

    private long draw;
    private long drawn;
    private final StepOrder order = new StepOrder();
    private boolean[] turnedMask = new boolean[0];
    private final Tensor source = new Tensor();         // x as the engine reads it, if it was moved or dropped
    private final Tensor compact = new Tensor();        // the engine's outputs, if they are moved
    private final Tensor both = new Tensor();           // outputs of both directions, if they are merged
    private final Tensor dBoth = new Tensor();
    private final Tensor dCompact = new Tensor();
    private final Tensor dSource = new Tensor();
    private StateTensors first;                         // given by the graph
    private StateTensors carried;                       // from call to call
    private StateTensors last;
    private Tensor input;
    private Tensor output;

    Recurrent(CellType cell, int units) {
        Require.that(units >= 1, "units", "at least 1", units);
        this.cell = cell;
        this.units = units;
    }

    /**
     * Whether the output is every step's rather than the last one's.
     *
     * @param all false by default
     * @return this
     */
    public Recurrent returnSequences(boolean all) {
        returnSequences = all;
        return this;
    }

    /**
     * Whether the last state follows as further outputs: h, and c for an LSTM.
     *
     * @param state false by default
     * @return this
     */
    public Recurrent returnState(boolean state) {
        returnState = state;
        return this;
    }

    /**
     * Whether a batch goes on from the state in which the one before ended, sample by sample. Gradients do not reach back
     * beyond a batch: truncated backpropagation through time.
     *
     * @param carry false by default
     * @return this
     */
    public Recurrent stateful(boolean carry) {
        stateful = carry;
        return this;
    }

    /**
     * Whether to read from the last step to the first. Outputs are in the order in which they were computed.
     *
     * @param backwards false by default
     * @return this
     */
    public Recurrent goBackwards(boolean backwards) {
        goBackwards = backwards;
        return this;
    }

    /**
     * Dropout on the inputs, one mask for all steps (Gal and Ghahramani 2016).
     *
     * @param rate share of values dropped, in [0, 1); 0 by default
     * @return this
     */
    public Recurrent dropout(float rate) {
        Require.that(rate >= 0 && rate < 1, "rate", "a number in [0, 1)", rate);
        dropout = rate;
        return this;
    }

    /**
     * Dropout on h in the recurrent product, one mask for all steps.
     *
     * @param rate share of values dropped, in [0, 1); 0 by default
     * @return this
     */
    public Recurrent recurrentDropout(float rate) {
        return options(b -> b.recurrentDropout(rate));
    }

    /**
     * Any option of the engines, in addition to those before: several layers, projection, peepholes, zoneout and so on.
     *
     * @param more changes the configuration
     * @return this
     */
    public Recurrent options(UnaryOperator<RnnConfig.Builder> more) {
        UnaryOperator<RnnConfig.Builder> before = options;
        options = b -> more.apply(before.apply(b));
        return this;
    }

    /**
     * Whether there are two biases where one would do, as PyTorch has them; each then takes a full step of the optimizer.
     * The GRU that resets after the product has two in any case, since they differ there. Where one is trained, the other,
     * {@code bias_hh}, starts at zero and stays as it is: it counts, and is saved, if it was set to something else.
     *
     * @param two false by default, as in Keras
     * @return this
     */
    public Recurrent redundantBias(boolean two) {
        redundantBias = two;
        return this;
    }

    void bidirectional(Merge how) {
        merge = how;
    }

    /**
     * The parameters under PyTorch's names, both biases included.
     *
     * @return the weights themselves; call {@link RnnWeights#changed()} after writing to them
     */
    public RnnWeights weights() {
        return weights;
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        requireAxes(inputs[0], 2, STEPS_AND_FEATURES);
        Require.that(merge == null || !goBackwards, "goBackwards", "false in a Bidirectional: it reads both ways", true);
        engine = setup.engine();
        ops = setup.operations();
        seed = setup.seed();
        RnnConfig.Builder b = options.apply(RnnConfig.of(cell, features(inputs[0]), units));
        config = b.bidirectional(merge != null).batchFirst(true).returnSequences(returnSequences).build();
        weights = RnnWeights.init(config, setup.initialisation().recurrent(seed));
        gradients = RnnWeights.zeros(config);
        boolean normalised = config.layerNorm() != dev.gateloom.LayerNorm.NONE;
        boolean two = cell == CellType.GRU && config.resetAfter() || normalised || redundantBias;
        for (Parameter p : weights.parameters()) {
            boolean trained = two || !p.name().startsWith("bias_hh");
            (trained ? parameters : frozen).add(new Trainable(p.name(), p.shape(), weights.data(), gradients.data(),
                    p.offset(), weights::changed));
            if (!trained) {
                weights.set(p.name(), new float[p.size()]);
            }
        }
        first = new StateTensors(config);
        last = new StateTensors(config);
        carried = new StateTensors(config);
        for (int i = 1; i < inputs.length; i++) {
            int which = i - 1;
            Require.that(which < first.count(), "inputs of " + kind(), "at most " + (1 + first.count()), inputs.length);
            Require.that(Arrays.equals(inputs[i], new int[] {first.width(which)}), "first state", "[" + first.width(which)
                    + "]", Arrays.toString(inputs[i]));
        }
        Require.that(inputs.length == 1 || inputs.length == 1 + first.count() && !stateful, "inputs of " + kind(),
                "x and all of the first state, in a layer that is not stateful", inputs.length);
        int[][] results = new int[returnState ? 1 + last.count() : 1][];
        results[0] = returnSequences ? new int[] {inputs[0][0], outputSize()} : new int[] {outputSize()};
        for (int i = 1; i < results.length; i++) {
            results[i] = new int[] {last.width(i - 1)};
        }
        return results;
    }

    private int outputSize() {
        return config.outputSize() * (merge == Merge.CONCAT ? 2 : 1);
    }

    private boolean merges() {
        return merge != null && merge != Merge.CONCAT;
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    public List<Trainable> frozen() {
        return frozen;
    }

    @Override
    public void clearGradients() {
        gradients.clear();
    }

    @Override
    public void draws(long number) {
        draw = number;
    }

    @Override
    public void resetStates() {
        carried.clear();
    }

    @Override
    public List<Tensor> states() {
        List<Tensor> states = new ArrayList<>();
        for (int i = 0; stateful && i < carried.count(); i++) {
            states.add(carried.tensor(i));
        }
        return states;
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean train) {
        Tensor in = x[0];
        in.require("x", 3, 3, config.inputSize());
        input = null;
        order.read(in, goBackwards, merge != null);
        Tensor from = in;
        if (order.moves()) {
            order.gather(in, source);
            from = source;
        }
        if (train && dropout > 0) {
            drawn = Draw.bits(Draw.bits(seed, INPUT_DROPOUT), draw);
            ops.dropout(from, dropout, drawn, in.dim(1), in.features(), source.like(in));
            from = source;
        }
        boolean moved = order.moves() && returnSequences;
        Tensor unmerged = merges() ? both : y[0];
        Tensor raw = moved ? compact : unmerged;
        rawShape(raw, in);
        RnnPlan plan = plan(train, in.dim(1), in.batch());
        plan.seed(Draw.bits(seed, draw));
        draw += train ? 1 : 0;
        RnnState initial = initial(x, in.batch());
        StateTensors end = stateful ? carried : last;
        if (stateful && carried.isEmpty()) {
            carried.shape(in.batch());
        }
        RnnState result = stateful || returnState ? (stateful ? end : end.shape(in.batch())).state() : null;
        plan.forward(weights, from.values(), initial, order.lengths(in), raw.values(), result);
        if (moved) {
            order.show(raw, unmerged);
        }
        if (merges()) {
            merge.join(both, y[0].like(both, outputSize()));
        }
        if (returnSequences) {
            turnedMask = goBackwards && in.mask() != null ? order.outputMask(in, true, turnedMask) : turnedMask;
            y[0].mask(goBackwards && in.mask() != null ? turnedMask : in.mask());
        }
        for (int i = 1; i < y.length; i++) {
            end.write(i - 1, y[i]);
        }
        input = train ? in : null;
        output = y[0];
    }

    private void rawShape(Tensor raw, Tensor in) {
        int width = config.numDirections() * config.outputSize();
        if (returnSequences) {
            raw.shape(in.batch(), in.dim(1), width);
        } else {
            raw.shape(in.batch(), width);
        }
    }

    private RnnState initial(Tensor[] x, int batch) {
        if (x.length > 1) {
            first.shape(batch);
            for (int i = 0; i < first.count(); i++) {
                first.read(i, "first state", x[i + 1]);
            }
            return first.state();
        }
        if (!stateful || carried.isEmpty()) {
            return null;
        }
        if (!carried.holds(batch)) {
            Require.that(false, "x", "a batch as large as the one before, whose state is carried on (else call resetStates)",
                    batch);
        }
        return carried.state();
    }

    private RnnPlan plan(boolean train, int steps, int batch) {
        RnnPlan plan = train ? training : inference;
        if (plan == null || steps > plan.capacity().maxSteps() || batch > plan.capacity().maxBatch()) {
            Shape largest = plan == null ? Shape.of(steps, batch) : Shape.of(Math.max(steps, plan.capacity().maxSteps()),
                    Math.max(batch, plan.capacity().maxBatch()));
            if (plan != null) {
                plan.close();
            }
            plan = engine.plan(config, largest, train ? Mode.TRAINING : Mode.INFERENCE);
            if (train) {
                training = plan;
            } else {
                inference = plan;
            }
        }
        return plan.shape(steps, batch);
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        Tensor in = Require.present(input, "backward: call forward with training = true first");
        input = null;
        Tensor d = dy[0];
        if (d != null) {
            d.requireLike("dy", output);
            if (merges()) {
                merge.split(d, both, dBoth.like(both));
                d = dBoth;
            }
            if (order.moves() && returnSequences) {
                order.collect(d, dCompact);
                d = dCompact;
            }
        }
        RnnState dLast = lastGradient(dy, in.batch());
        Tensor direct = dx[0] == null ? null : order.moves() ? dSource.like(in) : dx[0].like(in);
        boolean wantsFirst = dx.length > 1;
        training.backward(weights, d == null ? null : d.values(), dLast, direct == null ? null : direct.values(),
                wantsFirst ? first.state() : null, gradients);
        if (direct != null && dropout > 0) {
            ops.dropout(direct, dropout, drawn, in.dim(1), in.features(), direct);
        }
        if (direct != null && order.moves()) {
            order.scatter(direct, dx[0]);
        }
        boolean plain = !order.moves() && dropout == 0 && dx.length == 1 && !stateful;
        regularize(plain, config, weights, gradients, in, d, dLast);
        for (int i = 1; i < dx.length; i++) {
            if (dx[i] != null) {
                first.write(i - 1, dx[i]);
            }
        }
    }

    /**
     * Adds the gradient of a penalty on the weights that depends on the sequence.
     *
     * @param plain whether the engine read x itself, from a zero state
     * @param dy gradient of the outputs; null for zero
     * @param dLast gradient of the last state; null for zero
     */
    void regularize(boolean plain, RnnConfig of, RnnWeights at, RnnWeights to, Tensor x, Tensor dy, RnnState dLast) {
        // most layers have none
    }

    private RnnState lastGradient(Tensor[] dy, int batch) {
        boolean any = false;
        for (int i = 1; i < dy.length; i++) {
            any |= dy[i] != null;
        }
        if (!any) {
            return null;
        }
        last.shape(batch);
        for (int i = 1; i < dy.length; i++) {
            last.read(i - 1, "gradient of the last state", dy[i]);
        }
        return last.state();
    }

    @Override
    public void close() {
        if (training != null) {
            training.close();
        }
        if (inference != null) {
            inference.close();
        }
        if (weights != null) {
            weights.close();
            gradients.close();
        }
    }
}
