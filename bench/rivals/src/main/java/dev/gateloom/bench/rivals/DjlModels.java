package dev.gateloom.bench.rivals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.models.ModelContender;
import dev.gateloom.bench.models.ModelKind;
import dev.gateloom.bench.models.ModelProblem;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * PyTorch through DJL: the functions that DJL's blocks call, its losses and its Adam, without the blocks. Sequences are
 * time-major, which PyTorch likes best. Of the two biases of an LSTM the second stays zero.
 */
public final class DjlModels implements ModelContender {

    /** For the service loader. */
    public DjlModels() {
    }

    @Override
    public String name() {
        return "djl-pytorch";
    }

    @Override
    public Session open(ModelProblem problem) {
        return new DjlSession(DjlContender.engine(), problem);
    }

    /** Tensors of one model. */
    private static final class DjlSession implements Session {
        private final Engine engine;
        private final ModelKind kind;
        private final NDManager manager;
        private final Map<String, NDArray> parameters = new LinkedHashMap<>();
        private final NDList recurrent = new NDList();
        private final NDList zeros = new NDList();
        private final NDArray x;
        private final NDArray target;
        private final Loss compared;
        private final Optimizer adam;
        private float loss;

        DjlSession(Engine engine, ModelProblem problem) {
            this.engine = engine;
            kind = problem.of().kind();
            manager = engine.newBaseManager();
            Dims d = problem.of().dims();
            problem.weights().forEach((name, values) -> {
                long rows = name.startsWith("embedding") || name.startsWith("dense") ? kind.outputs() : 4L * d.hiddenSize();
                NDArray p = manager.create(values, name.contains("bias") ? new Shape(rows)
                        : new Shape(rows, values.length / rows));
                p.setRequiresGradient(true);
                parameters.put(name, p);
                if (name.startsWith("lstm")) {
                    recurrent.add(p);
                    if (name.contains("bias")) {
                        recurrent.add(manager.zeros(new Shape(rows)));
                    }
                }
            });
            for (int k = 0; k < 2; k++) {
                zeros.add(manager.zeros(new Shape(kind.layers(), d.batch(), d.hiddenSize())));
            }
            if (kind.classifies()) {
                x = timeMajor(problem.x(), d.batch(), d.steps()).toType(DataType.INT64, true);
                target = timeMajor(problem.target(), d.batch(), d.steps()).toType(DataType.INT64, true).flatten();
            } else {
                x = timeMajor(problem.x(), d.batch(), d.steps(), d.inputSize());
                target = manager.create(problem.target(), new Shape(d.batch(), kind.outputs()));
            }
            compared = kind.classifies() ? Loss.softmaxCrossEntropyLoss() : Loss.l2Loss("mean squared error", 1);
            adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed((float) kind.rate())).optEpsilon(1e-8f).build();
        }

        private NDArray timeMajor(float[] values, long... shape) {
            return manager.create(values, new Shape(shape)).swapAxes(0, 1).duplicate();
        }

        @Override
        public String description() {
            return DjlContender.description(engine);
        }

        @Override
        public void step() {
            try (NDManager memory = manager.newSubManager(); GradientCollector collector = engine.newGradientCollector()) {
                memory.tempAttachAll(x, target);            // what is computed from them is freed with this memory
                collector.zeroGradients();
                NDArray value = compared.evaluate(new NDList(target), new NDList(answer()));
                collector.backward(value);
                parameters.forEach(this::update);
                loss = value.getFloat();
            }
        }

        private void update(String name, NDArray p) {
            try (NDArray gradient = p.getGradient()) {
                adam.update(name, p, gradient);
            }
        }

        /** From all steps, or from the last h. */
        private NDArray answer() {
            NDArray input = kind.classifies()
                    ? x.getNDArrayInternal().embedding(x, parameters.get("embedding.weight"), SparseFormat.DENSE).get(0) : x;
            NDList y = input.getNDArrayInternal().lstm(input, zeros, recurrent, true, kind.layers(), 0, true, false, false);
            NDArray read = kind.classifies() ? y.get(0).reshape(x.size(), -1) : y.get(1).get(kind.layers() - 1);
            return read.getNDArrayInternal().linear(read, parameters.get("dense.weight"), parameters.get("dense.bias")).get(0);
        }

        @Override
        public double loss() {
            return loss;
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
