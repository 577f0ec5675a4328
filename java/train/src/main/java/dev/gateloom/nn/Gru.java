package dev.gateloom.nn;

import dev.gateloom.CellType;

/**
 * Gated recurrent unit, the equations of {@link CellType#GRU}. For the variant that resets before the product:
 * {@code options(o -> o.resetAfter(false))}.
 */
public final class Gru extends Recurrent {

    /**
     * Makes the layer.
     *
     * @param units H, at least 1
     */
    public Gru(int units) {
        super(CellType.GRU, units);
    }

    @Override
    public String kind() {
        return "GRU";
    }
}
