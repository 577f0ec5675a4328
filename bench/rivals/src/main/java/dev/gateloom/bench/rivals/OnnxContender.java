package dev.gateloom.bench.rivals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ONNX Runtime on its CPU provider, all optimisations on, inputs and outputs bound to memory of ours. */
public final class OnnxContender implements Contender {

    /** For the service loader. */
    public OnnxContender() {
    }

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public Optional<String> obstacle(Case c) {
        return c.kind() == Kind.TRAINING
                ? Optional.of("the ONNX Runtime of Maven Central runs models, it does not train them")
                : Optional.empty();
    }

    @Override
    public Session open(Problem problem) throws OrtException {
        return new OnnxSession(problem);
    }

    /** A model with its bound tensors. Two sets of them, so that a single step's state goes back and forth. */
    private static final class OnnxSession implements Session {
        private final int threads = Runtime.getRuntime().availableProcessors();
        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final OrtSession session;
        private final FloatBuffer y;
        private final List<Map<String, OnnxTensor>> inputs;
        private final List<Map<String, OnnxTensor>> outputs;
        private final boolean carried;
        private int turn;

        OnnxSession(Problem problem) throws OrtException {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                session = environment.createSession(OnnxModel.of(problem), options);
            }
            carried = problem.of().kind() == Kind.STEP;
            Dims d = problem.of().dims();
            OnnxTensor x = tensor(direct(problem.x()), d.steps(), d.batch(), d.inputSize());
            y = direct(new float[d.steps() * d.batch() * d.hiddenSize()]);
            OnnxTensor yTensor = tensor(y, d.steps(), 1, d.batch(), d.hiddenSize());
            List<String> names = problem.of().cell() == CellType.LSTM ? List.of("H", "C") : List.of("H");
            inputs = List.of(new HashMap<>(Map.of("X", x)), new HashMap<>(Map.of("X", x)));
            outputs = List.of(new HashMap<>(Map.of("Y", yTensor)), new HashMap<>(Map.of("Y", yTensor)));
            for (int k = 0; k < 2; k++) {
                for (String name : names) {
                    OnnxTensor state = tensor(direct(new float[d.batch() * d.hiddenSize()]), 1, d.batch(),
                            d.hiddenSize());
                    inputs.get(k).put(name + "0", state);
                    outputs.get(1 - k).put(name + "N", state);
                }
            }
        }

        private OnnxTensor tensor(FloatBuffer values, long... shape) throws OrtException {
            return OnnxTensor.createTensor(environment, values, shape);
        }

        private static FloatBuffer direct(float[] values) {
            FloatBuffer buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            return buffer.put(values).flip();
        }

        @Override
        public String description() {
            return "ONNX Runtime " + environment.getVersion() + ", CPU provider, " + threads + " threads";
        }

        /** Whole sequences always start from set 0, which stays zero; only a single step takes turns. */
        @Override
        public void run() throws OrtException {
            try (OrtSession.Result ignored = session.run(inputs.get(turn), outputs.get(turn))) {
                if (carried) {
                    turn = 1 - turn;
                }
            }
        }

        @Override
        public void upstream(float[] dy) {
            throw new UnsupportedOperationException("ONNX Runtime does not train");
        }

        @Override
        public Outcome outcome() {
            float[] values = new float[y.capacity()];
            y.duplicate().rewind().get(values);
            return new Outcome(values, null, null);
        }

        @Override
        public void close() {
            inputs.get(0).values().forEach(OnnxTensor::close);
            outputs.get(0).values().forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("closing the ONNX session failed", e);
            }
        }
    }
}
