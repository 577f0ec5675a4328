package dev.gateloom.bench.rivals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import java.util.Optional;

/**
 * PyTorch through DJL: {@code torch.lstm} and {@code torch.gru} as DJL's recurrent blocks call them. Training records
 * a graph, takes {@code sum(y · dy)} as the loss and asks autograd for all gradients.
 */
public final class DjlContender implements Contender {

    /** For the service loader. */
    public DjlContender() {
    }

    @Override
    public String name() {
        return "djl-pytorch";
    }

    @Override
    public Optional<String> obstacle(Case c) {
        return Optional.empty();
    }

    @Override
    public Session open(Problem problem) {
        return new DjlSession(engine(), problem);
    }

    /** PyTorch on all cores. */
    static Engine engine() {
        String threads = String.valueOf(Runtime.getRuntime().availableProcessors());
        System.setProperty("ai.djl.pytorch.num_threads", threads);
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OFFLINE", "true");                 // the native library is on the class path
        return Engine.getEngine("PyTorch");
    }

    static String description(Engine engine) {
        return "PyTorch " + engine.getVersion() + " through DJL " + Engine.getDjlVersion() + ", "
                + Runtime.getRuntime().availableProcessors() + " threads";
    }

    /** Tensors of one case. */
    private static final class DjlSession implements Session {
        private static final String[] NAMES = {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"};
        private final Engine engine;
        private final Case of;
        private final NDManager manager;
        private final NDArray x;
        private final NDList parameters = new NDList();
        private final NDList zeros = new NDList();
        private NDArray dy;
        private NDManager callMemory;       // results of the last call
        private NDList result;
        private NDList state;               // h, c of a single step
        private float[] dx;
        private float[] gradients;

        DjlSession(Engine engine, Problem problem) {
            this.engine = engine;
            of = problem.of();
            manager = engine.newBaseManager();
            callMemory = manager.newSubManager();
            Dims d = of.dims();
            x = manager.create(problem.x(), new Shape(d.steps(), d.batch(), d.inputSize()));
            for (String name : NAMES) {
                long[] shape = problem.weights().parameter(name).shape().stream().mapToLong(n -> n).toArray();
                parameters.add(manager.create(problem.weights().get(name), new Shape(shape)));
            }
            for (int k = 0; k < (of.cell() == CellType.LSTM ? 2 : 1); k++) {
                zeros.add(manager.zeros(new Shape(1, d.batch(), d.hiddenSize())));
            }
            state = zeros;
            if (of.kind() == Kind.TRAINING) {
                upstream(problem.dy());
                x.setRequiresGradient(true);
                parameters.forEach(p -> p.setRequiresGradient(true));
            }
        }

        @Override
        public String description() {
            return DjlContender.description(engine);
        }

        @Override
        public void run() {
            if (of.kind() == Kind.TRAINING) {
                train();
                return;
            }
            NDManager memory = manager.newSubManager();
            result = forward(memory, of.kind() == Kind.STEP ? state : zeros, false);
            if (of.kind() == Kind.STEP) {
                state = new NDList(result.subList(1, result.size()));
            }
            callMemory.close();
            callMemory = memory;
        }

        private void train() {
            callMemory.close();
            callMemory = manager.newSubManager();
            try (GradientCollector collector = engine.newGradientCollector()) {
                collector.zeroGradients();
                result = forward(callMemory, zeros, true);
                NDArray loss = result.get(0).mul(dy).sum();
                collector.backward(loss);
            }
        }

        /** {@code y, hN} and for an LSTM {@code cN}, in the given memory. */
        private NDList forward(NDManager memory, NDList initial, boolean training) {
            NDArray input = x;
            NDList y = of.cell() == CellType.LSTM
                    ? input.getNDArrayInternal().lstm(input, initial, parameters, true, 1, 0, training, false, false)
                    : input.getNDArrayInternal().gru(input, initial.get(0), parameters, true, 1, 0, training, false,
                            false);
            y.attach(memory);
            return y;
        }

        @Override
        public void upstream(float[] values) {
            if (dy != null) {
                dy.close();
            }
            Dims d = of.dims();
            dy = manager.create(values, new Shape(d.steps(), d.batch(), d.hiddenSize()));
        }

        @Override
        public Outcome outcome() {
            if (of.kind() == Kind.TRAINING) {
                dx = x.getGradient().toFloatArray();
                gradients = Rows.join(parameters.stream().map(p -> p.getGradient().toFloatArray())
                        .toArray(float[][]::new));
            }
            return new Outcome(result.get(0).toFloatArray(), dx, gradients);
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
