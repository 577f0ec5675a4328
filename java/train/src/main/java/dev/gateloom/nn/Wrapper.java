package dev.gateloom.nn;

import java.util.List;

/** A layer that applies another one in its own way. */
abstract class Wrapper extends Layer {
    private final Layer inner;

    Wrapper(Layer inner) {
        this.inner = inner;
    }

    @Override
    public List<Trainable> parameters() {
        return inner.parameters();
    }

    @Override
    public List<Trainable> frozen() {
        return inner.frozen();
    }

    @Override
    public void clearGradients() {
        inner.clearGradients();
    }

    @Override
    public void draws(long number) {
        inner.draws(number);
    }

    @Override
    public void resetStates() {
        inner.resetStates();
    }

    @Override
    public List<Tensor> states() {
        return inner.states();
    }

    @Override
    public void close() {
        inner.close();
    }
}
