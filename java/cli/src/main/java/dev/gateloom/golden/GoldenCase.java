package dev.gateloom.golden;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One golden test case, converted from its file: what to compute, from what, and what must come out. {@code x},
 * {@code y} and their gradients are batch first, as in the file.
 *
 * <p>The file is checked completely: a tensor too many, one too few, or one of another shape is an error, and no memory
 * is taken for sizes that the file only claims.
 */
public final class GoldenCase implements Golden {
    private static final String PARAMETER = "param.";
    private static final String GRADIENT = "grad.";
    /** A result that fewer digits move by as much is not determined: zeros would pass. */
    private static final double MOST_TOLERANCE = 1;

    private final Safetensors file;
    private final CaseJson json;
    private final String name;
    private final int steps;
    private final int batch;
    private final int[] lengths;
    private final double rtol;
    private final boolean gradients;
    private final RnnConfig config;
    private final Mode mode;
    private final RnnWeights weights;
    private final RnnMasks masks;
    private final Map<String, double[]> expected = new LinkedHashMap<>();
    private final float[] x;
    private final RnnState initialState;
    private final float[] dy;
    private final RnnState dFinalState;

    GoldenCase(Safetensors file, CaseJson json) throws SafetensorsException {
        this.file = file;
        this.json = json;
        String variant = json.text("family", "core", "variant").equals("core") ? "" : json.text("variant");
        boolean given = json.text("initial_state", "given", "zeros").equals("given");
        steps = json.integer("steps", 1);
        batch = json.integer("batch", 1);
        name = json.text("name");
        rtol = json.number("rtol", Double.MIN_NORMAL, 1);
        gradients = file.names().stream().anyMatch(n -> n.equals("dy") || n.startsWith(GRADIENT));
        config = configuration(variant);
        mode = gradients || config.stochastic() && !variant.equals("zoneout_inference")
                ? Mode.TRAINING : Mode.INFERENCE;
        if (gradients && variant.equals("zoneout_inference")) {
            throw new SafetensorsException(file.file(), "tensors", "no gradients with zoneout_inference", file.names());
        }

        CaseTensors tensors = new CaseTensors(file);
        requireResults(tensors);
        lengths = json.integers("lengths", batch, steps);       // now batch is known to be no larger than the file
        weights = RnnWeights.load(file, config, PARAMETER);
        requireInputs(tensors, given);
        masks = mode == Mode.TRAINING && config.stochastic() ? masks(tensors) : null;
        tensors.nothingElse();
        x = file.floats("x");
        initialState = given ? state("h0", "c0") : null;
        dy = gradients ? file.floats("dy") : null;
        dFinalState = gradients ? state("dhn", "dcn") : null;
    }

    /**
     * Reads a case of the families {@code core} or {@code variant}.
     *
     * @param file the file
     * @return the case
     * @throws SafetensorsException if the file is unreadable or no such case
     */
    public static GoldenCase read(Path file) throws SafetensorsException {
        Golden golden = Golden.read(file);
        if (golden instanceof GoldenCase one) {
            return one;
        }
        throw new SafetensorsException(file, "config.family", "core or variant", golden.getClass().getSimpleName());
    }

    @Override
    public Verdict verdict(RnnEngine engine) {
        return Verdict.of(this, engine);
    }

    @Override
    public Verdict verdict(RnnEngine engine, Precision precision) {
        if (precision == Precision.FP32) {
            return verdict(engine);
        }
        double tolerance = RoundedTolerance.of(this, precision);
        if (!(tolerance < MOST_TOLERANCE)) {
            return new Verdict("", Double.POSITIVE_INFINITY, String.format(Locale.ROOT, "not supported: with roundings to %s a result "
                    + "may be off by %.1f times its largest value, so zeros would pass: fp32 runs it",
                    precision.name().toLowerCase(Locale.ROOT), tolerance), true);
        }
        return Verdict.of(this, engine, tolerance);
    }

    /** What the pass computes from. */
    Operands operands() {
        return new Operands(weights, x, initialState, dy, dFinalState);
    }

    /**
     * All that rounding meets.
     *
     * @param weights the parameters
     * @param x the input
     * @param initialState null for zeros
     * @param dy null without gradients
     * @param dFinalState null without gradients
     */
    record Operands(RnnWeights weights, float[] x, RnnState initialState, float[] dy, RnnState dFinalState) {
    }

    /**
     * What the file calls the case.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Allowed error, as a share of each tensor's largest value.
     *
     * @return the file's suggestion for float32
     */
    public double rtol() {
        return rtol;
    }

