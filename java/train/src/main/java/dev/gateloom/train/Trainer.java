package dev.gateloom.train;

import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.spi.Workers;
import dev.gateloom.train.internal.Require;
import dev.gateloom.train.internal.Squares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trains a model on a dataset: shuffled mini-batches, clipping, schedule, validation, checkpoints. The same model, data and
 * seed give the same bits on the same machine, also when a run was ended in between and resumed. Batches are as large as
 * asked, the last of a round may be smaller.
 */
public final class Trainer {
    private final Layer model;
    private final Loss loss;
    private final Optimizer optimizer;
    private final List<Trainable> parameters;
    private final RunState state;
    private final Squares squares;
    private Clip clip = (gradients, norm) -> { };
    private String clipping = "no clipping";
    private double explosion = Double.POSITIVE_INFINITY;
    private Regularizer regularizer;
    private Schedule schedule = Schedule.constant();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private List<Metric> metrics = List.of();
    private Dataset validation;
    private int patience;
    private double minDelta;
    private int bucket;
    private Checkpoints checkpoints;
    private Optional<Snapshot> from = Optional.empty();

    private Batch batch = new Batch(0);
    private Tensor[] noGradients = new Tensor[0];
    private final Tensor[] y = {new Tensor()};
    private final Tensor[] dy = {new Tensor()};
    private Batch asked = new Batch(0);             // apart from what is trained on: a listener may evaluate in between
    private final Tensor[] answer = {new Tensor()};

    private interface Clip {
        /** Of the gradients' norm together, before. */
        void apply(List<Trainable> gradients, double norm);
    }

    /**
     * Joins the parts.
     *
     * @param model what is trained; its first output is the answer
     * @param loss what is to become small; computed by the model's operations where it can be
     * @param optimizer made for the model's parameters
     */
    public Trainer(Layer model, Loss loss, Optimizer optimizer) {
        this.model = model;
        Operations operations = model.operations();
        this.loss = operations == null ? loss : loss.on(operations);
        this.optimizer = optimizer;
        this.parameters = model.parameters();
        Workers workers = operations == null ? Workers.NONE : operations.workers();
        this.squares = new Squares(workers);
        this.state = new RunState(model, optimizer);
        List<Trainable> optimized = optimizer.parameters();
        Require.that(optimized.size() == parameters.size(), "optimizer", "one for the model's " + parameters.size()
                + " parameters", optimized.size());
        for (int k = 0; k < optimized.size(); k++) {
            Trainable mine = parameters.get(k);
            Trainable its = optimized.get(k);
            Require.that(its.values() == mine.values() && its.offset() == mine.offset() && its.shape().equals(mine.shape()),
                    "optimizer", "one made for the parameters of this model, " + mine.name() + " being the first that differs",
                    its.name() + " of another one");
        }
        optimizer.on(workers);
    }

    /**
     * Clips by the global norm; without this or another clip nothing is clipped.
     *
     * @param norm the largest norm of all gradients together, positive
     * @return this
     */
    public Trainer clipNorm(double norm) {
        Require.that(norm > 0, "norm", "a positive number", norm);
        clip = (gradients, before) -> GradientClip.byGlobalNorm(gradients, norm, before);
        clipping = "clipNorm " + norm;
        return this;
    }

    /**
     * Clips each parameter's gradient by its own norm.
     *
     * @param norm the largest norm of one gradient, positive
     * @return this
     */
    public Trainer clipEachNorm(double norm) {
        Require.that(norm > 0, "norm", "a positive number", norm);
        clip = (gradients, before) -> GradientClip.eachByNorm(gradients, norm, squares);
        clipping = "clipEachNorm " + norm;
        return this;
    }

    /**
     * Clips each value.
     *
     * @param limit the largest absolute value of a gradient, positive
     * @return this
     */
    public Trainer clipValue(double limit) {
        Require.that(limit > 0, "limit", "a positive number", limit);
        clip = (gradients, before) -> GradientClip.eachByValue(gradients, limit);
        clipping = "clipValue " + limit;
        return this;
    }

    /**
     * Ends training when gradients explode, naming the parameter.
     *
     * @param norm of all gradients together, before clipping, that is too much
     * @return this
     */
    public Trainer explosion(double norm) {
        Require.that(norm > 0, "norm", "a positive number", norm);
        explosion = norm;
        return this;
    }

    /**
     * Adds a penalty on weights to the loss.
     *
     * @param penalty the penalty
     * @return this
     */
    public Trainer regularizer(Regularizer penalty) {
        regularizer = penalty;
        return this;
    }

