package dev.gateloom.golden;

import dev.gateloom.CellType;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnWeights;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Recurrent;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.train.Adam;
import dev.gateloom.train.AdamW;
import dev.gateloom.train.GradientClip;
import dev.gateloom.train.NAdam;
import dev.gateloom.train.Optimizer;
import dev.gateloom.train.RmsProp;
import dev.gateloom.train.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A case of the family {@code train}: steps of an optimizer on a recurrent stack with a linear layer, as PyTorch took them.
 * Compared are loss and gradient norm of each step, the parameters after the first and the last one, and the last loss.
 */
public final class TrainCase implements Golden {
    private static final String[] STAGES = {"init.", "after1.", "final."};

    private final CaseJson json;
    private final CellType cell;
    private final boolean tagging;
    private final int inputSize;
    private final int hiddenSize;
    private final int layers;
    private final int outputSize;
    private final int steps;
    private final int batch;
    private final int trainSteps;
    private final float[] x;
    private final float[] target;
    private final Map<String, float[]> init = new LinkedHashMap<>();
    private final Map<String, double[]> expected = new LinkedHashMap<>();
    private final double rtolLoss;
    private final double rtolParams;
    private final double clipNorm;

    TrainCase(Safetensors file, CaseJson json) throws SafetensorsException {
        this.json = json;
        json.text("layout", "batch_first");
        cell = json.text("cell", "lstm", "gru").equals("lstm") ? CellType.LSTM : CellType.GRU;
        json.text("gate_order", cell == CellType.LSTM ? "i,f,g,o" : "r,z,n");
        tagging = json.text("task", "tagging", "regression").equals("tagging");
        inputSize = json.integer("input_size", 1);
        hiddenSize = json.integer("hidden_size", 1);
        layers = json.integer("num_layers", 1);
        outputSize = json.integer("output_size", 1);
        steps = json.integer("steps", 1);
        batch = json.integer("batch", 1);
        trainSteps = json.integer("train_steps", 1);
        rtolLoss = json.number("rtol_loss", Double.MIN_NORMAL, 1);
        rtolParams = json.number("rtol_params", Double.MIN_NORMAL, 1);
        clipNorm = json.number("clip_norm", Double.MIN_NORMAL, Double.MAX_VALUE);
        optimizer(List.of(new Trainable("none", new float[0], new float[0], () -> { })));       // checks its constants

        CaseTensors tensors = new CaseTensors(file);
        tensors.require("x", batch, steps, inputSize);
        if (tagging) {
            tensors.require("target", batch, steps);
        } else {
            tensors.require("target", batch, outputSize);
        }
        tensors.require("loss", trainSteps);
        tensors.require("grad_norm", trainSteps);
        tensors.require("final_loss", 1);
        if (file.names().size() < 6L * layers) {        // before a layout of so many is made
            throw new SafetensorsException(file.file(), "tensors", "six weights for each of " + layers + " layers",
                    file.names().size() + " tensors");
        }
        for (String stage : STAGES) {
            for (Parameter p : RnnWeights.layout(RnnConfig.of(cell, inputSize, hiddenSize).layers(layers).build())) {
                tensors.require(stage + "rnn." + p.name(), p.shape().stream().mapToLong(Integer::longValue).toArray());
                read(file, stage, "rnn." + p.name());
            }
            tensors.require(stage + "head.weight", outputSize, hiddenSize);
            tensors.require(stage + "head.bias", outputSize);
            read(file, stage, "head.weight");
            read(file, stage, "head.bias");
        }
        tensors.nothingElse();
        for (String name : List.of("loss", "grad_norm", "final_loss")) {
            expected.put(name, file.doubles(name));
        }
        x = file.floats("x");
        target = file.floats("target");
    }

    private void read(Safetensors file, String stage, String name) throws SafetensorsException {
        if (stage.equals("init.")) {
            init.put(name, file.floats(stage + name));
        } else {
            expected.put(stage + name, file.doubles(stage + name));
        }
    }