    /**
     * The stack.
     *
     * @return the configuration, batch first
     */
    public RnnConfig config() {
        return config;
    }

    /**
     * What the plan is for.
     *
     * @return TRAINING if there are gradients or masks
     */
    public Mode mode() {
        return mode;
    }

    /**
     * Steps.
     *
     * @return T
     */
    public int steps() {
        return steps;
    }

    /**
     * Sequences.
     *
     * @return B
     */
    public int batch() {
        return batch;
    }

    /**
     * Lengths of the sequences.
     *
     * @return B of them; null if all are T
     */
    public int[] lengths() {
        return lengths == null ? null : lengths.clone();
    }

    /**
     * The parameters.
     *
     * @return the weights
     */
    public RnnWeights weights() {
        return weights;
    }

    /**
     * The masks that were used.
     *
     * @return time-major, as plans take them; null if there are none
     */
    public RnnMasks masks() {
        return masks;
    }

    /**
     * The input.
     *
     * @return {@code [B, T, I]}
     */
    public float[] x() {
        return x;
    }

    /**
     * Initial state.
     *
     * @return h0 and c0; null for zeros
     */
    public RnnState initialState() {
        return initialState;
    }

    /**
     * Whether gradients are to be compared.
     *
     * @return true if there is anything for a backward
     */
    public boolean hasGradients() {
        return gradients;
    }

    /**
     * Upstream gradient of y.
     *
     * @return {@code [B, T, D·R]}; null without gradients
     */
    public float[] dy() {
        return dy;
    }

    /**
     * Upstream gradient of the final state.
     *
     * @return dhN and dcN; null without gradients
     */
    public RnnState dFinalState() {
        return dFinalState;
    }

    /**
     * What must come out: {@code y, hn, cn, grad.x, grad.h0, grad.c0} and {@code grad.NAME} for each parameter.
     *
     * @return tensor name to values
     */
    public Map<String, double[]> expected() {
        return Collections.unmodifiableMap(expected);
    }

    private RnnConfig configuration(String variant) throws SafetensorsException {
        json.text("layout", "batch_first");
        CellType cell = switch (json.text("cell", "lstm", "gru", "rnn_tanh", "rnn_relu")) {
            case "lstm" -> CellType.LSTM;
            case "gru" -> CellType.GRU;
            case "rnn_tanh" -> CellType.RNN_TANH;
            default -> CellType.RNN_RELU;
        };
        json.text("gate_order", cell == CellType.LSTM ? "i,f,g,o" : cell == CellType.GRU ? "r,z,n" : "h");
        RnnConfig.Builder b = RnnConfig.of(cell, json.integer("input_size", 0), json.integer("hidden_size", 1))
                .layers(json.integer("num_layers", 1))
                .bidirectional(json.flag("bidirectional"))
                .bias(json.flag("bias"))
                .projSize(json.integer("proj_size", 0))
                .batchFirst(true);
        option(variant, b);
        return b.build();
    }

    private void option(String variant, RnnConfig.Builder b) throws SafetensorsException {
        switch (variant) {
            case "" -> { }
            case "gru_reset_before" -> b.resetAfter(false);
            case "lstm_peephole" -> b.peephole(true);
            case "lstm_layernorm", "gru_layernorm" -> b
                    .layerNorm(json.flag("ln_carry_normalized") ? LayerNorm.CARRY_NORMALIZED : LayerNorm.STANDARD)
                    .layerNormEps((float) json.number("ln_eps", Float.MIN_NORMAL, 1));
            case "zoneout_train", "zoneout_inference" -> b.zoneout(json.rate("zoneout_h"), json.rate("zoneout_c"));
            case "recurrent_dropout" -> b.recurrentDropout(json.rate("rate"),
                    json.text("mask_scope", "shared", "per_gate").equals("per_gate"));
            case "candidate_dropout" -> b.candidateDropout(json.rate("rate"));
            case "interlayer_dropout" -> b.dropout(json.rate("rate"));
            case "dropconnect" -> b.dropConnect(json.rate("rate"));
            default -> throw new SafetensorsException(file.file(), "config.variant",
                    "one that this version knows", variant);
        }
    }

    /** First, because these tensors bound every size in the configuration by the size of the file. */
    private void requireResults(CaseTensors tensors) throws SafetensorsException {
        long layers = (long) config.numLayers() * config.numDirections();
        tensors.require("y", batch, steps, (long) config.numDirections() * config.outputSize());
        tensors.require("hn", layers, batch, config.outputSize());
        if (config.cell() == CellType.LSTM) {
            tensors.require("cn", layers, batch, config.hiddenSize());
        }
        if (file.names().size() < 2 * layers) {
            throw new SafetensorsException(file.file(), "tensors", "two weights for each of " + layers
                    + " layers and directions", file.names().size() + " tensors");
        }
        expect("y", "hn");
        if (config.cell() == CellType.LSTM) {
            expect("cn");
        }
    }

