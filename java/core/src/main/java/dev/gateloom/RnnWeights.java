package dev.gateloom;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The parameters of a stack, or their gradients: one {@code float[]} that the caller may read and write, with
 * PyTorch's names and layouts on top. For layer {@code n} (and {@code _reverse} for the backward direction):
 *
 * <pre>
 * weight_ih_ln [G·H, I]   weight_hh_ln [G·H, R]   bias_ih_ln, bias_hh_ln [G·H]   weight_hr_ln [P, H]
 * bias_ln [4H]                                   layer-normalised LSTM, in place of the two biases
 * ln_gamma_ih_ln, ln_gamma_hh_ln [G·H]           layer normalisation; ln_gamma_c_ln, ln_beta_c_ln [H] for the LSTM,
 *                                                ln_beta_ih_ln, ln_beta_hh_ln [4H] with CARRY_NORMALIZED
 * peephole_ln [3H]                               p_i, p_f, p_o
 * </pre>
 *
 * Rows are ordered i, f, g, o (LSTM) and r, z, n (GRU).
 *
 * <p>Engines keep packed copies. After {@link #data()} was changed, {@link #changed()} makes them pack again at the
 * next call. Any number of threads may use the weights at once, as long as none changes them meanwhile.
 */
public final class RnnWeights implements AutoCloseable {
    private final RnnConfig config;
    private final Map<String, Parameter> parameters;
    private final float[] data;
    private final Map<Object, Object> packed = new ConcurrentHashMap<>();
    private volatile long version;

    private RnnWeights(RnnConfig config) {
        this.config = Check.present("config", config);
        this.parameters = Layout.of(config).parameters;
        int size = 0;
        for (Parameter p : parameters.values()) {
            size = Check.size("weights", (long) size + p.size());
        }
        this.data = new float[size];
    }

    /**
     * All zero: what gradients start from.
     *
     * @param config the stack
     * @return new weights
     */
    public static RnnWeights zeros(RnnConfig config) {
        return new RnnWeights(config);
    }

    /**
     * Drawn by an initializer.
     *
     * @param config the stack
     * @param initializer how to draw them
     * @return new weights
     */
    public static RnnWeights init(RnnConfig config, Initializer initializer) {
        Check.present("initializer", initializer);
        RnnWeights weights = new RnnWeights(config);
        for (Parameter p : weights.parameters()) {
            initializer.fill(config, p, weights.data);
        }
        return weights;
    }

    /**
     * Read from a safetensors file with PyTorch's names: a {@code state_dict} of an {@code nn.LSTM}, or what
     * {@link #save(Path)} wrote.
     *
     * @param file the file
     * @param config the stack
     * @return new weights
     * @throws SafetensorsException if the file is unreadable, or a tensor is missing, unknown or of the wrong shape
     */
    public static RnnWeights load(Path file, RnnConfig config) throws SafetensorsException {
        return load(file, config, "");
    }

    /**
     * Read from a safetensors file in which the stack is one module of several: with prefix {@code "rnn."} from
     * {@code rnn.weight_ih_l0} and so on. Tensors without the prefix are left alone.
     *
     * @param file the file
     * @param config the stack
     * @param prefix what every name starts with
     * @return new weights
     * @throws SafetensorsException if the file is unreadable, or a tensor is missing, unknown or of the wrong shape
     */
    public static RnnWeights load(Path file, RnnConfig config, String prefix) throws SafetensorsException {
        return load(Safetensors.read(file), config, prefix);
    }

    /**
     * The same from a file that was read before.
     *
     * @param file the file's contents
     * @param config the stack
     * @param prefix what every name starts with
     * @return new weights
     * @throws SafetensorsException if a tensor is missing, unknown or of the wrong shape
     */
    public static RnnWeights load(Safetensors file, RnnConfig config, String prefix) throws SafetensorsException {
        Check.present("prefix", prefix);
        // Before memory is taken for them: the sizes may be what a file claims.
        WeightsFile.check(file, prefix, Check.present("config", config), Layout.of(config).parameters);
        RnnWeights weights = new RnnWeights(config);
        for (Parameter p : weights.parameters()) {
            weights.set(p.name(), file.floats(prefix + p.name()));
        }
        return weights;
    }

    /**
     * Writes a safetensors file with PyTorch's names.
     *
     * @param file where to; replaced at once when all is written
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        save(file, "");
    }

    /**
     * Writes a safetensors file with PyTorch's names behind a prefix.
     *
     * @param file where to; replaced at once when all is written
     * @param prefix what every name starts with, for example {@code "rnn."}
     * @throws IOException if it cannot be written
     */
    public void save(Path file, String prefix) throws IOException {
        WeightsFile.write(this, Check.present("prefix", prefix), file);
    }

    /**
     * The stack these weights belong to.
     *
     * @return the configuration
     */
    public RnnConfig config() {
        return config;
    }

    /**
     * All values, one parameter after the other in the order of {@link #parameters()}. This is the array itself.
     *
     * @return the values
     */
    public float[] data() {
        return data;
    }

    /**
     * The parameters in PyTorch's order.
     *
     * @return name, shape and place of each
     */
    public List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /**
     * The parameters that a stack has, without memory for their values.
     *
     * @param config the stack
     * @return name, shape and place of each, in PyTorch's order
     */
    public static List<Parameter> layout(RnnConfig config) {
        return List.copyOf(Layout.of(config).parameters.values());
    }

    /**
     * One parameter's name, shape and place.
     *
     * @param name for example {@code weight_ih_l0}
     * @return the parameter
     * @throws IllegalArgumentException if there is none of that name
     */
    public Parameter parameter(String name) {
        Parameter p = parameters.get(name);
        Check.that(p != null, "name", "one of " + parameters.keySet(), name);
        return p;
    }

    /**
     * Whether there is a parameter of that name.
     *
     * @param name for example {@code bias_ih_l0}
     * @return true if there is
     */
    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /**
     * A copy of one parameter.
     *
     * @param name for example {@code weight_ih_l0}
     * @return its values, row-major
     */
    public float[] get(String name) {
        Parameter p = parameter(name);
        return Arrays.copyOfRange(data, p.offset(), p.offset() + p.size());
    }

    /**
     * Replaces one parameter; {@link #changed()} is included.
     *
     * @param name for example {@code weight_ih_l0}
     * @param values its new values, row-major
     * @throws IllegalArgumentException if the name or the number of values is wrong
     */
    public void set(String name, float[] values) {
        Parameter p = parameter(name);
        Check.that(Check.present(name, values).length == p.size(), name, p.size() + " values " + p.shape(),
                values.length);
        System.arraycopy(values, 0, data, p.offset(), p.size());
        changed();
    }

    /**
     * Sets every value to zero, as gradients need before a new step; {@link #changed()} is included.
     *
     * @return this
     */
    public RnnWeights clear() {
        Arrays.fill(data, 0f);
        changed();
        return this;
    }

    /** Tells the engines that {@link #data()} was changed: they pack again at the next call. */
    public synchronized void changed() {
        version++;
    }

    /**
     * Counts the calls of {@link #changed()}.
     *
     * @return the version of the values
     */
    public long version() {
        return version;
    }

    /**
     * For engines: what an engine keeps for these weights (packed or device copies).
     *
     * @param key the engine's own key
     * @param create makes the holder at the first call
     * @param <T> its type; closed with the weights if it is {@link AutoCloseable}
     * @return the holder
     */
    @SuppressWarnings("unchecked")
    public <T> T engineCopy(Object key, Supplier<T> create) {
        Object copy = packed.get(key);              // first without the lambda, which would be a new object
        return (T) (copy != null ? copy : packed.computeIfAbsent(key, k -> create.get()));
    }

    /** Frees what engines keep for these weights. The values stay usable. */
    @Override
    public void close() {
        for (Object key : packed.keySet()) {
            if (packed.remove(key) instanceof AutoCloseable copy) {
                try {
                    copy.close();
                } catch (Exception e) {
                    throw new IllegalStateException("closing an engine's copy of the weights failed", e);
                }
            }
        }
    }

    /** Places parameters one after the other. */
    private static final class Layout {
        private final Map<String, Parameter> parameters = new LinkedHashMap<>();
        private int end;

        static Layout of(RnnConfig c) {
            Layout l = new Layout();
            int rows = c.cell().gates() * c.hiddenSize();
            boolean norm = c.layerNorm() != LayerNorm.NONE;
            boolean lstm = c.cell() == CellType.LSTM;
            for (int layer = 0; layer < c.numLayers(); layer++) {
                for (int d = 0; d < c.numDirections(); d++) {
                    String s = RnnConfig.suffix(layer, d);
                    l.add("weight_ih" + s, rows, c.layerInputSize(layer));
                    l.add("weight_hh" + s, rows, c.outputSize());
                    if (c.bias() && norm && lstm) {
                        if (c.layerNorm() == LayerNorm.STANDARD) {
                            l.add("bias" + s, rows);
                        }
                    } else if (c.bias()) {
                        l.add("bias_ih" + s, rows);
                        l.add("bias_hh" + s, rows);
                    }
                    if (c.projSize() > 0) {
                        l.add("weight_hr" + s, c.projSize(), c.hiddenSize());
                    }
                    if (norm) {
                        l.add("ln_gamma_ih" + s, rows);
                        l.add("ln_gamma_hh" + s, rows);
                        if (c.layerNorm() == LayerNorm.CARRY_NORMALIZED) {
                            l.add("ln_beta_ih" + s, rows);
                            l.add("ln_beta_hh" + s, rows);
                        }
                        if (lstm) {
                            l.add("ln_gamma_c" + s, c.hiddenSize());
                            l.add("ln_beta_c" + s, c.hiddenSize());
                        }
                    }
                    if (c.peephole()) {
                        l.add("peephole" + s, 3 * c.hiddenSize());
                    }
                }
            }
            return l;
        }

        void add(String name, int... dims) {
            Parameter p = Parameter.of(name, end, dims);
            Check.size(name, Arrays.stream(dims).asLongStream().toArray());
            end = Check.size("weights", (long) end + p.size());
            parameters.put(name, p);
        }
    }

    /**
     * The names of all parameters.
     *
     * @return in the order of {@link #parameters()}
     */
    public List<String> names() {
        return new ArrayList<>(parameters.keySet());
    }
}
