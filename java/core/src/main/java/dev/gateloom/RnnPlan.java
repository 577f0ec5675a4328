package dev.gateloom;

import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Workspace and reserve of one engine for one stack, up to a largest shape. Made by {@link RnnEngine#plan}. One thread
 * at a time; any number of plans may share an engine and weights. The cpu engine's calls allocate nothing for plain LSTM
 * and GRU once the JVM has compiled them; other calls may allocate.
 *
 * <p>The caller owns all inputs and outputs: arrays, or {@link FloatBuffer}s used from their position on (position and
 * limit stay). They may be longer than needed; the rest is left alone. A call checks all its arguments before it
 * writes anything. {@code initialState} and {@code finalState} may be the same object, other overlaps are not allowed.
 *
 * <p>{@code lengths} (null: all are T) has one length in 0 … T for each sequence, in any order. What {@code x} and
 * {@code dy} hold past a sequence's length has no effect; {@code y} and {@code dx} are zero there.
 */
public abstract class RnnPlan implements AutoCloseable {
    private final RnnConfig config;
    private final Shape capacity;
    private final Mode mode;
    private final Call call = new Call();
    private final Operand yLast = new Operand();    // y [B, D·R] when only the last output is returned
    private final Operand dyLast = new Operand();
    private final float[] lastState;                // [L·D, B, R], stands in for hN and dhN then
    private final RnnMasks drawn;
    private RnnMasks given;
    private int steps;
    private int batch;
    private long seed;
    private int calls;
    private boolean pending;                        // a forward waits for its backward
    private long pendingVersion;                    // of the weights of that forward
    private long pendingMasks;                      // the same of its masks
    private boolean closed;

    /**
     * For engines.
     *
     * @param config the stack
     * @param capacity the largest shape
     * @param mode whether backward will be called
     */
    protected RnnPlan(RnnConfig config, Shape capacity, Mode mode) {
        this.config = Check.present("config", config);
        this.capacity = Check.present("shape", capacity);
        this.mode = Check.present("mode", mode);
        steps = capacity.maxSteps();
        batch = capacity.maxBatch();
        Check.size("x", steps, batch, config.inputSize());
        Check.size("y", steps, batch, config.numDirections() * config.outputSize());
        Check.size("state", config.numLayers() * config.numDirections(), batch, config.hiddenSize());
        call.lengths = new int[batch];
        call.batchFirst = config.batchFirst();
        lastState = config.returnSequences() ? null
                : new float[Check.size("h", config.numLayers() * config.numDirections(), batch, config.outputSize())];
        drawn = mode == Mode.TRAINING && config.stochastic() ? new RnnMasks(config, steps, batch) : null;
    }

    /**
     * The stack.
     *
     * @return the configuration
     */
    public final RnnConfig config() {
        return config;
    }

    /**
     * The largest shape.
     *
     * @return as given to {@link RnnEngine#plan}
     */
    public final Shape capacity() {
        return capacity;
    }

    /**
     * What the plan is for.
     *
     * @return as given to {@link RnnEngine#plan}
     */
    public final Mode mode() {
        return mode;
    }

    /**
     * Sets the shape of the calls that follow. It starts as the largest.
     *
     * @param newSteps T, at most {@code capacity().maxSteps()}
     * @param newBatch B, at most {@code capacity().maxBatch()}
     * @return this
     */
    public final RnnPlan shape(int newSteps, int newBatch) {
        within("steps", newSteps, capacity.maxSteps());
        within("batch", newBatch, capacity.maxBatch());
        steps = newSteps;
        batch = newBatch;
        pending = false;
        return this;
    }

    /**
     * Steps T of the next call.
     *
     * @return T
     */
    public final int steps() {
        return steps;
    }

    /**
     * Sequences B of the next call.
     *
     * @return B
     */
    public final int batch() {
        return batch;
    }

    /**
     * Seeds the masks: forward number n after this call draws them from (seed, n). The first seed is 0.
     *
     * @param newSeed of the generator
     * @return this
     */
    public final RnnPlan seed(long newSeed) {
        seed = newSeed;
        calls = 0;
        return this;
    }

    /**
     * Uses these masks in every training forward instead of drawing them. They are not copied: what a forward read must
     * stay until its backward is done, also where other plans use the same masks. Masks that were drawn or set again in
     * between are refused there; values written into {@link RnnMasks#get} are not noticed.
     *
     * @param masks the masks; null to draw them again
     * @return this
     */
    public final RnnPlan masks(RnnMasks masks) {
        Check.that(masks == null || drawn != null, "masks", "null unless the plan trains a stack with dropout or zoneout",
                masks);
        Check.that(masks == null || masks.fits(config), "masks", "masks of " + config, masks);
        given = masks;
        return this;
    }

    /**
     * Runs the stack over a batch of sequences. Returns when done.
     *
     * @param weights the parameters
     * @param x {@code [T, B, I]}, or {@code [B, T, I]} if batch first; null only if I = 0
     * @param initialState {@code h0, c0}; null for zeros
     * @param lengths length of each sequence; null if all are T
     * @param y {@code [T, B, D·R]}, {@code [B, T, D·R]} if batch first, {@code [B, D·R]} if only the last output is
     *     returned; null if not wanted
     * @param finalState {@code hN, cN}: each sequence's state after its own last step (the initial one for length 0);
     *     null if not wanted
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     */
    public final void forward(RnnWeights weights, float[] x, RnnState initialState, int[] lengths, float[] y,
            RnnState finalState) {
        call.x.set(x);
        call.y.set(y);
        forward(weights, initialState, lengths, finalState);
    }

    /**
     * The same on buffers, direct ones included.
     *
     * @param weights the parameters
     * @param x as above
     * @param initialState as above
     * @param lengths as above
     * @param y as above
     * @param finalState as above
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     */
    public final void forward(RnnWeights weights, FloatBuffer x, RnnState initialState, int[] lengths, FloatBuffer y,
            RnnState finalState) {
        call.x.set(x);
        call.y.set(y);
        forward(weights, initialState, lengths, finalState);
    }

    /**
     * Gradients of the forward just before: of the loss whose gradients with respect to y, hN and cN are given. One
     * backward belongs to one forward.
     *
     * @param weights the parameters of that forward, unchanged since
     * @param dy gradient of y, same layout; null for zeros
     * @param dFinalState gradient of hN and cN; null for zeros
     * @param dx receives the gradient of x; null if not wanted
     * @param dInitialState receives the gradient of h0 and c0; null if not wanted
     * @param gradients the gradients of the parameters are <em>added</em> here; null if not wanted
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     * @throws IllegalStateException if there was no training forward just before
     */
    public final void backward(RnnWeights weights, float[] dy, RnnState dFinalState, float[] dx,
            RnnState dInitialState, RnnWeights gradients) {
        call.dy.set(dy);
        call.dx.set(dx);
        backward(weights, dFinalState, dInitialState, gradients);
    }

    /**
     * The same on buffers, direct ones included.
     *
     * @param weights as above
     * @param dy as above
     * @param dFinalState as above
     * @param dx as above
     * @param dInitialState as above
     * @param gradients as above
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     * @throws IllegalStateException if there was no training forward just before
     */
    public final void backward(RnnWeights weights, FloatBuffer dy, RnnState dFinalState, FloatBuffer dx,
            RnnState dInitialState, RnnWeights gradients) {
        call.dy.set(dy);
        call.dx.set(dx);
        backward(weights, dFinalState, dInitialState, gradients);
    }

    /**
     * One step, for serving: {@code y, state = cell(x, state)}. The batch is that of the plan, whatever its steps.
     *
     * @param weights the parameters
     * @param x {@code [B, I]}; null only if I = 0
     * @param state the state, replaced by the next one
     * @param y {@code [B, R]}; null if not wanted (it is the last layer's h)
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     */
    public final void step(RnnWeights weights, float[] x, RnnState state, float[] y) {
        call.x.set(x);
        call.y.set(y);
        step(weights, state);
    }

    /**
     * The same on buffers, direct ones included.
     *
     * @param weights as above
     * @param x as above
     * @param state as above
     * @param y as above
     * @throws IllegalArgumentException naming the argument that does not fit; nothing was written then
     */
    public final void step(RnnWeights weights, FloatBuffer x, RnnState state, FloatBuffer y) {
        call.x.set(x);
        call.y.set(y);
        step(weights, state);
    }

    /** Frees workspace and reserve. */
    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }

    /**
     * Runs forward; in training keeps what backward needs.
     *
     * @param checked the arguments
     */
    protected abstract void run(Call checked);

    /**
     * Runs backward. The arguments are those of the last forward with the gradients added; {@code x}, {@code h0} and
     * the other operands of forward must not be read any more.
     *
     * @param checked the arguments
     */
    protected abstract void runBackward(Call checked);

    /** Frees workspace and reserve; called once. */
    protected void free() {
    }

    private void step(RnnWeights weights, RnnState state) {
        Check.that(config.direction() == Direction.FORWARD, "step", "a stack that reads forward", config.direction());
        Check.that(mode == Mode.INFERENCE, "step", "a plan for INFERENCE", mode);
        Check.present("state", state);
        int keep = steps;
        steps = 1;
        try {
            forward(weights, state, null, state);
        } finally {
            steps = keep;
        }
    }

    private void forward(RnnWeights weights, RnnState initial, int[] lengths, RnnState last) {
        open();
        checkWeights("weights", weights);
        if (given != null && mode == Mode.TRAINING && (given.steps() != steps || given.batch() != batch)) {
            Check.that(false, "masks", "T=" + steps + ", B=" + batch, given);
        }
        int width = config.numDirections() * config.outputSize();
        operand("x", call.x, false, config.inputSize() > 0, steps, batch, config.inputSize(), "T", "B", "I");
        if (config.returnSequences()) {
            operand("y", call.y, true, false, steps, batch, width, "T", "B", "D·R");
        } else {
            operand("y", call.y, true, false, 1, batch, width, "1", "B", "D·R");
        }
        state("initialState.h", "initialState.c", initial, false);
        state("finalState.h", "finalState.c", last, true);
        lengths(lengths);

        call.weights = weights;
        call.steps = steps;
        call.batch = batch;
        call.h0.set(initial == null ? null : initial.hOperand());
        call.c0.set(initial == null ? null : initial.cOperand());
        call.hN.set(last == null ? null : last.hOperand());
        call.cN.set(last == null ? null : last.cOperand());
        call.masks = mode == Mode.TRAINING ? masksOfThisCall() : null;
        yLast.set((Operand) null);
        if (!config.returnSequences() && call.y.isPresent()) {
            yLast.set(call.y);
            if (!call.hN.isPresent()) {
                call.hN.set(lastState);
            }
        }
        if (!config.returnSequences()) {
            call.y.set((Operand) null);
        }
        pending = false;
        run(call);
        if (yLast.isPresent()) {
            copyLastOutput();
        }
        pending = mode == Mode.TRAINING;
        pendingVersion = weights.version();
        pendingMasks = call.masks == null ? 0 : call.masks.version();
    }

    private void backward(RnnWeights weights, RnnState dFinal, RnnState dInitial, RnnWeights gradients) {
        open();
        if (!pending) {
            throw new IllegalStateException(mode == Mode.INFERENCE
                    ? "backward: this plan is for INFERENCE, make one for TRAINING"
                    : "backward: call forward first; one backward belongs to one forward of the same shape");
        }
        checkWeights("weights", weights);
        Check.that(weights == call.weights && weights.version() == pendingVersion, "weights",
                "those of the forward, unchanged", weights == call.weights ? "changed() since" : "other weights");
        Check.that(call.masks == null || call.masks.version() == pendingMasks, "masks", "those of the forward, unchanged",
                "drawn or set again since");
        if (gradients != null && !gradients.config().equals(config)) {
            Check.that(false, "gradients", "zeros of " + config, gradients.config());
        }
        Check.that(gradients != weights, "gradients", "another object than weights", "the weights");
        int width = config.numDirections() * config.outputSize();
        if (config.returnSequences()) {
            operand("dy", call.dy, false, false, steps, batch, width, "T", "B", "D·R");
        } else {
            operand("dy", call.dy, false, false, 1, batch, width, "1", "B", "D·R");
        }
        operand("dx", call.dx, true, false, steps, batch, config.inputSize(), "T", "B", "I");
        state("dFinalState.h", "dFinalState.c", dFinal, false);
        state("dInitialState.h", "dInitialState.c", dInitial, true);

        call.dhN.set(dFinal == null ? null : dFinal.hOperand());
        call.dcN.set(dFinal == null ? null : dFinal.cOperand());
        call.dh0.set(dInitial == null ? null : dInitial.hOperand());
        call.dc0.set(dInitial == null ? null : dInitial.cOperand());
        call.gradients = gradients;
        if (!config.returnSequences()) {
            dyLast.set(call.dy);
            call.dy.set((Operand) null);
            if (dyLast.isPresent()) {
                addLastGradient();
            }
        }
        pending = false;
        runBackward(call);
        if (gradients != null) {
            gradients.changed();
        }
    }

    /** {@code y[b, d·R:] = hN[(L-1)·D + d, b, :]}. */
    private void copyLastOutput() {
        int r = config.outputSize();
        int d = config.numDirections();
        int top = (config.numLayers() - 1) * d;
        for (int dir = 0; dir < d; dir++) {
            for (int b = 0; b < batch; b++) {
                for (int j = 0; j < r; j++) {
                    yLast.put((b * d + dir) * r + j, call.hN.get(((top + dir) * batch + b) * r + j));
                }
            }
        }
    }

    /** {@code dhN[(L-1)·D + d, b, :] += dy[b, d·R:]}, in memory of the plan. */
    private void addLastGradient() {
        int r = config.outputSize();
        int d = config.numDirections();
        int top = (config.numLayers() - 1) * d;
        int size = config.numLayers() * d * batch * r;
        if (call.dhN.isPresent()) {
            call.dhN.get(0, lastState, 0, size);
        } else {
            Arrays.fill(lastState, 0, size, 0f);
        }
        for (int dir = 0; dir < d; dir++) {
            for (int b = 0; b < batch; b++) {
                for (int j = 0; j < r; j++) {
                    lastState[((top + dir) * batch + b) * r + j] += dyLast.get((b * d + dir) * r + j);
                }
            }
        }
        call.dhN.set(lastState);
    }

    private RnnMasks masksOfThisCall() {
        if (drawn == null) {
            return null;
        }
        if (given != null) {
            return given;
        }
        drawn.reshape(steps, batch);
        return drawn.draw(seed, calls++);
    }

    private static void within(String name, int value, int largest) {
        if (value < 1 || value > largest) {         // a message costs memory: built only when it is needed
            Check.that(false, name, "1 to " + largest, value);
        }
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("this plan is closed");
        }
    }

    private void checkWeights(String name, RnnWeights weights) {
        Check.present(name, weights);
        if (!weights.config().equals(config)) {
            Check.that(false, name, "weights of " + config, weights.config());
        }
    }

    private void lengths(int[] lengths) {
        if (lengths == null) {
            call.ragged = false;
            Arrays.fill(call.lengths, 0, batch, steps);
            return;
        }
        if (lengths.length != batch) {
            Check.that(false, "lengths", "one for each of B = " + batch + " sequences", lengths.length + " lengths");
        }
        for (int b = 0; b < batch; b++) {
            if (lengths[b] < 0 || lengths[b] > steps) {
                Check.that(false, "lengths[" + b + "]", "0 to T = " + steps, lengths[b]);
            }
        }
        System.arraycopy(lengths, 0, call.lengths, 0, batch);
        call.ragged = false;
        for (int b = 0; b < batch; b++) {
            call.ragged |= lengths[b] < steps;
        }
    }

    private void state(String h, String c, RnnState state, boolean written) {
        if (state == null) {
            return;
        }
        int layers = config.numLayers() * config.numDirections();
        operand(h, state.hOperand(), written, true, layers, batch, config.outputSize(), "L·D", "B", "R");
        if (config.cell() == CellType.LSTM) {
            operand(c, state.cOperand(), written, true, layers, batch, config.hiddenSize(), "L·D", "B", "H");
        } else if (state.cOperand().isPresent()) {
            Check.that(false, c, "null: only an LSTM has a cell state", state.cOperand().length() + " floats");
        }
    }

    private void operand(String name, Operand o, boolean written, boolean required, int d0, int d1, int d2, String n0,
            String n1, String n2) {
        if (!o.isPresent()) {
            if (required) {
                Check.that(false, name, "at least " + (long) d0 * d1 * d2 + " floats", "null");
            }
            return;
        }
        if (o.length() < (long) d0 * d1 * d2) {
            boolean swap = config.batchFirst() && n0.equals("T");
            Check.that(false, name, "at least " + (long) d0 * d1 * d2 + " floats [" + (swap ? n1 + "=" + d1 + ", " + n0
                    + "=" + d0 : n0 + "=" + d0 + ", " + n1 + "=" + d1) + ", " + n2 + "=" + d2 + "]", o.length());
        }
        if (written && !o.isWritable()) {
            Check.that(false, name, "a buffer that can be written", "a read-only one");
        }
    }
}
