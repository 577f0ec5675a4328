package dev.gateloom.bench.rivals;

import dev.gateloom.CellType;
import dev.gateloom.RnnWeights;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's LSTM layer; it has no GRU. Training is its documented "external errors" path: feed forward, then
 * back-propagate a given gradient. DL4J orders the gates g, f, o, i, keeps matrices transposed and sequences as
 * {@code [B, I, T]}.
 */
public final class Dl4jContender implements Contender {
    private static final int[] TO_DL4J = {2, 1, 3, 0};       // of our i, f, g, o
    private static final int[] FROM_DL4J = {3, 1, 0, 2};

    /** For the service loader. */
    public Dl4jContender() {
    }

    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Optional<String> obstacle(Case c) {
        return c.cell() == CellType.LSTM ? Optional.empty() : Optional.of("DL4J has no GRU layer");
    }

    @Override
    public Session open(Problem problem) throws IOException {
        prepare();
        return new Dl4jSession(problem);
    }

    /** Chooses ND4J's native library, before any of its classes is touched. */
    static void prepare() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        boolean avx512 = Files.exists(cpu) && Files.readString(cpu).contains("avx512f");
        System.setProperty("org.bytedeco.javacpp.platform.extension", avx512 ? "-avx512" : "");
        System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    }

    static String version() {
        return "DL4J " + MultiLayerNetwork.class.getPackage().getImplementationVersion() + ", "
                + Nd4j.getBackend().getClass().getSimpleName() + ", " + Runtime.getRuntime().availableProcessors()
                + " threads";
    }

    /** A matrix or a bias of ours in DL4J's order of gates, transposed as it keeps them. */
    static INDArray gates(float[] values, int rows, int columns) {
        return Nd4j.create(Rows.blocks(values, TO_DL4J), new long[] {rows, columns}, 'c').transpose();
    }

    /** A network of one layer. */
    private static final class Dl4jSession implements Session {
        private final Case of;
        private final MultiLayerNetwork net;
        private final INDArray x;
        private INDArray dy;
        private INDArray y;
        private Pair<Gradient, INDArray> back;

        Dl4jSession(Problem problem) {
            of = problem.of();
            Dims d = of.dims();
            MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder().list()
                    .layer(new LSTM.Builder().nIn(d.inputSize()).nOut(d.hiddenSize()).activation(Activation.TANH)
                            .gateActivationFunction(Activation.SIGMOID).build())
                    .build();
            net = new MultiLayerNetwork(configuration);
            net.init();
            RnnWeights w = problem.weights();
            int rows = 4 * d.hiddenSize();
            float[] bias = w.get("bias_ih_l0");
            float[] second = w.get("bias_hh_l0");
            for (int k = 0; k < rows; k++) {
                bias[k] += second[k];
            }
            net.getParam("0_W").assign(gates(w.get("weight_ih_l0"), rows, d.inputSize()));
            net.getParam("0_RW").assign(gates(w.get("weight_hh_l0"), rows, d.hiddenSize()));
            net.getParam("0_b").assign(gates(bias, rows, 1));
            x = of.kind() == Kind.STEP ? Nd4j.create(problem.x(), new long[] {d.batch(), d.inputSize()}, 'c')
                    : sequence(problem.x(), d.inputSize());
            if (of.kind() == Kind.TRAINING) {
                upstream(problem.dy());
            }
        }

        /** {@code [T, B, width]} to {@code [B, width, T]}, in the order of axes DL4J likes best. */
        private INDArray sequence(float[] values, int width) {
            Dims d = of.dims();
            return Nd4j.create(values, new long[] {d.steps(), d.batch(), width}, 'c').permute(1, 2, 0).dup('f');
        }

        private static float[] timeMajor(INDArray values) {
            return values.permute(2, 0, 1).dup('c').data().asFloat();
        }

        @Override
        public String description() {
            return version();
        }

        @Override
        public void run() {
            switch (of.kind()) {
                case FORWARD -> y = net.output(x, false);
                case STEP -> y = net.rnnTimeStep(x);
                case TRAINING -> {
                    net.setInput(x);
                    y = net.feedForward(true, false).get(1);
                    back = net.backpropGradient(dy, LayerWorkspaceMgr.noWorkspaces());
                }
            }
        }

        @Override
        public void upstream(float[] values) {
            dy = sequence(values, of.dims().hiddenSize());
        }

        @Override
        public Outcome outcome() {
            if (of.kind() == Kind.STEP) {
                return new Outcome(y.dup('c').data().asFloat(), null, null);
            }
            if (of.kind() == Kind.FORWARD) {
                return new Outcome(timeMajor(y), null, null);
            }
            float[] bias = Rows.blocks(back.getFirst().gradientForVariable().get("0_b").dup().data().asFloat(),
                    FROM_DL4J);
            return new Outcome(timeMajor(y), timeMajor(back.getSecond()),
                    Rows.join(matrixGradient("W"), matrixGradient("RW"), bias, bias));
        }

        private float[] matrixGradient(String name) {
            INDArray g = back.getFirst().gradientForVariable().get("0_" + name);
            return Rows.blocks(g.transpose().dup('c').data().asFloat(), FROM_DL4J);
        }

        @Override
        public void close() {
            net.close();
        }
    }
}
