package dev.gateloom.train;

import dev.gateloom.nn.Trainable;
import dev.gateloom.spi.Workers;
import dev.gateloom.train.internal.Require;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes parameters by their gradients. Bound to the parameters that it was made for. Beside the number of updates its
 * whole state is one value for each parameter and name in {@link #slotNames()}.
 */
public abstract class Optimizer {
    /** Values that a thread takes at once. */
    private static final int PART = 8192;

    private final List<Trainable> parameters;
    private final double learningRate;
    private final Definition definition;
    private final List<String> slotNames;
    private final float[][][] slots;            // [parameter][slot][index of the value in its array]
    private double weightDecay;
    private long updates;
    private Workers workers = Workers.NONE;
    private final Workers.Work work = this::updatePart;
    private Trainable updated;                  // the parameter that is being updated, its slots, and what it decays by
    private float[][] updatedSlots;
    private double share;

    /**
     * For optimizers.
     *
     * @param parameters what it changes
     * @param learningRate rate, positive
     * @param definition whose
     * @param slotNames what it keeps for each value
     */
    protected Optimizer(List<Trainable> parameters, double learningRate, Definition definition, String... slotNames) {
        Require.that(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "learningRate", "a positive number",
                learningRate);
        this.parameters = List.copyOf(parameters);
        this.learningRate = learningRate;
        this.definition = definition;
        this.slotNames = List.of(slotNames);
        slots = new float[parameters.size()][][];
        Map<float[], float[][]> rooms = new IdentityHashMap<>();        // parameters that share an array do so here too
        for (int k = 0; k < slots.length; k++) {
            slots[k] = rooms.computeIfAbsent(parameters.get(k).values(), v -> new float[slotNames.length][v.length]);
        }
    }

    /**
     * Makes weights decay; 0 by default. In PyTorch's definition {@code value·p} is added to the gradient of p (an L2 penalty,
     * {@link #penalty()}), in Keras's {@code p -= rate·value·p} comes before the update ({@link AdamW}: in both).
     *
     * @param value at least 0
     * @return this
     */
    public Optimizer weightDecay(double value) {
        weightDecay = notNegative("weightDecay", value);
        return this;
    }

    /** Whether weights decay by themselves rather than through the gradient. */
    boolean decoupled() {
        return definition == Definition.KERAS;
    }

    /**
     * What {@link #update} multiplies p by and adds to its gradient.
     *
     * @return the weight decay, or 0 if weights decay by themselves
     */
    protected final double penalty() {
        return decoupled() ? 0 : weightDecay;
    }

    /**
     * What a run that is resumed may have set otherwise, for people. Optimizers with more than these add them.
     *
     * @return names and values, such as {@code "learning rate 0.01, weight decay 0.0"}
     */
    protected String settings() {
        return "learning rate " + learningRate + ", weight decay " + weightDecay;
    }

    /**
     * Whose definition it follows.
     *
     * @return PyTorch's or Keras's
     */
    public final Definition definition() {
        return definition;
    }

    /**
     * One update. The gradients stay as they are.
     *
     * @param rateFactor what a {@link Schedule} multiplies the learning rate by; 1 for none
     */
    public final void step(double rateFactor) {
        updates++;
        double rate = learningRate * rateFactor;
        begin(updates, rate);
        share = decoupled() ? rate * weightDecay : 0;
        for (int k = 0; k < slots.length; k++) {
            updated = parameters.get(k);
            updatedSlots = slots[k];
            workers.run((updated.size() + PART - 1) / PART, work);
            updated.changed().run();
        }
    }

    private void updatePart(int part) {
        int start = updated.offset() + part * PART;
        int end = Math.min(start + PART, updated.end());
        float[] p = updated.values();
        for (int i = start; share > 0 && i < end; i++) {
            p[i] -= (float) (share * p[i]);
        }
        update(p, updated.gradients(), updatedSlots, start, end);
    }

    /** Who updates from now on. */
    final void on(Workers threads) {
        workers = threads;
    }

    /**
     * Computes what is the same for all values of an update.
     *
     * @param update its number, from 1
     * @param rate the learning rate
     */
    protected abstract void begin(long update, double rate);

    /**
     * Updates a part of one parameter, each value by itself: several threads may be at work, each on another part. What depends on a
     * whole parameter, such as its norm, belongs into {@link #begin}.
     *
     * @param p array of the values
     * @param g array of the gradients
     * @param state the slots, at the same indices: loops over several arrays become vectors only if they have one index
     * @param start first index
     * @param end index after the last
     */
    protected abstract void update(float[] p, float[] g, float[][] state, int start, int end);

    /**
     * What it changes.
     *
     * @return the parameters
     */
    public final List<Trainable> parameters() {
        return parameters;
    }

    /**
     * What it keeps for each value.
     *
     * @return the names, for example {@code momentum}
     */
    public final List<String> slotNames() {
        return slotNames;
    }

    /**
     * What it keeps for a parameter.
     *
     * @param parameter index in {@link #parameters()}
     * @param slot index in {@link #slotNames()}
     * @return the array itself, where the parameter's part lies as in {@link Trainable#values}
     */
    public final float[] slot(int parameter, int slot) {
        return slots[parameter][slot];
    }

    /**
     * How many updates there were.
     *
     * @return the number
     */
    public final long updates() {
        return updates;
    }

    /**
     * Goes on as if there had been so many updates; the slots are set by whoever calls this.
     *
     * @param done the number, at least 0
     */
    public final void resume(long done) {
        Require.that(done >= 0, "done", "at least 0", done);
        updates = done;
        resumed(done);
    }

    /**
     * Renews what follows from the number of updates alone.
     *
     * @param done the number
     */
    protected void resumed(long done) {
    }

    static double inUnit(String name, double value) {
        Require.that(value >= 0 && value < 1, name, "a number in [0, 1)", value);
        return value;
    }

    static double notNegative(String name, double value) {
        Require.that(value >= 0 && value < Double.POSITIVE_INFINITY, name, "a number of at least 0", value);
        return value;
    }
}
