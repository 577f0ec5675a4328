package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two models for outputs of another length than the input. The encoder reads the source and gives what the decoder needs;
 * the decoder reads the tokens so far and answers the next one at each step. In training it reads the right tokens (teacher
 * forcing): inputs are source and {@code [begin, t_1, …, t_n]}, the target is {@code [t_1, …, t_n, end]}. For decoding
 * see {@link Decoding}.
 *
 * <pre>
 * encoder: source                    → memory..., state...
 * decoder: tokens, memory..., state... → logits, state..., anything else (such as the weights of an attention)
 * </pre>
 */
public final class EncoderDecoder extends Layer {
    private final Model encoder;
    private final Model decoder;
    private final int states;
    private final Tensor[] source = new Tensor[1];
    private final Tensor[] dSource = new Tensor[1];
    private final Tensor[] encoded;
    private final Tensor[] dEncoded;
    private final Tensor[] read;
    private final Tensor[] dRead;
    private final List<Trainable> parameters = new ArrayList<>();
    private final List<Trainable> frozen = new ArrayList<>();

    /**
     * Joins two models; closing this closes them.
     *
     * @param encoder one input; its last outputs are the decoder's first state
     * @param decoder reads tokens and all outputs of the encoder
     * @param states tensors of the state: 1 for a GRU, 2 for an LSTM
     * @throws IllegalArgumentException if what one gives has another shape than what the other reads
     */
    public EncoderDecoder(Model encoder, Model decoder, int states) {
        int outputs = encoder.outputCount();
        Require.that(encoder.inputCount() == 1, "encoder", "one input", encoder.inputCount());
        Require.that(states >= 1 && states <= outputs, "states", "1 to " + outputs + ", the outputs of the encoder", states);
        Require.that(decoder.inputCount() == 1 + outputs, "decoder", "tokens and the " + outputs + " outputs of the encoder",
                decoder.inputCount() + " inputs");
        Require.that(decoder.outputCount() >= 1 + states, "decoder", "logits and " + states + " tensors of state",
                decoder.outputCount() + " outputs");
        for (int i = 0; i < outputs; i++) {
            fits("input " + (1 + i) + " of the decoder", "as output " + i + " of the encoder", encoder.outputShape(i),
                    decoder.inputShape(1 + i));
        }
        for (int i = 0; i < states; i++) {
            int first = outputs - states + i;
            fits("output " + (1 + i) + " of the decoder", "as the state that it reads, input " + (1 + first),
                    decoder.inputShape(1 + first), decoder.outputShape(1 + i));
        }
        this.encoder = encoder;
        this.decoder = decoder;
        this.states = states;
        encoded = tensors(outputs);
        dEncoded = tensors(outputs);
        read = new Tensor[1 + outputs];
        dRead = new Tensor[1 + outputs];
        System.arraycopy(encoded, 0, read, 1, outputs);
        System.arraycopy(dEncoded, 0, dRead, 1, outputs);
        encoder.parameters().forEach(t -> parameters.add(t.in("encoder")));
        decoder.parameters().forEach(t -> parameters.add(t.in("decoder")));
        encoder.frozen().forEach(t -> frozen.add(t.in("encoder")));
        decoder.frozen().forEach(t -> frozen.add(t.in("decoder")));
    }

    /** Checks the shape of a sample; a size of -1 may be any. */
    private static void fits(String argument, String whose, int[] expected, int[] came) {
        boolean fits = expected.length == came.length;
        for (int axis = 0; fits && axis < came.length; axis++) {
            fits = expected[axis] == came[axis] || expected[axis] < 0 || came[axis] < 0;
        }
        Require.that(fits, argument, Arrays.toString(expected) + ", " + whose, Arrays.toString(came));
    }

    private static Tensor[] tensors(int count) {
        Tensor[] tensors = new Tensor[count];
        for (int i = 0; i < count; i++) {
            tensors[i] = new Tensor();
        }
        return tensors;
    }