    /**
     * Changes the learning rate during {@link #fit}; without this call it is constant.
     *
     * @param newSchedule the schedule
     * @return this
     */
    public Trainer schedule(Schedule newSchedule) {
        schedule = newSchedule;
        return this;
    }

    /**
     * Adds somebody who hears of the progress, after those who were added before.
     *
     * @param another the listener
     * @return this
     */
    public Trainer listener(TrainingListener another) {
        Require.that(another != null, "another", "a listener", "null");
        listeners.add(another);
        return this;
    }

    /**
     * What {@link #evaluate} and validation compute beside the loss.
     *
     * @param newMetrics with different names, without spaces
     * @return this
     */
    public Trainer metrics(Metric... newMetrics) {
        Set<String> names = new HashSet<>();
        for (Metric m : newMetrics) {
            Require.that(m.name().matches("\\S+"), "metrics", "names without spaces", "\"" + m.name() + "\"");
            Require.that(names.add(m.name()), "metrics", "different names", m.name() + " twice");
        }
        metrics = List.of(newMetrics);
        return this;
    }

    /**
     * Samples that are scored after each round.
     *
     * @param samples not trained on
     * @return this
     */
    public Trainer validation(Dataset samples) {
        validation = samples;
        return this;
    }

    /**
     * Ends training when the validation loss has not fallen for some rounds, and in any case goes back to the parameters with
     * the least one at the end.
     *
     * @param rounds without improvement that end it, at least 1
     * @param delta what counts as an improvement, at least 0
     * @return this
     */
    public Trainer earlyStopping(int rounds, double delta) {
        Require.that(rounds >= 1, "rounds", "at least 1", rounds);
        Require.that(delta >= 0, "delta", "at least 0", delta);
        patience = rounds;
        minDelta = delta;
        return this;
    }

    /**
     * Makes batches of sequences of about the same length: every so many batches in a row of the shuffled order are sorted by
     * {@link Dataset#length}, then the batches are shuffled.
     *
     * @param batches that are sorted together, at least 1
     * @return this
     */
    public Trainer bucketing(int batches) {
        Require.that(batches >= 1, "batches", "at least 1", batches);
        bucket = batches;
        return this;
    }

    /**
     * Leaves checkpoints.
     *
     * @param where folder and how often
     * @return this
     */
    public Trainer checkpoints(Checkpoints where) {
        checkpoints = where;
        return this;
    }

    /**
     * Makes the next {@link #fit} go on from the newest checkpoint, or start if there is none. It is refused there if it is not of that
     * run: of the same data (of which a few batches are looked at), batch size, seed, loss and kind of optimizer. The optimizer's
     * settings and clipping may be others, unless the run is finished and nothing would come of them. Listeners are told of both:
     * {@link TrainingListener#resumed}.
     *
     * @return this
     * @throws IOException if it cannot be read or was damaged; the message names an intact one
     */
    public Trainer resume() throws IOException {
        from = Require.present(checkpoints, "resume: call checkpoints first").newest();
        return this;
    }

    /**
     * Makes the next {@link #fit} go on from a checkpoint, as {@link #resume} does from the newest.
     *
     * @param file one of {@link Checkpoints#list}
     * @return this
     * @throws IOException if it cannot be read or was damaged; the message names an intact one
     */
    public Trainer resumeFrom(Path file) throws IOException {
        from = Optional.of(Require.present(checkpoints, "resumeFrom: call checkpoints first").read(file));
        return this;
    }

