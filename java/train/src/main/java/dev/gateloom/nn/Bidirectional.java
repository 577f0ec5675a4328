package dev.gateloom.nn;

/**
 * Reads a sequence both ways, with weights of their own for each, and merges the outputs: at each step those that belong
 * to its input, or the last of each direction. As in Keras, outputs at masked steps are zero.
 */
public final class Bidirectional extends Wrapper {
    private final Recurrent layer;

    /**
     * Outputs side by side.
     *
     * @param layer one of the directions; the other is like it
     */
    public Bidirectional(Recurrent layer) {
        this(layer, Merge.CONCAT);
    }

    /**
     * With a choice.
     *
     * @param layer one of the directions; the other is like it
     * @param merge how outputs become one
     */
    public Bidirectional(Recurrent layer, Merge merge) {
        super(layer);
        this.layer = layer;
        layer.bidirectional(merge);
    }

    @Override
    public String kind() {
        return "Bidirectional";
    }

    @Override
    protected int[][] create(Setup setup, int[][] inputs) {
        return layer.build(setup, inputs);
    }

    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        layer.forward(x, y, training);
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        layer.backward(dy, dx);
    }
}
