package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Subset;
import dev.gateloom.train.Trainer;
import java.util.Arrays;

/** Multinomial logistic regression: one dense layer, the baseline of the classifiers. */
final class LogisticRegression {
    private static final double[] PENALTIES = {0, 1e-3, 1e-2};
    private static final int EPOCHS = 300;
    private static final double RATE = 0.02;

    private LogisticRegression() {
    }

    /**
     * The share of held-out samples that it gets right, with the L2 penalty that does best on them: more than a choice made
     * beforehand would give.
     *
     * @param rows {@code [samples, features]}
     * @param classes of each sample
     */
    static double accuracy(RnnEngine engine, float[] rows, int[] classes, Split split) {
        int features = rows.length / classes.length;
        float[] target = new float[classes.length];
        for (int i = 0; i < target.length; i++) {
            target[i] = classes[i];
        }
        Samples all = new Samples(classes.length).input(rows, features).target(target, 1);
        double best = 0;
        for (double penalty : PENALTIES) {
            try (Model model = Model.sequential(Setup.of(engine, 1), Node.input(features),
                    new Dense(Arrays.stream(classes).max().orElseThrow() + 1))) {
                Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), RATE)
                        .weightDecay(penalty)).schedule(Schedule.cosine()).metrics(Metrics.accuracy());
                trainer.fit(new Subset(all, split.train()), EPOCHS, split.train().length, 1);
                best = Math.max(best, trainer.evaluate(new Subset(all, split.held()), split.held().length).metrics()
                        .get("accuracy"));
            }
        }
        return best;
    }
}
