package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnGetRNNWeightParams;
import static jcuda.jcudnn.JCudnn.cudnnGetRNNWeightSpaceSize;

import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.cuda.jcuda.Handles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jcuda.Pointer;

/**
 * How cuDNN lays out the parameters of some layers. It is asked where the matrix and the bias of each gate lie: the layout is its
 * own and depends on algorithm and precision. Gates and rows are ordered as in {@link RnnWeights}.
 */
final class WeightSpace {
    /** {@code linLayerID} of an LSTM's projection, which has no bias. */
    private static final int PROJECTION = 8;

    private final Cudnn cudnn;
    private final RnnDescriptor rnn;
    private final RnnSettings settings;
    private final int elementBytes;
    private final long bytes;

    WeightSpace(Cudnn cudnn, RnnDescriptor rnn, RnnSettings settings, int elementBytes) {
        this.cudnn = cudnn;
        this.rnn = rnn;
        this.settings = settings;
        this.elementBytes = elementBytes;
        long[] size = new long[1];
        cudnn.call("cudnnGetRNNWeightSpaceSize", () -> cudnnGetRNNWeightSpaceSize(cudnn.handle(), rnn.get(), size),
                settings::toString);
        bytes = size[0];
    }

    /** What weights take, and gradients. */
    long bytes() {
        return bytes;
    }

    /** Where the parameters of these layers lie, the first of which is a certain one of the stack, in a space of {@link #bytes}. */
    List<Run> runs(RnnConfig config, int firstLayer, Pointer space) {
        Map<String, Parameter> parameters = RnnWeights.layout(config).stream()
                .collect(Collectors.toMap(Parameter::name, Function.identity()));
        List<Run> runs = new ArrayList<>();
        int gates = config.cell().gates();
        try (Question question = new Question(space, runs)) {
            for (int k = 0; k < settings.layers() * settings.directions(); k++) {
                String suffix = RnnConfig.suffix(firstLayer + k / settings.directions(), k % settings.directions());
                for (int gate = 0; gate < gates; gate++) {
                    question.ask(k, gate, gate, gates, parameters.get("weight_ih" + suffix), parameters.get("bias_ih" + suffix));
                    question.ask(k, gates + gate, gate, gates, parameters.get("weight_hh" + suffix),
                            parameters.get("bias_hh" + suffix));
                }
                if (settings.projected()) {
                    question.ask(k, PROJECTION, 0, 1, parameters.get("weight_hr" + suffix), null);
                }
            }
        }
        return Run.merged(runs);
    }

    private final class Question implements AutoCloseable {
        private final Pointer space;
        private final List<Run> answers;
        private final TensorDescriptor matrix = new TensorDescriptor();
        private final TensorDescriptor bias = new TensorDescriptor();
        private final Pointer matrixAt = new Pointer();
        private final Pointer biasAt = new Pointer();

        Question(Pointer space, List<Run> answers) {
            this.space = space;
            this.answers = answers;
        }

        /** One of so many parts of two parameters; what has no values is not asked for, and there may be no bias. */
        void ask(int pseudoLayer, int id, int part, int parts, Parameter weights, Parameter biases) {
            cudnn.call("cudnnGetRNNWeightParams", () -> cudnnGetRNNWeightParams(cudnn.handle(), rnn.get(), pseudoLayer, bytes, space,
                    id, matrix.get(), matrixAt, bias.get(), biasAt), () -> "pseudoLayer " + pseudoLayer + ", linLayerID " + id
                    + " of " + settings);
            if (weights.size() > 0) {
                answer(weights, part, parts, matrix, matrixAt);
            }
            if (biases != null) {
                answer(biases, part, parts, bias, biasAt);
            }
        }

        private void answer(Parameter parameter, int part, int parts, TensorDescriptor described, Pointer at) {
            long count = parameter.size() / parts;
            long offset = Handles.get(at) - Handles.get(space);
            if (described.size() != count || offset < 0 || offset % elementBytes != 0 || offset + count * elementBytes > bytes) {
                throw new IllegalStateException("cudnnGetRNNWeightParams: expected " + count + " numbers of " + elementBytes
                        + " bytes for part " + part + " of " + parameter.name() + " inside a weight space of " + bytes + " bytes, got "
                        + described.size() + " at offset " + offset);
            }
            answers.add(new Run(parameter.offset() + part * count, offset / elementBytes, count));
        }

        @Override
        public void close() {
            try {
                matrix.close();
            } finally {
                bias.close();
            }
        }
    }
}
