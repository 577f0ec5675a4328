package dev.gateloom.bench.models;

import dev.gateloom.bench.WrongResultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The losses of the first steps, by our trainer on the reference engine in double precision. All of a step shows in them: weights,
 * layouts and the loss in the first, gradients and optimizer in those that follow; of the gradients all but a factor that they have
 * in common, since Adam takes it out.
 *
 * @param values one for each step
 */
public record ExpectedLosses(double... values) {
    /** Steps that are compared. */
    static final int STEPS = 3;
    /**
     * Largest error allowed, relative to the loss; PyTorch and DL4J are off by up to 6e-7 in the sizes that are measured. Adam takes
     * a step of the full rate also in the sign of a gradient that is mere rounding, but such a step hardly changes the loss.
     */
    static final double TOLERANCE = 1e-5;

    /**
     * Runs the reference.
     *
     * @param problem the numbers
     * @return its losses
     * @throws Exception never by the reference
     */
    public static ExpectedLosses compute(ModelProblem problem) throws Exception {
        try (ModelContender.Session session = new OurContender("reference").open(problem)) {
            double[] losses = new double[STEPS];
            for (int k = 0; k < STEPS; k++) {
                session.step();
                losses[k] = session.loss();
            }
            return new ExpectedLosses(losses);
        }
    }

    /**
     * Takes the first steps and compares.
     *
     * @param session just opened, of the same problem
     * @throws Exception what the contender throws, or {@link WrongResultException}
     */
    public void verify(ModelContender.Session session) throws Exception {
        for (int k = 0; k < values.length; k++) {
            session.step();
            double expected = values[k];
            double loss = session.loss();
            if (!(Math.abs(loss - expected) <= TOLERANCE * Math.abs(expected))) {
                throw new WrongResultException("loss of step " + (k + 1) + ": expected " + expected + " within "
                        + TOLERANCE + " of it, got " + loss);
            }
            session.update();
        }
    }

    /** Writes them for the forks. */
    void save(Path file) throws IOException {
        Files.write(file, Arrays.stream(values).mapToObj(Double::toString).toList());
    }

    /** Reads what {@link #save} wrote. */
    static ExpectedLosses load(Path file) throws IOException {
        return new ExpectedLosses(Files.readAllLines(file).stream().mapToDouble(Double::parseDouble).toArray());
    }
}