    /**
     * A GRU encoder in both directions, a GRU decoder that starts from its last state, and attention of the decoder's outputs
     * over the encoder's (Luong et al. 2015). The decoder's third output is the attention's weights.
     *
     * @param setup engine, operations, first values
     * @param sourceTokens number of different tokens of the source, 0 being padding
     * @param targetTokens number of different tokens of the target, 0 being padding
     * @param embedding width of their vectors
     * @param units of each direction of the encoder; the decoder has twice as many
     * @param attention scores, {@link Attention#dot} or {@link Attention#additive}
     * @return the model
     */
    public static EncoderDecoder withAttention(Setup setup, int sourceTokens, int targetTokens, int embedding, int units,
            Attention attention) {
        Node from = Node.input(-1);
        Node embedded = new Embedding(sourceTokens, embedding).maskZero(true).on(from);
        Node memory = new Bidirectional(new Gru(units).returnSequences(true).returnState(true)).on(embedded);
        Model encoder = new Model(setup.seed(Draw.bits(setup.seed(), 0)), List.of(from), List.of(memory, memory.output(1)));

        Node tokens = Node.input(-1);
        Node attended = Node.input(-1, 2 * units);
        Node state = Node.input(2 * units);
        Node h = new Gru(2 * units).returnSequences(true).returnState(true)
                .on(new Embedding(targetTokens, embedding).on(tokens), state);
        Node context = attention.on(h, attended);
        Node joined = new Dense(2 * units, Activation.TANH).on(new Concatenate().on(context, h));
        Node logits = new Dense(targetTokens).on(joined);
        Model decoder = new Model(setup.seed(Draw.bits(setup.seed(), 1)), List.of(tokens, attended, state),
                List.of(logits, h.output(1), context.output(1)));
        return new EncoderDecoder(encoder, decoder, 1);
    }

    Model encoder() {
        return encoder;
    }

    Model decoder() {
        return decoder;
    }

    @Override
    public Operations operations() {
        return decoder.operations();
    }

    int stateCount() {
        return states;
    }

    @Override
    public String kind() {
        return "EncoderDecoder";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        Require.that(inputs.length == 2, "inputs of " + kind(), "source and tokens", inputs.length);
        fits("source", "as the encoder's input", encoder.inputShape(0), inputs[0]);
        fits("tokens", "as the decoder's first input", decoder.inputShape(0), inputs[1]);
        return new int[][] {decoder.outputShape(0)};
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    public List<Trainable> frozen() {
        return frozen;
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        if (x.length != 2 || x[0].batch() != x[1].batch()) {
            Require.that(false, "x", "source and tokens, a batch of the same size each", Arrays.toString(x));
        }
        source[0] = x[0];
        encoder.forward(source, encoded, training);
        read[0] = x[1];
        decoder.forward(read, y, training);
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        dRead[0] = dx[1];
        decoder.backward(dy, dRead);
        dSource[0] = dx[0];
        encoder.backward(dEncoded, dSource);
    }

    @Override
    public void clearGradients() {
        encoder.clearGradients();
        decoder.clearGradients();
    }

    @Override
    public void draws(long number) {
        encoder.draws(number);
        decoder.draws(number);
    }

    @Override
    public void resetStates() {
        encoder.resetStates();
        decoder.resetStates();
    }

    @Override
    public List<Tensor> states() {
        List<Tensor> states = new ArrayList<>(encoder.states());
        states.addAll(decoder.states());
        return states;
    }

    @Override
    public String firstNotFinite() {
        String where = encoder.firstNotFinite();
        return where != null ? where : decoder.firstNotFinite();
    }

    /**
     * The layers of both models as tables.
     *
     * @return two tables in Keras's form
     */
    public String summary() {
        return "Encoder\n" + encoder.summary() + "\nDecoder\n" + decoder.summary();
    }

    @Override
    public void close() {
        encoder.close();
        decoder.close();
    }
}