    /**
     * Trains. A stateful model carries nothing afterwards.
     *
     * @param data the samples
     * @param epochs rounds over the data, at least 1; those of a run that is resumed included. It may be resumed for another
     *     number if the schedule does not depend on it
     * @param batchSize samples of an update, at least 1
     * @param seed of the shuffling
     * @return what each round gave
     * @throws DivergenceException if the loss or a gradient is no longer finite, naming the update and the layer
     */
    public History fit(Dataset data, int epochs, int batchSize, long seed) {
        Require.that(epochs >= 1, "epochs", "at least 1", epochs);
        Require.that(patience == 0 || validation != null, "validation", "samples, for early stopping", "none");
        Order order = new Order(data, batchSize, bucket);
        RunState.Run run = new RunState.Run(
                data.size() + " samples, batches of " + batchSize + ", bucketing " + bucket + ", seed " + seed,
                Checksum.of(data, batchSize), loss.description(), optimizer.settings() + ", " + clipping);
        Progress p = from.map(s -> goOn(s, run, epochs, order.batches())).orElseGet(Progress::new);
        Optional<String> note = from.map(s -> note(s, p, run, epochs));
        p.epochs = epochs;
        boolean resumed = from.isPresent();
        from = Optional.empty();
        if (batch.inputs().length != data.inputs()) {
            batch = new Batch(data.inputs());
            noGradients = new Tensor[data.inputs()];
        }
        try {
            listeners.forEach(l -> l.started(epochs, order.batches()));
            note.ifPresent(text -> listeners.forEach(l -> l.resumed(p.epoch, text)));
            while (p.epoch < epochs && !p.stopped) {
                order.shuffle(seed, p.epoch + 1);
                if (!resumed || p.batch == 0) {
                    model.resetStates();
                }
                resumed = false;
                round(p, order, (long) epochs * order.batches(), run);
                endOfRound(p, batchSize);
                save(p, run);
            }
            if (p.stopped) {
                listeners.forEach(l -> l.stoppedEarly(p.history.get(p.epoch - 1), p.bestEpoch));
            }
        } catch (RuntimeException | Error e) {
            finished(e);
            throw e;
        }
        finished(null);
        if (patience > 0 && !p.bestValues.isEmpty()) {
            state.set(p.bestValues);
        }
        model.resetStates();
        return new History(List.copyOf(p.history), p.bestEpoch, p.stopped);
    }

