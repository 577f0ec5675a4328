package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
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
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty training steps of PyTorch in double precision: loss and gradient norm of each step and the parameters after
 * the first and the last. The files say their tolerances, that of the loss for what is one number in a step;
 * {@code golden/README.md} says what they hold.
 */
class GoldenTrainTest {

    /** Every case on every engine that can run here. */
    static Stream<Arguments> cases() {
        return Stream.of("sgd", "sgd_momentum", "adam", "adamw", "nadam", "rmsprop")
                .flatMap(optimizer -> Stream.of("gru_regressor_" + optimizer + "_a", "lstm_tagger_" + optimizer + "_a"))
                .flatMap(name -> Engines.list().stream().filter(Engines.Info::ready)
                        .map(engine -> Arguments.of(name, engine.name())));
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
        Recurrent rnn = (lstm ? new Lstm(hiddenSize) : new Gru(hiddenSize)).returnSequences(tagging).redundantBias(true)
                .options(o -> o.layers(config.get("num_layers").asInt()));
        Tensor x = Tensor.of(golden.floats("x"), batch, steps, inputSize);
        Tensor target = tagging ? Tensor.of(golden.floats("target"), batch, steps)
                : Tensor.of(golden.floats("target"), batch, outputSize);
        Loss loss = tagging ? new CrossEntropy() : new MeanSquaredError();
        double rtolLoss = config.get("rtol_loss").asDouble();
        double rtolParams = config.get("rtol_params").asDouble();

        try (RnnEngine engine = Engines.get(engineName);
                Model model = Model.sequential(Setup.of(engine, 0), Node.input(steps, inputSize), rnn.named("rnn"),
                        new Dense(outputSize).named("head"))) {
            for (Trainable t : model.parameters()) {
                float[] init = golden.floats("init." + t.name());
                assertEquals(t.size(), init.length, t.name());
                System.arraycopy(init, 0, t.values(), t.offset(), init.length);
                t.changed().run();
            }
            Optimizer optimizer = optimizer(config.get("optimizer").asText(), config.get("hyper"), model.parameters());
            double[] losses = golden.doubles("loss");
            double[] norms = golden.doubles("grad_norm");
            assertEquals(config.get("train_steps").asInt(), losses.length);
            Tensor y = new Tensor();
            Tensor dy = new Tensor();
            for (int step = 0; step < losses.length; step++) {
                model.clearGradients();
                model.forward(x, y, true);
                assertEquals(losses[step], loss.compute(y, target, dy), rtolLoss * Math.max(losses[step], 1e-3),
                        "loss before step " + step);
                model.backward(dy, null);
                double norm = GradientClip.byGlobalNorm(model.parameters(), config.get("clip_norm").asDouble());
                assertEquals(norms[step], norm, rtolLoss * Math.max(norms[step], 1e-3), "norm at step " + step);
                optimizer.step(1);
                if (step == 0) {
                    compare(golden, "after1.", model, rtolParams);
                }
            }
            compare(golden, "final.", model, rtolParams);
            model.forward(x, y, false);
            double last = golden.doubles("final_loss")[0];
            assertEquals(last, loss.compute(y, target, null), rtolLoss * Math.max(last, 1e-3), "final loss");
        }
    }

    private static Optimizer optimizer(String name, JsonNode h, List<Trainable> parameters) {
        double rate = h.get("lr").asDouble();
        return switch (name) {
            case "sgd" -> new Sgd(parameters, rate);
            case "sgd_momentum" -> new Sgd(parameters, rate).momentum(h.get("momentum").asDouble());
            case "rmsprop" -> new RmsProp(parameters, rate).alpha(h.get("alpha").asDouble()).eps(h.get("eps").asDouble());
            case "nadam" -> new NAdam(parameters, rate).betas(beta(h, 0), beta(h, 1)).eps(h.get("eps").asDouble())
                    .momentumDecay(h.get("momentum_decay").asDouble());
            case "adam" -> new Adam(parameters, rate).betas(beta(h, 0), beta(h, 1)).eps(h.get("eps").asDouble());
            case "adamw" -> new AdamW(parameters, rate).betas(beta(h, 0), beta(h, 1)).eps(h.get("eps").asDouble())
                    .weightDecay(h.get("weight_decay").asDouble());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static double beta(JsonNode hyper, int which) {
        return hyper.get("betas").get(which).asDouble();
    }

    private static void compare(Safetensors golden, String prefix, Model model, double rtol) throws IOException {
        for (Trainable t : model.parameters()) {
            compare(golden, prefix + t.name(), Arrays.copyOfRange(t.values(), t.offset(), t.end()), rtol);
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

    private static Path file(String name) throws URISyntaxException {
        return Path.of(GoldenTrainTest.class.getResource("/golden/train/" + name + ".safetensors").toURI());
    }
}
