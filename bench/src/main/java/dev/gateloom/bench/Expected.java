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

/**
 * What the reference engine says about a part of a case, and the comparison with it. The reference is slow, so it
 * computes a few sequences (spread from the first to the last) over the first steps. That part is exact for the whole
 * case: outputs do not depend on other sequences or on later steps, and when the gradient of the output is zero
 * everywhere else, the gradients of the whole case are those of the part. So a contender runs the case at its full
 * size and is compared on the part. For a single step the reference runs {@link #STEPS} of them.
 */
public final class Expected {
    /** Single steps before the comparison: the state has to be carried along. */
    static final int STEPS = 3;
    /**
     * Largest error allowed, relative to the largest value of the tensor: float32 sums of up to 2,048 products and
     * a thousand steps, where PyTorch itself is off by up to 1e-5.
     */
    static final double TOLERANCE = 1e-4;
    /** What the reference may cost: some tenths of a second. */
    private static final double FLOPS = 1e8;
    /** Compared at least, whatever they cost. */
    private static final int LEAST_STEPS = 2;
    /** Errors are relative to at least this. */
    private static final double SMALLEST = 1e-3;
    private static final int ROWS = 4;

    private final Case of;
    private final int steps;        // T' ≤ T
    private final int[] rows;       // sequences compared
    private final float[] y;        // [T', rows, H]
    private final float[] dx;       // [T', rows, I]; null unless training
    private final float[] gradients;

    private Expected(Case of, int steps, int[] rows, float[] y, float[] dx, float[] gradients) {
        this.of = of;
        this.steps = steps;
        this.rows = rows;
        this.y = y;
        this.dx = dx;
        this.gradients = gradients;
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
        Case c = problem.of();
        Part part = Part.of(c, leastSteps);
        int b = part.rows.length;
        boolean training = c.kind() == Kind.TRAINING;
        int inputSize = c.dims().inputSize();
        int hiddenSize = c.dims().hiddenSize();
        int steps = c.kind() == Kind.STEP ? STEPS : part.steps;
        int[] lengths = part.lengths(c);
        float[] x = new float[steps * b * inputSize];
        for (int t = 0; t < steps; t++) {
            part.gather(problem.x(), c.kind() == Kind.STEP ? 0 : t, x, t, inputSize);
        }
        float[] y = new float[steps * b * hiddenSize];
        float[] dx = training ? new float[x.length] : null;
        RnnWeights gradients = training ? RnnWeights.zeros(c.config()) : null;
        try (RnnEngine reference = Engines.get("reference");
             RnnPlan plan = reference.plan(c.config(), Shape.of(steps, b), training ? Mode.TRAINING : Mode.INFERENCE)) {
            plan.forward(problem.weights(), x, null, lengths, y, null);
            if (training) {
                float[] dy = new float[y.length];
                for (int t = 0; t < steps; t++) {
                    part.gather(problem.dy(), t, dy, t, hiddenSize);
                }
                plan.backward(problem.weights(), dy, null, dx, null, gradients);
            }
        }
        if (c.kind() == Kind.STEP) {
            y = Arrays.copyOfRange(y, (STEPS - 1) * b * hiddenSize, y.length);
        }
        return new Expected(c, part.steps, part.rows, y, dx, training ? gradients.data() : null);
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
        Part part = new Part(of.dims(), steps, rows);
        if (of.kind() == Kind.TRAINING) {
            session.upstream(part.only(problem.dy(), of.dims().hiddenSize()));
        }
        for (int i = 0; i < (of.kind() == Kind.STEP ? STEPS : 1); i++) {
            session.run();
        }
        Contender.Outcome got = session.outcome();
        finite("y", got.y());
        compare(precision, "y", y, part.gatherAll(got.y(), of.dims().hiddenSize()));
        if (of.kind() == Kind.TRAINING) {
            finite("dx", got.dx());
            compare(precision, "dx", dx, part.gatherAll(got.dx(), of.dims().inputSize()));
            compareGradients(precision, got.gradients());
            session.upstream(problem.dy());
        }
    }

    private void compareGradients(Precision precision, float[] got) {
        try (RnnWeights layout = RnnWeights.zeros(of.config())) {
            for (Parameter p : layout.parameters()) {
                compare(precision, "gradient of " + p.name(),
                        Arrays.copyOfRange(gradients, p.offset(), p.offset() + p.size()),
                        Arrays.copyOfRange(got, p.offset(), p.offset() + p.size()));
            }
        }
    }

    private void finite(String tensor, float[] got) {
        for (int i = 0; i < got.length; i++) {
            if (!Float.isFinite(got[i])) {
                throw new WrongResultException(of.title() + ": " + tensor + "[" + i + "] is " + got[i]
                        + ", the reference says that it is finite");
            }
        }
    }

    private void compare(Precision precision, String tensor, float[] expected, float[] got) {
        if (precision == Precision.FP32) {
            compareEach(tensor, expected, got);
        } else {
            compareNorms(precision, tensor, expected, got);
        }
    }

    /** {@code ‖got - expected‖ / ‖expected‖}: rounded factors err in every element, the small ones included. */
    private void compareNorms(Precision precision, String tensor, float[] expected, float[] got) {
        double allowed = tolerance(precision);
        double size = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            size += (double) expected[i] * expected[i];
            error += Math.pow((double) got[i] - expected[i], 2);
        }
        double relative = Math.sqrt(error) / Math.max(Math.sqrt(size), SMALLEST * Math.sqrt(expected.length));
        if (!(relative <= allowed)) {
            throw new WrongResultException(of.title() + ": " + tensor + " is off by " + relative + " of what the reference says"
                    + " (norm of the difference to norm of the tensor, allowed " + allowed + " in " + precision + ")");
        }
    }

    /**
     * Rounding to nearest moves a factor by at most 2^-12 of itself with 11 significant bits and 2^-9 with 8; in the mean by
     * 1/√3 of that. A sum of products, whose terms err independently, is then off by 2e-4 or 1.6e-3 of itself. The recurrence
     * adds a few such errors.
     */
    private static double tolerance(Precision precision) {
        return precision == Precision.TF32 ? 1e-3 : 1e-2;
    }

    private void compareEach(String tensor, float[] expected, float[] got) {
        double largest = SMALLEST;
        for (float e : expected) {
            largest = Math.max(largest, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs((double) got[i] - expected[i]) / largest;
            if (!(error <= TOLERANCE)) {
                throw new WrongResultException(of.title() + ": " + tensor + "[" + i + "] is " + got[i]
                        + ", the reference says " + expected[i] + " (relative error " + error + ", allowed "
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
            for (float[] values : of.kind() == Kind.TRAINING ? new float[][] {y, dx, gradients} : new float[][] {y}) {
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
        return new Expected(c, part.steps, part.rows, y, dx, gradients);
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

        float[] gatherAll(float[] from, int width) {
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