    private Optimizer optimizer(List<Trainable> parameters) throws SafetensorsException {
        CaseJson h = json.object("hyper");
        double rate = h.number("lr", Double.MIN_NORMAL, Double.MAX_VALUE);
        return switch (json.text("optimizer", "sgd", "sgd_momentum", "adam", "adamw", "nadam", "rmsprop")) {
            case "sgd" -> new Sgd(parameters, rate);
            case "sgd_momentum" -> new Sgd(parameters, rate).momentum(h.number("momentum", 0, 1));
            case "rmsprop" -> new RmsProp(parameters, rate).alpha(h.number("alpha", 0, 1)).eps(eps(h));
            case "nadam" -> new NAdam(parameters, rate).betas(h.number("betas", 0, 0, 1), h.number("betas", 1, 0, 1))
                    .eps(eps(h)).momentumDecay(h.number("momentum_decay", 0, Double.MAX_VALUE));
            case "adamw" -> adam(new AdamW(parameters, rate), h).weightDecay(h.number("weight_decay", 0, Double.MAX_VALUE));
            default -> adam(new Adam(parameters, rate), h);
        };
    }

    private static Adam adam(Adam adam, CaseJson h) throws SafetensorsException {
        return adam.betas(h.number("betas", 0, 0, 1), h.number("betas", 1, 0, 1)).eps(eps(h));
    }

    private static double eps(CaseJson h) throws SafetensorsException {
        return h.number("eps", 0, Double.MAX_VALUE);
    }

    @Override
    public Verdict verdict(RnnEngine engine) {
        Recurrent rnn = (cell == CellType.LSTM ? new Lstm(hiddenSize) : new Gru(hiddenSize)).returnSequences(tagging)
                .redundantBias(true).options(o -> o.layers(layers));
        try (Model model = Model.sequential(Setup.of(engine, 0), Node.input(steps, inputSize), rnn.named("rnn"),
                new Dense(outputSize).named("head"))) {
            for (Trainable t : model.parameters()) {
                System.arraycopy(init.get(t.name()), 0, t.values(), t.offset(), t.size());
                t.changed().run();
            }
            return train(model);
        } catch (UnsupportedOperationException e) {
            return new Verdict("", Double.POSITIVE_INFINITY, "not supported: " + e.getMessage(), true);
        } catch (IllegalArgumentException e) {
            return Verdict.contradiction(e);
        } catch (RuntimeException e) {
            return Verdict.failed(e);
        } catch (SafetensorsException e) {
            throw new IllegalStateException("was checked when the case was read", e);
        }
    }

    private Verdict train(Model model) throws SafetensorsException {
        Optimizer optimizer = optimizer(model.parameters());
        Loss loss = tagging ? new CrossEntropy() : new MeanSquaredError();
        Tensor in = Tensor.of(x, batch, steps, inputSize);
        Tensor out = tagging ? Tensor.of(target, batch, steps) : Tensor.of(target, batch, outputSize);
        Tensor y = new Tensor();
        Tensor dy = new Tensor();
        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        Verdict verdict = new Verdict("loss", 0, "", false);
        for (int step = 0; step < trainSteps; step++) {
            model.clearGradients();
            model.forward(in, y, true);
            losses.add(loss.compute(y, out, dy));
            model.backward(dy, null);
            norms.add(GradientClip.byGlobalNorm(model.parameters(), clipNorm));
            optimizer.step(1);
            if (step == 0) {
                verdict = parameters(verdict, "after1.", model);
            }
        }
        verdict = parameters(verdict, "final.", model);
        verdict = eachByItself(verdict, "loss", losses, rtolLoss);
        verdict = eachByItself(verdict, "grad_norm", norms, rtolLoss);
        model.forward(in, y, false);
        return eachByItself(verdict, "final_loss", List.of(loss.compute(y, out, null)), rtolLoss);
    }

    private Verdict parameters(Verdict verdict, String stage, Model model) {
        for (Trainable t : model.parameters()) {
            verdict = verdict.or(stage + t.name(), Arrays.copyOfRange(t.values(), t.offset(), t.end()),
                    expected.get(stage + t.name()), rtolParams);
        }
        return verdict;
    }

    /** Relative to each expected value rather than to the largest. */
    private Verdict eachByItself(Verdict verdict, String name, List<Double> computed, double rtol) {
        double[] all = expected.get(name);
        for (int i = 0; i < all.length; i++) {
            verdict = verdict.or(name, new double[] {computed.get(i)}, new double[] {all[i]}, rtol);
        }
        return verdict;
    }
}
