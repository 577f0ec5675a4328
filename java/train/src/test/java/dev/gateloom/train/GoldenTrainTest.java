package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Recurrent;
import dev.gateloom.nn.Sequential;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.safetensors.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty training steps of PyTorch in double precision: loss and gradient norm of each step and the parameters after
 * the first and the last. The files say their tolerances; {@code golden/README.md} says what they hold.
 */
class GoldenTrainTest {

    /** Every case on every engine that can run here. */
    static Stream<Arguments> cases() {
        return Stream.of("gru_regressor_adam_a", "lstm_tagger_adam_a").flatMap(name -> Engines.list().stream()
                .filter(Engines.Info::ready).map(engine -> Arguments.of(name, engine.name())));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void followsPyTorch(String name, String engineName) throws Exception {
        Safetensors golden = Safetensors.read(file(name));
        JsonNode config = new ObjectMapper().readTree(golden.metadata().get("config"));
        boolean tagging = config.get("task").asText().equals("tagging");
        boolean lstm = config.get("cell").asText().equals("lstm");
        int inputSize = config.get("input_size").asInt();
        int hiddenSize = config.get("hidden_size").asInt();
        int outputSize = config.get("output_size").asInt();
        int steps = config.get("steps").asInt();
        int batch = config.get("batch").asInt();
        RnnConfig stack = (lstm ? RnnConfig.lstm(inputSize, hiddenSize) : RnnConfig.gru(inputSize, hiddenSize))
                .layers(config.get("num_layers").asInt()).returnSequences(tagging).build();
        Tensor x = timeMajor(golden.floats("x"), batch, steps, inputSize);
        Tensor target = tagging ? timeMajor(golden.floats("target"), batch, steps, 1)
                : timeMajor(golden.floats("target"), batch, 1, outputSize);
        Loss loss = tagging ? new CrossEntropy() : new MeanSquaredError();
        double rtolLoss = config.get("rtol_loss").asDouble();
        double rtolParams = config.get("rtol_params").asDouble();

        try (RnnEngine engine = Engines.get(engineName);
                Recurrent rnn = new Recurrent(engine, stack, Shape.of(steps, batch), Initializer.pytorch(0));
                Dense head = new Dense(hiddenSize, outputSize, 0);
                Sequential model = new Sequential(rnn, head)) {
            for (Parameter p : rnn.weights().parameters()) {
                rnn.weights().set(p.name(), golden.floats("init.rnn." + p.name()));
            }
            for (Trainable t : head.parameters()) {
                System.arraycopy(golden.floats("init.head." + t.name()), 0, t.values(), 0, t.values().length);
            }
            JsonNode hyper = config.get("hyper");
            Adam adam = new Adam(model.parameters(), new Adam.Settings(hyper.get("lr").asDouble(),
                    hyper.get("betas").get(0).asDouble(), hyper.get("betas").get(1).asDouble(),
                    hyper.get("eps").asDouble(), 0));
            double[] losses = golden.doubles("loss");
            double[] norms = golden.doubles("grad_norm");
            assertEquals(config.get("train_steps").asInt(), losses.length);
            Tensor y = new Tensor();
            Tensor dy = new Tensor();
            for (int step = 0; step < losses.length; step++) {
                model.parameters().forEach(t -> Arrays.fill(t.gradients(), 0f));
                model.forward(x, y, true);
                assertEquals(losses[step], loss.compute(y, target, dy), rtolLoss * Math.max(losses[step], 1e-3),
                        "loss before step " + step);
                model.backward(dy, null);
                double norm = GradientClip.byGlobalNorm(model.parameters(), config.get("clip_norm").asDouble());
                assertEquals(norms[step], norm, rtolParams * Math.max(norms[step], 1e-3), "norm at step " + step);
                adam.step(1);
                if (step == 0) {
                    compare(golden, "after1.", rnn, head, rtolParams);
                }
            }
            compare(golden, "final.", rnn, head, rtolParams);
            model.forward(x, y, false);
            double last = golden.doubles("final_loss")[0];
            assertEquals(last, loss.compute(y, target, null), rtolLoss * Math.max(last, 1e-3), "final loss");
        }
    }

    private static void compare(Safetensors golden, String prefix, Recurrent rnn, Dense head, double rtol)
            throws IOException {
        for (Parameter p : rnn.weights().parameters()) {
            compare(golden, prefix + "rnn." + p.name(), rnn.weights().get(p.name()), rtol);
        }
        for (Trainable t : head.parameters()) {
            compare(golden, prefix + "head." + t.name(), t.values(), rtol);
        }
    }

    private static void compare(Safetensors golden, String name, float[] actual, double rtol) throws IOException {
        float[] expected = golden.floats(name);
        double max = 1e-3;
        for (float e : expected) {
            max = Math.max(max, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], rtol * max, name + "[" + i + "]");
        }
    }

    private static Tensor timeMajor(float[] values, int batch, int steps, int features) {
        Tensor t = new Tensor(steps, batch, features);
        for (int b = 0; b < batch; b++) {
            for (int s = 0; s < steps; s++) {
                System.arraycopy(values, (b * steps + s) * features, t.values(), t.index(s, b, 0), features);
            }
        }
        return t;
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(GoldenTrainTest.class.getResource("/golden/train/" + name + ".safetensors").toURI());
    }
}
