package dev.gateloom.golden;

import dev.gateloom.nn.Trainable;

/**
 * A weight in Keras's layout on top of parameters in ours.
 *
 * @param name Keras's
 * @param places the parameter and the index in it of each value
 */
record KerasWeight(String name, Place[] places) {

    /** Where a value lies. */
    record Place(Trainable parameter, int index) {
    }

    /** Where value i of a Keras weight lies, as a formula. */
    interface Layout {
        Place at(int i);
    }

    static KerasWeight of(String name, int size, Layout layout) {
        Place[] places = new Place[size];
        for (int i = 0; i < size; i++) {
            places[i] = layout.at(i);
        }
        return new KerasWeight(name, places);
    }

    void set(float[] values) {
        for (int i = 0; i < places.length; i++) {
            Trainable t = places[i].parameter;
            t.values()[t.offset() + places[i].index] = values[i];
        }
        if (places.length > 0) {
            places[0].parameter.changed().run();
        }
    }

    float[] get() {
        float[] values = new float[places.length];
        for (int i = 0; i < values.length; i++) {
            Trainable t = places[i].parameter;
            values[i] = t.values()[t.offset() + places[i].index];
        }
        return values;
    }
}
