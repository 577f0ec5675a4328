package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import dev.gateloom.safetensors.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One file of {@code golden/}: see the README there.
 *
 * @param problem what to compute, batch first
 * @param expected what PyTorch computed
 * @param rtol the tolerance of float32 code for this case
 */
record Golden(Problem problem, Results expected, double rtol) {

    /** The cases of the manifest, as paths below {@code golden/}. */
    @SuppressWarnings("unchecked")
    static List<String> files() {
        Map<String, Object> manifest = Json.object(new String(resource("manifest.json"), StandardCharsets.UTF_8));
        List<String> files = new ArrayList<>();
        for (Object entry : (List<Object>) manifest.get("cases")) {
            files.add((String) ((Map<String, Object>) entry).get("file"));
        }
        return files;
    }

    static Golden load(String name) {
        try {
            Path copy = Files.createTempFile("golden", ".safetensors");     // the suite may live in a jar
            try {
                Files.write(copy, resource(name));
                return of(Safetensors.read(copy));
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static Golden of(Safetensors file) throws IOException {
        Map<String, Object> c = Json.object(file.metadata().get("config"));
        RnnConfig config = config(c);
        String variant = (String) c.getOrDefault("variant", "");
        Mode mode = variant.equals("zoneout_inference") ? Mode.INFERENCE : Mode.TRAINING;
        int steps = number(c, "steps", 0).intValue();
        int batch = number(c, "batch", 0).intValue();
        RnnWeights weights = RnnWeights.zeros(config);
        Results expected = new Results("golden " + c.get("name"));
        for (String name : List.of("y", "hn", "cn", "grad.x", "grad.h0", "grad.c0")) {
            if (file.has(name)) {
                expected.put(name, file.floats(name));
            }
        }
        for (String name : weights.names()) {
            weights.set(name, file.floats("param." + name));
            if (mode == Mode.TRAINING) {
                expected.put("grad." + name, file.floats("grad." + name));
            }
        }
        int dimensions = config.numDirections() * config.outputSize();
        RnnMasks masks = mode == Mode.TRAINING && config.stochastic() ? new RnnMasks(config, steps, batch) : null;
        for (RnnMasks.Kind kind : RnnMasks.Kind.values()) {
            if (masks != null && masks.get(kind) != null) {
                float[] mask = file.floats("mask." + name(kind));
                masks.set(kind, kind == RnnMasks.Kind.INTERLAYER
                        ? timeMajor(mask, config.numLayers() - 1, steps, batch, dimensions) : mask);
            }
        }
        Problem problem = new Problem((String) c.get("name"), config, mode, steps, batch, lengths(c), weights,
                file.floats("x"), optional(file, "h0"), optional(file, "c0"), optional(file, "dy"),
                optional(file, "dhn"), optional(file, "dcn"), masks);
        return new Golden(problem, expected, number(c, "rtol", 0));
    }

    /** The same case with {@code x, y} and their gradients {@code [T, B, ·]}. */
    Golden timeMajor() {
        Problem p = problem;
        RnnConfig config = p.config().toBuilder().batchFirst(false).build();
        int width = config.numDirections() * config.outputSize();
        RnnWeights weights = RnnWeights.zeros(config);
        p.weights().names().forEach(name -> weights.set(name, p.weights().get(name)));
        RnnMasks masks = null;
        if (p.masks() != null) {
            masks = new RnnMasks(config, p.steps(), p.batch());
            for (RnnMasks.Kind kind : RnnMasks.Kind.values()) {
                if (masks.get(kind) != null) {
                    masks.set(kind, p.masks().get(kind));
                }
            }
        }
        Problem turned = new Problem(p.name() + ", time-major", config, p.mode(), p.steps(), p.batch(), p.lengths(),
                weights, timeMajor(p.x(), 1, p.steps(), p.batch(), config.inputSize()), p.h0(), p.c0(),
                p.dy() == null ? null : timeMajor(p.dy(), 1, p.steps(), p.batch(), width), p.dhN(), p.dcN(), masks);
        Results results = new Results(turned.name());
        expected.tensors().forEach((name, values) -> results.put(name, switch (name) {
            case "y" -> timeMajor(values, 1, p.steps(), p.batch(), width);
            case "grad.x" -> timeMajor(values, 1, p.steps(), p.batch(), config.inputSize());
            default -> values;
        }));
        return new Golden(turned, results, rtol);
    }

    /** {@code [n, B, T, width]} to {@code [n, T, B, width]}. */
    static float[] timeMajor(float[] values, int n, int steps, int batch, int width) {
        float[] turned = new float[values.length];
        for (int i = 0; i < n; i++) {
            for (int b = 0; b < batch; b++) {
                for (int t = 0; t < steps; t++) {
                    System.arraycopy(values, ((i * batch + b) * steps + t) * width, turned,
                            ((i * steps + t) * batch + b) * width, width);
                }
            }
        }
        return turned;
    }

    private static RnnConfig config(Map<String, Object> c) {
        CellType cell = CellType.valueOf(((String) c.get("cell")).toUpperCase(Locale.ROOT));
        RnnConfig.Builder b = RnnConfig.of(cell, number(c, "input_size", 0).intValue(),
                        number(c, "hidden_size", 0).intValue())
                .layers(number(c, "num_layers", 1).intValue())
                .bidirectional(Boolean.TRUE.equals(c.get("bidirectional")))
                .bias((Boolean) c.get("bias"))
                .projSize(number(c, "proj_size", 0).intValue())
                .batchFirst(true);
        float rate = number(c, "rate", 0).floatValue();
        return switch ((String) c.getOrDefault("variant", "")) {
            case "" -> b.build();
            case "gru_reset_before" -> b.resetAfter(false).build();
            case "lstm_layernorm", "gru_layernorm" -> b.layerNormEps(number(c, "ln_eps", 0).floatValue())
                    .layerNorm((Boolean) c.get("ln_carry_normalized") ? LayerNorm.CARRY_NORMALIZED
                            : LayerNorm.STANDARD).build();
            case "lstm_peephole" -> b.peephole(true).build();
            case "zoneout_inference", "zoneout_train" -> b.zoneout(number(c, "zoneout_h", 0).floatValue(),
                    number(c, "zoneout_c", 0).floatValue()).build();
            case "recurrent_dropout" -> b.recurrentDropout(rate, c.get("mask_scope").equals("per_gate")).build();
            case "candidate_dropout" -> b.candidateDropout(rate).build();
            case "interlayer_dropout" -> b.dropout(rate).build();
            case "dropconnect" -> b.dropConnect(rate).build();
            default -> throw new IllegalArgumentException("variant: unknown, got " + c.get("variant"));
        };
    }

    private static String name(RnnMasks.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings("unchecked")
    private static int[] lengths(Map<String, Object> c) {
        List<Object> lengths = (List<Object>) c.get("lengths");
        return lengths == null ? null : lengths.stream().mapToInt(l -> ((Double) l).intValue()).toArray();
    }

    private static Double number(Map<String, Object> c, String key, double usual) {
        return (Double) c.getOrDefault(key, usual);
    }

    private static float[] optional(Safetensors file, String name) throws IOException {
        return file.has(name) ? file.floats(name) : null;
    }

    private static byte[] resource(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            if (in == null) {
                throw new IllegalStateException("golden/" + name + ": missing from the test resources");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
