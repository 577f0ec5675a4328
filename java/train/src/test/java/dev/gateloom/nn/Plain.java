package dev.gateloom.nn;

import java.util.Arrays;

/** Layers without an engine. */
final class Plain {

    private Plain() {
    }

    static <L extends Layer> L built(L layer, int... input) {
        layer.build(Setup.of(null, 1), input);
        return layer;
    }

    static Tensor forward(Layer layer, Tensor... x) {
        Tensor[] y = {new Tensor()};
        layer.forward(x, y, false);
        return y[0];
    }

    static float[] values(Tensor t) {
        return Arrays.copyOf(t.values(), t.size());
    }

    /** A parameter's values, set. */
    static void set(Layer layer, String name, float... values) {
        Trainable t = layer.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
        if (t.size() != values.length) {
            throw new IllegalArgumentException(name + " has " + t.size() + " values");
        }
        System.arraycopy(values, 0, t.values(), t.offset(), values.length);
        t.changed().run();
    }
}
