package dev.gateloom.golden;

import dev.gateloom.RnnEngine;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.train.Adam;
import dev.gateloom.train.AdamW;
import dev.gateloom.train.Definition;
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
 * A case of the family {@code keras}: a model with its weights, trained for some epochs. Compared are the predictions before
 * and after, the loss of each epoch, the number of parameters and the trained weights.
 */
public final class KerasCase implements Golden {
    private final CaseJson json;
    private final List<KerasLayer> layers = new ArrayList<>();
    private final int samples;
    private final int epochs;
    private final int batchSize;
    private final int totalParameters;
    private final double rtol;
    private final double rtolHistory;
    private final double rtolFinal;
    private final boolean hasFinal;
    private final int[] inputShape;
    private final int[] targetShape;
    private final Map<String, float[]> given = new LinkedHashMap<>();
    private final Map<String, double[]> expected = new LinkedHashMap<>();

    KerasCase(Safetensors file, CaseJson json) throws SafetensorsException {
        this.json = json;
        samples = json.integer("samples", 1);
        epochs = json.integer("epochs", 1);
        batchSize = json.integer("batch_size", 1);
        totalParameters = json.integer("total_parameters", 0);
        rtol = json.number("rtol", Double.MIN_NORMAL, 1);
        rtolHistory = json.number("rtol_history", Double.MIN_NORMAL, 1);
        rtolFinal = json.number("rtol_final", Double.MIN_NORMAL, 1);
        json.text("loss", "mse", "sparse_categorical_crossentropy");
        if (json.flag("shuffle")) {
            throw new SafetensorsException(file.file(), "config.shuffle", "false: the order would be unknown", true);
        }
        optimizer(List.of(new Trainable("none", new float[0], new float[0], () -> { })));       // checks its constants
        CaseTensors tensors = new CaseTensors(file);
        inputShape = new int[] {json.integer("steps", 1), json.integer("input_size", 1)};
        tensors.require("x", samples, inputShape[0], inputShape[1]);
        tensors.require("history.loss", epochs);
        tensors.require("history_float32.loss", epochs);
        hasFinal = file.names().stream().anyMatch(n -> n.startsWith("final."));
        for (CaseJson layer : json.objects("layers")) {
            for (CaseJson weight : layer.objects("weights")) {
                String name = weight.text("name");
                long[] shape = weight.shape("shape");
                tensors.require("init." + name, shape);
                given.put("init." + name, file.floats("init." + name));
                if (hasFinal) {
                    tensors.require("final." + name, shape);
                    given.put("final." + name, file.floats("final." + name));
                    expected.put("final." + name, file.doubles("final." + name));
                }
            }
            layers.add(KerasLayer.of(layer));
        }
        for (String name : List.of("y_init", "y_final", "target")) {
            long[] shape = file.shape(name).stream().mapToLong(Long::longValue).toArray();
            if (shape.length > 0) {
                shape[0] = samples;
            }
            tensors.require(name, shape.length > 0 ? shape : new long[] {samples});
        }
        tensors.nothingElse();
        targetShape = file.shape("target").stream().mapToInt(Long::intValue).toArray();
        given.put("x", file.floats("x"));
        given.put("target", file.floats("target"));
        for (String name : List.of("y_init", "y_final", "history.loss")) {
            expected.put(name, file.doubles(name));
        }
    }

    /** With Keras's definitions; Keras holds the rate in single precision. */
    private Optimizer optimizer(List<Trainable> parameters) throws SafetensorsException {
        CaseJson h = json.object("hyper");
        double rate = (float) h.number("learning_rate", Float.MIN_NORMAL, Float.MAX_VALUE);
        return switch (json.text("optimizer", "sgd", "adam", "adamw", "nadam", "rmsprop")) {
            case "adam" -> new Adam(parameters, rate, Definition.KERAS);
            case "adamw" -> new AdamW(parameters, rate, Definition.KERAS)
                    .weightDecay(h.number("weight_decay", 0, Double.MAX_VALUE));
            case "nadam" -> new NAdam(parameters, rate, Definition.KERAS);
            case "rmsprop" -> new RmsProp(parameters, rate, Definition.KERAS);
            default -> new Sgd(parameters, rate, Definition.KERAS).momentum(h.rate("momentum"))
                    .nesterov(h.has("nesterov") && h.flag("nesterov"));
        };
    }

    @Override
    public Verdict verdict(RnnEngine engine) {
        List<Layer> made = new ArrayList<>();
        layers.forEach(l -> made.add(l.make()));
        try (Model model = Model.sequential(Setup.of(engine, 0), Node.input(inputShape), made.toArray(new Layer[0]))) {
            List<KerasWeight> weights = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                weights.addAll(layers.get(i).weights(made.get(i)));
            }
            long count = model.parameters().stream().mapToLong(Trainable::size).sum();
            if (count != totalParameters) {
                return new Verdict("", Double.POSITIVE_INFINITY, "the model has " + count + " parameters, Keras's "
                        + totalParameters, false);
            }
            return compare(model, weights);
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

    private Verdict compare(Model model, List<KerasWeight> weights) throws SafetensorsException {
        weights.forEach(w -> w.set(given.get("init." + w.name())));
        Verdict verdict = new Verdict("y_init", 0, "", false).or("y_init", predict(model), expected.get("y_init"), rtol);
        verdict = verdict.or("history.loss", train(model), expected.get("history.loss"), rtolHistory);
        if (!hasFinal) {
            return verdict.or("y_final", predict(model), expected.get("y_final"), rtolFinal);
        }
        for (KerasWeight w : weights) {
            verdict = verdict.or("final." + w.name(), w.get(), expected.get("final." + w.name()), rtolFinal);
            w.set(given.get("final." + w.name()));
        }
        return verdict.or("y_final", predict(model), expected.get("y_final"), rtol);
    }

    private float[] predict(Model model) {
        Tensor y = new Tensor();
        model.forward(batch("x", 0, samples, new int[] {samples, inputShape[0], inputShape[1]}), y, false);
        return Arrays.copyOf(y.values(), y.size());
    }

    /** Loss of each epoch, as Keras reports it: each batch before its update, by its number of samples. */
    private double[] train(Model model) throws SafetensorsException {
        Optimizer optimizer = optimizer(model.parameters());
        Loss loss = json.text("loss").equals("mse") ? new MeanSquaredError() : CrossEntropy.ofProbabilities();
        Tensor y = new Tensor();
        Tensor dy = new Tensor();
        double[] history = new double[epochs];
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int from = 0; from < samples; from += batchSize) {
                int count = Math.min(batchSize, samples - from);
                Tensor x = batch("x", from, count, new int[] {samples, inputShape[0], inputShape[1]});
                model.clearGradients();
                model.forward(x, y, true);
                history[epoch] += loss.compute(y, batch("target", from, count, targetShape), dy) * count / samples;
                model.backward(dy, null);
                optimizer.step(1);
            }
        }
        return history;
    }

    private Tensor batch(String name, int from, int count, int[] shape) {
        float[] all = given.get(name);
        int each = all.length / samples;
        int[] part = shape.clone();
        part[0] = count;
        return Tensor.of(Arrays.copyOfRange(all, from * each, (from + count) * each), part);
    }
}
