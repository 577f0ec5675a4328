package dev.gateloom.bench;

import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the reference engine says about a part of a case, and the comparison with it. The reference is slow, so it
 * computes a few sequences (spread from the first to the last) over the first steps. That part is exact for the whole
 * case: outputs do not depend on other sequences or on later steps, and when the gradient of the output is zero
 * everywhere else, the gradients of the whole case are those of the part. So a contender runs the case at its full
 * size and is compared on the part. For a single step the reference runs {@link #STEPS} of them. What the part does not
 * show, engine {@code cpu} does, if {@link #whole} is asked: all sequences and steps, once the reference has agreed with it.
 */
public final class Expected {
    /** Single steps before the comparison: the state has to be carried along. */
    static final int STEPS = 3;
    /**
     * Largest error allowed, relative to the largest value of the tensor: float32 sums of up to 2,048 products and
     * a thousand steps, where PyTorch itself is off by up to 1e-5. Whole cases need no more: over 1,000 steps, four layers of 256 steps,
     * or sums of 16,384 rows (sizes 32 to 256) engine cpu was off the reference by at most 7e-7 in y, 1.4e-6 in dx, 5.2e-6 in
     * gradients of parameters.
     */
    static final double TOLERANCE = 1e-4;
    /** What the reference may cost: some tenths of a second. */
    private static final double FLOPS = 1e8;
    /** Compared at least, whatever they cost. */
    private static final int LEAST_STEPS = 2;
    /** Errors are relative to at least this. */
    private static final double SMALLEST = 1e-3;
    private static final int ROWS = 4;
    /** So many at least for a norm: of a few values it varies by itself. */
    private static final int LEAST_VALUES = 256;
    private static final String REFERENCE = "reference";
    private static final String FAST = "cpu";
    /** At most so many times the steps of the attempt before: its speed may have been that of code not compiled yet. */
    private static final double GROWTH = 16;

    private final Case of;
    private final String by;                    // who says so
    private final Part part;
    private final Contender.Outcome expected;   // y [T', rows, H], dx [T', rows, I]; as a contender's, but for the part

    private Expected(Case of, String by, Part part, Contender.Outcome expected) {
        this.of = of;
        this.by = by;
        this.part = part;
        this.expected = expected;
    }

    /**
     * Runs the reference.
     *
     * @param problem the case's numbers
     * @return its results
     */
    public static Expected compute(Problem problem) {
        return compute(problem, LEAST_STEPS);
    }

    /**
     * Runs the reference over so many steps at least, whatever they cost.
     *
     * @param problem the case's numbers
     * @param leastSteps if the case has so many
     * @return its results
     */
    public static Expected compute(Problem problem, int leastSteps) {
        Part part = Part.of(problem.of(), leastSteps);
        try (RnnEngine reference = Engines.get(REFERENCE)) {
            return new Expected(problem.of(), "the reference", part, run(reference, problem, part, problem.dy()));
        }
    }

    /** An engine's result for a part, with a gradient {@code [T, B, H]} of the output. */
    private static Contender.Outcome run(RnnEngine engine, Problem problem, Part part, float[] dy) {
        Case c = problem.of();
        int b = part.rows.length;
        boolean training = c.kind() == Kind.TRAINING;
        int inputSize = c.dims().inputSize();
        int hiddenSize = c.dims().hiddenSize();
        int steps = c.kind() == Kind.STEP ? STEPS : part.steps;
        float[] x = new float[steps * b * inputSize];
        for (int t = 0; t < steps; t++) {
            part.gather(problem.x(), c.kind() == Kind.STEP ? 0 : t, x, t, inputSize);
        }
        float[] y = new float[steps * b * hiddenSize];
        try (RnnPlan plan = engine.plan(c.config(), Shape.of(steps, b), training ? Mode.TRAINING : Mode.INFERENCE)) {
            plan.forward(problem.weights(), x, null, part.lengths(c), y, null);
            if (!training) {
                return new Contender.Outcome(c.kind() == Kind.STEP ? Arrays.copyOfRange(y, (STEPS - 1) * b * hiddenSize, y.length) : y,
                        null, null);
            }
            float[] dx = new float[x.length];
            RnnWeights gradients = RnnWeights.zeros(c.config());
            plan.backward(problem.weights(), part.gatherAll(dy, hiddenSize), null, dx, null, gradients);
            return new Contender.Outcome(y, dx, gradients.data());
        }
    }

    /**
     * Lets engine {@code cpu} compute all sequences with the problem's own gradient of the output, and compares its result with this
     * one first, as any contender's. Over all steps, if that takes no longer than it may; else over so many of the first.
     *
     * @param problem the case's numbers
     * @param seconds that one pass of that engine may take; there are up to four
     * @return its result, whose {@link #steps} may be fewer than the case's; empty if this one is of the whole case already
     * @throws WrongResultException if that engine is wrong
     */
    public Optional<Expected> whole(Problem problem, double seconds) {
        if (part.isWhole()) {
            return Optional.empty();
        }
        try (RnnEngine engine = Engines.get(FAST)) {
            return Optional.of(whole(problem, engine, seconds));
        } finally {
            problem.weights().close();
        }
    }

    /** By another engine. */
    Expected whole(Problem problem, RnnEngine engine, double seconds) {
        Part all = part.ofAllSequences(part.steps);
        while (true) {
            long start = System.nanoTime();
            Contender.Outcome result = run(engine, problem, all, problem.dy());
            double more = Math.min(GROWTH, seconds * 1e9 / (System.nanoTime() - start));
            if (all.isWhole() || more < 2) {
                boolean training = of.kind() == Kind.TRAINING;
                compare(Precision.FP32, training ? run(engine, problem, all, part.only(problem.dy(), of.dims().hiddenSize())) : result);
                return new Expected(of, "engine " + engine.name(), all, result);
            }
            all = part.ofAllSequences((int) Math.min(of.dims().steps(), all.steps * more));
        }
    }

    /**
     * How far it goes.
     *
     * @return the first steps that are compared
     */
    public int steps() {
        return part.steps;
    }

    /**
     * Runs a contender's session in float32 and compares.
     *
     * @param session of the same problem; its gradient of the output is the problem's afterwards
     * @param problem the case's numbers
     * @throws Exception what the contender throws, or {@link WrongResultException}
     */
    public void verify(Contender.Session session, Problem problem) throws Exception {
        verify(session, problem, Precision.FP32);
    }

    /**
     * Runs a contender's session and compares. Outputs must be finite everywhere, also where they are not compared.
     *
     * @param session of the same problem; its gradient of the output is the problem's afterwards
     * @param problem the case's numbers
     * @param precision of the session's products
     * @throws Exception what the contender throws, or {@link WrongResultException}
     */
    public void verify(Contender.Session session, Problem problem, Precision precision) throws Exception {
        boolean replaces = of.kind() == Kind.TRAINING && !part.isWhole();
        if (replaces) {
            session.upstream(part.only(problem.dy(), of.dims().hiddenSize()));
        }
        for (int i = 0; i < (of.kind() == Kind.STEP ? STEPS : 1); i++) {
            session.run();
        }
        compare(precision, session.outcome());
        if (replaces) {
            session.upstream(problem.dy());
        }
    }

    /** With a result of at least the part's steps, for all sequences. */
    private void compare(Precision precision, Contender.Outcome got) {
        compareSteps(precision, "y", expected.y(), got.y(), of.dims().hiddenSize());
        if (of.kind() == Kind.TRAINING) {
            compareSteps(precision, "dx", expected.dx(), got.dx(), of.dims().inputSize());
            for (Parameter p : RnnWeights.layout(of.config())) {
                compare(precision, "gradient of " + p.name(),
                        Arrays.copyOfRange(expected.gradients(), p.offset(), p.offset() + p.size()),
                        Arrays.copyOfRange(got.gradients(), p.offset(), p.offset() + p.size()), p.size());
            }
        }
    }

    private void compareSteps(Precision precision, String tensor, float[] right, float[] got, int width) {
        finite(tensor, got);
        compare(precision, tensor, right, part.gatherAll(got, width), part.rows.length * width);
    }

    private void finite(String tensor, float[] got) {
        for (int i = 0; i < got.length; i++) {
            if (!Float.isFinite(got[i])) {
                throw new WrongResultException(of.title() + ": " + tensor + "[" + i + "] is " + got[i]
                        + ", " + by + " says that it is finite");
            }
        }
    }

    /** Of a tensor whose errors are of one size in so many values: those of a step, or all. */
    private void compare(Precision precision, String tensor, float[] right, float[] got, int together) {
        if (precision == Precision.FP32) {
            compareEach(tensor, right, got);
            return;
        }
        int slice = together * ((LEAST_VALUES + together - 1) / together);
        for (int from = 0; from < right.length;) {
            int to = right.length - from < 2 * slice ? right.length : from + slice;
            compareNorms(precision, tensor, right, got, from, to);
            from = to;
        }
    }

    /**
     * {@code ‖got - right‖ / ‖right‖}: rounded factors err in every element, the small ones included. Step by step, since among thousands
     * of steps one that is all wrong would not show.
     */
    private void compareNorms(Precision precision, String tensor, float[] right, float[] got, int from, int to) {
        double allowed = tolerance(precision);
        double size = 0;
        double error = 0;
        for (int i = from; i < to; i++) {
            size += (double) right[i] * right[i];
            error += Math.pow((double) got[i] - right[i], 2);
        }
        double relative = Math.sqrt(error) / Math.max(Math.sqrt(size), SMALLEST * Math.sqrt(to - from));
        if (!(relative <= allowed)) {
            throw new WrongResultException(of.title() + ": " + tensor + "[" + from + " to " + (to - 1) + "] is off by " + relative
                    + " of what " + by + " says (norm of the difference to norm of that part, allowed " + allowed + " in " + precision + ")");
        }
    }

    /**
     * Rounding to nearest moves a factor by at most 2^-12 of itself with 11 significant bits and 2^-9 with 8; in the mean by
     * 1/√3 of that. A sum of products, whose terms err independently, is then off by 2e-4 or 1.6e-3 of itself. The recurrence
     * adds a few such errors, and forgets them as it forgets its state: over 9 steps and over 1,000 a model in double precision of an
     * LSTM and a GRU with rounded factors is off by the same 4e-4 or 3e-3, and by 5e-4 or 3.6e-3 if states and their gradients are
     * rounded at every step too.
     */
    private static double tolerance(Precision precision) {
        return precision == Precision.TF32 ? 1e-3 : 1e-2;
    }

    private void compareEach(String tensor, float[] right, float[] got) {
        double largest = SMALLEST;
        for (float value : right) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < right.length; i++) {
            double error = Math.abs((double) got[i] - right[i]) / largest;
            if (!(error <= TOLERANCE)) {
                throw new WrongResultException(of.title() + ": " + tensor + "[" + i + "] is " + got[i]
                        + ", " + by + " says " + right[i] + " (relative error " + error + ", allowed "
                        + TOLERANCE + ")");
            }
        }
    }

    /**
     * Saves what {@link #compute(Problem)} returned for {@link #load}: the numbers only, the rest follows from the case.
     *
     * @param file to write
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (float[] values : of.kind() == Kind.TRAINING ? new float[][] {expected.y(), expected.dx(), expected.gradients()}
                    : new float[][] {expected.y()}) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
                bytes.asFloatBuffer().put(values);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param c the case
     * @param file to read
     * @return the same results
     * @throws IOException if it cannot be read
     */
    public static Expected load(Case c, Path file) throws IOException {
        Part part = Part.of(c, LEAST_STEPS);
        int cells = part.steps * part.rows.length;
        boolean training = c.kind() == Kind.TRAINING;
        FloatBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer();
        float[] y = new float[cells * c.dims().hiddenSize()];
        float[] dx = training ? new float[cells * c.dims().inputSize()] : null;
        all.get(y);
        float[] gradients = null;
        if (training) {
            all.get(dx);
            gradients = new float[all.remaining()];
            all.get(gradients);
        }
        return new Expected(c, "the reference", part, new Contender.Outcome(y, dx, gradients));
    }

    /** The steps and sequences that the reference computes. */
    private record Part(Dims dims, int steps, int[] rows) {

        static Part of(Case c, int leastSteps) {
            int count = Math.min(ROWS, c.dims().batch());
            int[] rows = new int[count];
            for (int k = 0; k < count; k++) {
                rows[k] = count == 1 ? 0 : (int) ((long) k * (c.dims().batch() - 1) / (count - 1));
            }
            double step = c.with(c.dims().slice(count, 1)).flops();
            int steps = (int) Math.max(Math.min(leastSteps, c.dims().steps()), Math.min(c.dims().steps(), FLOPS / step));
            return new Part(c.dims(), steps, rows);
        }

        /** All sequences, so many steps. */
        Part ofAllSequences(int newSteps) {
            return new Part(dims, newSteps, IntStream.range(0, dims.batch()).toArray());
        }

        boolean isWhole() {
            return steps == dims.steps() && rows.length == dims.batch();
        }

        /** Lengths of these sequences as far as the part goes; null if all have all its steps. */
        int[] lengths(Case c) {
            int[] all = c.lengths();
            return all == null ? null : Arrays.stream(rows).map(row -> Math.min(steps, all[row])).toArray();
        }

        /** {@code to[s, :, :] = from[t, rows, :]}. */
        void gather(float[] from, int t, float[] to, int s, int width) {
            for (int k = 0; k < rows.length; k++) {
                System.arraycopy(from, (t * dims.batch() + rows[k]) * width, to, (s * rows.length + k) * width, width);
            }
        }

        /** Of what has all sequences and at least these steps; itself, if that is what it is. */
        float[] gatherAll(float[] from, int width) {
            if (rows.length == dims.batch() && from.length == steps * rows.length * width) {
                return from;
            }
            float[] to = new float[steps * rows.length * width];
            for (int t = 0; t < steps; t++) {
                gather(from, t, to, t, width);
            }
            return to;
        }

        /** A copy that is zero outside the part. */
        float[] only(float[] from, int width) {
            float[] to = new float[from.length];
            for (int t = 0; t < steps; t++) {
                for (int row : rows) {
                    System.arraycopy(from, (t * dims.batch() + row) * width, to, (t * dims.batch() + row) * width,
                            width);
                }
            }
            return to;
        }
    }
}