    private void requireInputs(CaseTensors tensors, boolean given) throws SafetensorsException {
        long layers = (long) config.numLayers() * config.numDirections();
        long h = config.hiddenSize();
        long r = config.outputSize();
        boolean lstm = config.cell() == CellType.LSTM;
        tensors.require("x", batch, steps, config.inputSize());
        if (given) {
            tensors.require("h0", layers, batch, r);
        }
        if (given && lstm) {
            tensors.require("c0", layers, batch, h);
        }
        for (Parameter p : weights.parameters()) {
            tensors.require(PARAMETER + p.name(), p.shape().stream().mapToLong(Integer::longValue).toArray());
        }
        if (!gradients) {
            return;
        }
        tensors.require("dy", batch, steps, config.numDirections() * r);
        tensors.require("dhn", layers, batch, r);
        tensors.require("grad.x", batch, steps, config.inputSize());
        tensors.require("grad.h0", layers, batch, r);
        expect("grad.x", "grad.h0");
        if (lstm) {
            tensors.require("dcn", layers, batch, h);
            tensors.require("grad.c0", layers, batch, h);
            expect("grad.c0");
        }
        for (Parameter p : weights.parameters()) {
            tensors.require(GRADIENT + p.name(), p.shape().stream().mapToLong(Integer::longValue).toArray());
            expect(GRADIENT + p.name());
        }
    }

    private RnnMasks masks(CaseTensors tensors) throws SafetensorsException {
        long layers = (long) config.numLayers() * config.numDirections();
        long gates = config.cell().gates();
        long h = config.hiddenSize();
        long r = config.outputSize();
        long width = config.numDirections() * r;
        Map<RnnMasks.Kind, String> used = new LinkedHashMap<>();
        if (config.interlayerDropout()) {
            tensors.require("mask.interlayer", config.numLayers() - 1, batch, steps, width);
            used.put(RnnMasks.Kind.INTERLAYER, "mask.interlayer");
        }
        if (config.recurrentDropout() > 0) {
            tensors.require("mask.recurrent", layers, gates, batch, r);
            used.put(RnnMasks.Kind.RECURRENT, "mask.recurrent");
        }
        if (config.candidateDropout() > 0) {
            tensors.require("mask.candidate", layers, steps, batch, h);
            used.put(RnnMasks.Kind.CANDIDATE, "mask.candidate");
        }
        if (config.zoneoutHidden() > 0) {
            tensors.require("mask.zoneout_h", layers, steps, batch, r);
            used.put(RnnMasks.Kind.ZONEOUT_H, "mask.zoneout_h");
        }
        if (config.zoneoutCell() > 0) {
            tensors.require("mask.zoneout_c", layers, steps, batch, h);
            used.put(RnnMasks.Kind.ZONEOUT_C, "mask.zoneout_c");
        }
        if (config.dropConnect() > 0) {
            tensors.require("mask.weight_hh", layers, gates * h, r);
            used.put(RnnMasks.Kind.WEIGHT_HH, "mask.weight_hh");
        }
        RnnMasks result = new RnnMasks(config, steps, batch);
        for (Map.Entry<RnnMasks.Kind, String> mask : used.entrySet()) {
            float[] values = file.floats(mask.getValue());
            boolean turn = mask.getKey() == RnnMasks.Kind.INTERLAYER;
            result.set(mask.getKey(), turn ? timeMajor(values, (int) width) : values);
        }
        return result;
    }

    /** {@code [L-1, B, T, width] → [L-1, T, B, width]}: the one mask that files hold batch first. */
    private float[] timeMajor(float[] mask, int width) {
        float[] turned = new float[mask.length];
        for (int layer = 0; layer < config.numLayers() - 1; layer++) {
            for (int b = 0; b < batch; b++) {
                for (int t = 0; t < steps; t++) {
                    System.arraycopy(mask, ((layer * batch + b) * steps + t) * width,
                            turned, ((layer * steps + t) * batch + b) * width, width);
                }
            }
        }
        return turned;
    }

    private void expect(String... names) throws SafetensorsException {
        for (String name : names) {
            expected.put(name, file.doubles(name));
        }
    }

    private RnnState state(String h, String c) throws SafetensorsException {
        return RnnState.of(file.floats(h), config.cell() == CellType.LSTM ? file.floats(c) : null);
    }
}
