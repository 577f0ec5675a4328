package dev.gateloom.nn;

import dev.gateloom.CellType;

/** Long short-term memory, the equations of {@link CellType#LSTM}. */
public final class Lstm extends Recurrent {

    /**
     * Makes the layer.
     *
     * @param units H, at least 1
     */
    public Lstm(int units) {
        super(CellType.LSTM, units);
    }

    @Override
    public String kind() {
        return "LSTM";
    }
}
