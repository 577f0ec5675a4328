package dev.gateloom.reference;

import dev.gateloom.RnnConfig;

/** The recurrence of one layer and direction. */
interface Cell {

    /** {@code h_t, c_t} from {@code x_t [I], h_{t-1} [R], c_{t-1} [H]}; {@code cOld} is null unless it is an LSTM. */
    Step forward(double[] x, double[] hOld, double[] cOld, StepMasks masks);

    /** The cell that the configuration asks for. */
    static Cell of(RnnConfig config, Parameters parameters, RecurrentProduct recurrent, Activations activations) {
        Cell cell = switch (config.cell()) {
            case LSTM -> new LstmCell(config, parameters, recurrent, activations);
            case GRU -> config.resetAfter()
                    ? new GruCell(config, parameters, recurrent, activations)
                    : new ResetBeforeGruCell(config, parameters, recurrent, activations);
            case RNN_TANH, RNN_RELU -> new PlainCell(config, parameters, recurrent, activations);
        };
        return config.zoneoutHidden() > 0 || config.zoneoutCell() > 0 ? new Zoneout(cell) : cell;
    }
}
