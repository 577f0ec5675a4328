package dev.gateloom.examples;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Initialisation;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Subset;
import dev.gateloom.train.Tokens;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sequence to vector: what does somebody want who says this? Words become vectors, a GRU reads them one by one, and its last
 * output gives a probability for each of fifteen intents. All 300 utterances were written by hand for this example: a toy.
 *
 * <p>Three pairs of intents have the same words in another order, such as money moved from checking to savings and from savings
 * to checking. There the baseline, a logistic regression that counts words, can only guess; elsewhere it is hard to beat.
 *
 * <p>Sizes, dropout, learning rate and number of rounds are the best of seventeen combinations in a cross-validation on the 240
 * utterances to train on: five times, three others of each intent were left out and scored. The held-out ones had no part in it.
 */
final class IntentsExample implements Example {
    static final String RESOURCE = "intents.tsv";
    private static final int EMBEDDING = 64;
    private static final int UNITS = 64;
    private static final float DROPOUT = 0.5f;
    private static final double RATE = 0.01;
    private static final int BATCH = 16;

    @Override
    public String name() {
        return "intents";
    }

    @Override
    public String summary() {
        return "what an utterance asks for: words, a GRU, fifteen intents (hand-written data; try \"examples ask\" afterwards)";
    }

    @Override
    public int epochs() {
        return 60;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(RESOURCE);
    }

    /** The network, before training. */
    static Model model(Setup setup, Utterances data) {
        return Model.sequential(setup.with(Initialisation.KERAS), Node.input(-1),    // vectors of rare words start near zero
                new Embedding(data.words().size(), EMBEDDING).maskZero(true),
                new Dropout(DROPOUT),
                new Gru(UNITS),
                new Dropout(DROPOUT),
                new Dense(data.intents().size()));
    }

    @Override
    public Result run(Context context) throws IOException {
        Utterances data = context.read(RESOURCE, in -> Utterances.parse(Context.lines(in)));
        int[][] classes = Arrays.stream(data.classes()).mapToObj(c -> new int[] {c}).toArray(int[][]::new);
        Tokens all = new Tokens(classes.length).input(data.tokens()).target(classes);
        Split split = data.split();
        try (Model model = model(context.setup(), data)) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), RATE)).clipNorm(1)
                    .schedule(Schedule.cosine()).metrics(Metrics.accuracy()).listener(context.progress("GRU"));
            trainer.fit(new Subset(all, split.train()), context.epochs(), BATCH, context.seed());
            context.save(model, name());
            double accuracy = trainer.evaluate(new Subset(all, split.held()), BATCH).metrics().get("accuracy");
            return Result.higherIsBetter("share of " + split.held().length + " held-out utterances understood")
                    .model("embedding, GRU", accuracy)
                    .baseline("logistic regression on words", LogisticRegression.accuracy(context.engine(),
                            data.bagOfWords(), data.classes(), split));
        }
    }
}