    /** Every listener is told, whatever others do: the first failure, that of the training before all, suppresses the others. */
    private void finished(Throwable ended) {
        Throwable first = ended;
        for (TrainingListener listener : listeners) {
            try {
                listener.finished();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (ended == null && first instanceof Error error) {
            throw error;
        }
        if (ended == null && first != null) {
            throw (RuntimeException) first;
        }
    }

    /** More or fewer rounds may be asked for than before if that alters no rate of the updates that are done. */
    private Progress goOn(Snapshot s, RunState.Run run, int epochs, int batches) {
        Progress p = state.progress(s, run);
        String before = state.settings(s);
        Require.that(!finished(p, epochs) || before.equals(run.settings()), "checkpoint: settings", before + ", since that run is finished, "
                + "after " + p.epoch + " epochs, and there is nothing left to train; ask for more epochs, or name another folder to begin anew",
                run.settings());
        long then = (long) p.epochs * batches;
        long now = (long) epochs * batches;
        for (long update = 0; now != then && update < p.update; update++) {
            Require.that(schedule.factor(update, then) == schedule.factor(update, now), "epochs",
                    p.epochs + ", as in the run that is resumed: the schedule depends on it", epochs);
        }
        state.restore(s, p);
        return p;
    }

    private static boolean finished(Progress p, int epochs) {
        return p.stopped || p.epoch >= epochs;
    }

    /** What whoever resumed may not expect; empty if there is nothing. */
    private String note(Snapshot s, Progress p, RunState.Run run, int epochs) {
        if (finished(p, epochs)) {
            return p.stopped ? "that run is finished, it has stopped early: nothing is left to train"
                    : "that run is finished: nothing is left to train";
        }
        String before = state.settings(s);
        return before.equals(run.settings()) ? "" : "with " + run.settings() + ", before with " + before;
    }

    private void round(Progress p, Order order, long updates, RunState.Run run) {
        while (p.batch < order.batches()) {
            order.gather(p.batch, batch);
            update(p, order, schedule.factor(p.update, updates));
            p.batch++;
            p.update++;
            if (checkpoints != null && checkpoints.due(p.update)) {
                save(p, run);
            }
        }
    }

    private void update(Progress p, Order order, double rateFactor) {
        requireTarget(batch);
        model.clearGradients();
        model.draws(p.update);
        model.forward(batch.inputs(), y, true);
        double value = loss.compute(y[0], batch.target(), dy[0]);
        long terms = loss.count(y[0], batch.target());
        model.backward(dy, noGradients);
        if (regularizer != null) {
            value += regularizer.apply(parameters);
        }
        double norm = GradientClip.globalNorm(parameters, squares);     // clipping would hide which parameter it comes from
        if (!(Math.abs(value) < Double.POSITIVE_INFINITY && norm <= explosion && norm < Double.POSITIVE_INFINITY)) {
            throw new DivergenceException("epoch " + (p.epoch + 1) + ", batch " + (p.batch + 1) + ": loss " + value
                    + ", gradient norm " + norm + "; " + culprit(p, order));
        }
        clip.apply(parameters, norm);
        optimizer.step(rateFactor);
        p.sum += value * terms;
        p.terms += terms;
        for (int k = 0; k < listeners.size(); k++) {            // an update allocates nothing
            listeners.get(k).batchDone(p.epoch + 1, p.batch + 1, value, norm);
        }
    }

    private static void requireTarget(Batch given) {
        if (given.target().size() == 0) {
            Require.that(false, "data", "samples with a target", "samples without one: they can be predicted only");
        }
    }

    /** What in the data is not finite, else where it first went wrong in the forward, else the parameter with the largest gradient. */
    private String culprit(Progress p, Order order) {
        String given = batch.firstNotFinite(row -> order.sample(p.batch, row));
        if (given != null) {
            return given + " in the data: leave such samples out, or fill gaps with an Imputer";
        }
        String where = model.firstNotFinite();
        Trainable largest = Collections.max(parameters, (a, b) -> Double.compare(GradientClip.norm(a), GradientClip.norm(b)));
        return (where != null ? "the first value that is not finite comes from " + where
                : "the largest gradient is that of " + largest.name() + ", norm " + GradientClip.norm(largest))
                + "; try a smaller learning rate or clipNorm";
    }

    private void endOfRound(Progress p, int batchSize) {
        Evaluation scored = validation == null ? new Evaluation(Double.NaN, Map.of()) : evaluate(validation, batchSize);
        p.epoch++;
        Epoch epoch = new Epoch(p.epoch, p.sum / p.terms, scored.loss(), scored.metrics());
        p.history.add(epoch);
        p.batch = 0;
        p.sum = 0;
        p.terms = 0;
        if (validation != null && scored.loss() < p.best - minDelta) {
            p.best = scored.loss();
            p.bestEpoch = p.epoch;
            p.worse = 0;
            p.bestValues = patience > 0 ? state.values() : List.of();
        } else if (patience > 0) {
            p.worse++;
            p.stopped = p.worse >= patience;
        }
        listeners.forEach(l -> l.epochDone(epoch));
    }

    private void save(Progress p, RunState.Run run) {
        if (checkpoints == null) {
            return;
        }
        try {
            checkpoints.write(state.save(p, run), p.update);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint after update " + p.update + " could not be written", e);
        }
    }

    /**
     * Loss and metrics without training. What a stateful model carries is afterwards as it was before, so that a listener may
     * evaluate during {@link #fit}.
     *
     * @param data the samples
     * @param batchSize samples at a time, at least 1
     * @return means over all samples
     */
    public Evaluation evaluate(Dataset data, int batchSize) {
        double[] sums = new double[2];
        metrics.forEach(m -> {
            m.follow(loss);
            m.reset();
        });
        answer(data, batchSize, (start, count) -> {
            requireTarget(asked);
            long terms = loss.count(answer[0], asked.target());
            sums[0] += loss.compute(answer[0], asked.target(), null) * terms;
            sums[1] += terms;
            metrics.forEach(m -> m.add(answer[0], asked.target()));
        });
        Map<String, Double> results = new LinkedHashMap<>();
        metrics.forEach(m -> results.put(m.name(), m.result()));
        return new Evaluation(sums[0] / sums[1], Collections.unmodifiableMap(results));
    }

    /**
     * What the model answers. What a stateful model carries is afterwards as it was before.
     *
     * @param data the samples; they need no targets
     * @param batchSize samples at a time, at least 1
     * @return the values of each sample's answer
     */
    public float[][] predict(Dataset data, int batchSize) {
        float[][] answers = new float[data.size()][];
        answer(data, batchSize, (start, count) -> {
            int each = answer[0].size() / count;
            for (int b = 0; b < count; b++) {
                answers[start + b] = Arrays.copyOfRange(answer[0].values(), b * each, (b + 1) * each);
            }
        });
        return answers;
    }

    private interface Answered {
        void batch(int start, int count);
    }

    private void answer(Dataset data, int batchSize, Answered action) {
        Order order = new Order(data, batchSize, 0);
        if (asked.inputs().length != data.inputs()) {
            asked = new Batch(data.inputs());
        }
        List<Snapshot.Part> carried = state.carried();
        model.resetStates();
        try {
            for (int k = 0; k < order.batches(); k++) {
                int count = order.gather(k, asked);
                model.forward(asked.inputs(), answer, false);
                action.batch(order.start(k), count);
            }
        } finally {
            state.carry(carried);
        }
    }
}
