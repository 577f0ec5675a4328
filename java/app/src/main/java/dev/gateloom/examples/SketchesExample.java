package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Conv1D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Padding;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Subset;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Optional;

/**
 * Knows a drawing by how it is drawn: stroke by stroke, point by point, each as the way from the one before and whether the pen
 * is lifted, as SketchRNN reads drawings (Ha and Eck 2017). Two convolutions over time see short pieces of strokes, an LSTM
 * reads what they found, and its last output gives the class. By default Chinese characters, classed by radical; with
 * {@code --data} drawings in the formats of Quick, Draw!, classed by word.
 */
final class SketchesExample implements Example {
    private static final int POINTS = 128;
    private static final int BATCH = 32;

    @Override
    public String name() {
        return "sketches";
    }

    @Override
    public String summary() {
        return "what a drawing shows, from its strokes: convolutions, an LSTM, ten radicals of Chinese characters";
    }

    @Override
    public int epochs() {
        return 20;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(HanziStrokes.RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        SketchData data = context.data() == null || context.data().toString().matches(".*\\.tsv(\\.gz)?")
                ? context.read(HanziStrokes.RESOURCE, in -> SketchData.of(HanziStrokes.parse(Context.lines(in))))
                : QuickDraw.read(context.data());
        Samples all = data.samples(POINTS);
        Split split = data.split();
        try (Model model = Model.sequential(context.setup(), Node.input(POINTS, Sketch.FEATURES),
                new Conv1D(48, 5).strides(2).padding(Padding.SAME).activation(Activation.RELU),
                new Conv1D(64, 5).strides(2).padding(Padding.SAME).activation(Activation.RELU),
                new Lstm(128).dropout(0.2f),
                new Dropout(0.4f),
                new Dense(data.labels().size()))) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.003)).clipNorm(1)
                    .schedule(Schedule.cosine()).metrics(Metrics.accuracy()).listener(context.progress("Conv1D, LSTM"));
            trainer.fit(new Subset(all, split.train()), context.epochs(), BATCH, context.seed());
            context.save(model, name());
            Subset held = new Subset(all, split.held());
            context.save(data.picture(trainer.predict(held, BATCH)), "guesses");
            context.save(data.sketches().get(split.held()[0]).picture(), "sketch");
            return Result.higherIsBetter("share of " + split.held().length + " held-out drawings of " + data.labels().size()
                    + " classes known")
                    .model("Conv1D, Conv1D, LSTM", trainer.evaluate(held, BATCH).metrics().get("accuracy"))
                    .baseline("logistic regression on length and box", LogisticRegression.accuracy(context.engine(),
                            data.measures(), data.classes(), split))
                    .baseline("always the largest class", split.shareOfLargest(data.classes()));
        }
    }
}
