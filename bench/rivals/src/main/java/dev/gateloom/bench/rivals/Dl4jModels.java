package dev.gateloom.bench.rivals;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.models.ModelContender;
import dev.gateloom.bench.models.ModelKind;
import dev.gateloom.bench.models.ModelProblem;
import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J's {@code MultiLayerNetwork.fit} on one batch. Its cross-entropy is summed over the steps where ours is their mean: all
 * gradients are T times as large, and with ε as much larger too Adam's updates are the same.
 */
public final class Dl4jModels implements ModelContender {

    /** For the service loader. */
    public Dl4jModels() {
    }

    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Session open(ModelProblem problem) throws IOException {
        Dl4jContender.prepare();
        return new Dl4jSession(problem);
    }

    /** A network and its batch. */
    private static final class Dl4jSession implements Session {
        private final MultiLayerNetwork net;
        private final INDArray x;
        private final INDArray target;
        private final double scale;     // from DL4J's loss to ours

        Dl4jSession(ModelProblem problem) {
            ModelKind kind = problem.of().kind();
            Dims d = problem.of().dims();
            scale = 1.0 / terms(kind, d);
            net = new MultiLayerNetwork(layers(kind, d).build());
            net.init();
            assign(problem.weights(), kind, d);
            if (kind.classifies()) {
                x = Nd4j.create(problem.x(), new long[] {d.batch(), 1, d.steps()}, 'c');
                target = Nd4j.create(new long[] {d.batch(), kind.outputs(), d.steps()}, 'f');
                for (int i = 0; i < problem.target().length; i++) {
                    target.putScalar(new long[] {i / d.steps(), (long) problem.target()[i], i % d.steps()}, 1);
                }
            } else {
                x = Nd4j.create(problem.x(), new long[] {d.batch(), d.steps(), d.inputSize()}, 'c').permute(0, 2, 1).dup('f');
                target = Nd4j.create(problem.target(), new long[] {d.batch(), kind.outputs()}, 'c');
            }
        }

        /** Losses of one sequence that DL4J adds up. */
        private static int terms(ModelKind kind, Dims d) {
            return kind.classifies() ? d.steps() : 1;
        }

        private static NeuralNetConfiguration.ListBuilder layers(ModelKind kind, Dims d) {
            NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                    .updater(new Adam(kind.rate(), 0.9, 0.999, 1e-8 * terms(kind, d))).list();
            if (kind.classifies()) {
                return layers.layer(new EmbeddingSequenceLayer.Builder().nIn(kind.outputs()).nOut(d.inputSize()).build())
                        .layer(lstm(d.inputSize(), d.hiddenSize()))
                        .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT).dataFormat(RNNFormat.NCW).nIn(d.hiddenSize()).nOut(kind.outputs())
                                .activation(Activation.SOFTMAX).build());
            }
            for (int k = 0; k < kind.layers(); k++) {
                LSTM lstm = lstm(k == 0 ? d.inputSize() : d.hiddenSize(), d.hiddenSize());
                layers.layer(k < kind.layers() - 1 ? lstm : new LastTimeStep(lstm));
            }
            return layers.layer(new OutputLayer.Builder(LossFunction.MSE).nIn(d.hiddenSize()).nOut(kind.outputs())
                    .activation(Activation.IDENTITY).build());
        }

        private static LSTM lstm(int inputs, int units) {
            return new LSTM.Builder().nIn(inputs).nOut(units).activation(Activation.TANH)
                    .gateActivationFunction(Activation.SIGMOID).build();
        }

        private void assign(Map<String, float[]> weights, ModelKind kind, Dims d) {
            int rows = 4 * d.hiddenSize();
            int first = kind.classifies() ? 1 : 0;
            if (kind.classifies()) {
                net.getParam("0_W").assign(Nd4j.create(weights.get("embedding.weight"),
                        new long[] {kind.outputs(), d.inputSize()}, 'c'));
            }
            for (int k = 0; k < kind.layers(); k++) {
                float[] ih = weights.get("lstm.weight_ih_l" + k);
                net.getParam(first + k + "_W").assign(Dl4jContender.gates(ih, rows, ih.length / rows));
                net.getParam(first + k + "_RW").assign(Dl4jContender.gates(weights.get("lstm.weight_hh_l" + k), rows,
                        d.hiddenSize()));
                net.getParam(first + k + "_b").assign(Dl4jContender.gates(weights.get("lstm.bias_ih_l" + k), rows, 1));
            }
            int last = first + kind.layers();
            net.getParam(last + "_W").assign(Nd4j.create(weights.get("dense.weight"),
                    new long[] {kind.outputs(), d.hiddenSize()}, 'c').transpose());
            net.getParam(last + "_b").assign(Nd4j.create(weights.get("dense.bias"), new long[] {1, kind.outputs()}, 'c'));
        }

        @Override
        public String description() {
            return Dl4jContender.version();
        }

        @Override
        public void step() {
            net.fit(x, target);
        }

        @Override
        public double loss() {
            return net.score() * scale;
        }

        @Override
        public void close() {
            net.close();
        }
    }
}
