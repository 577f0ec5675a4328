package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;

/** Makes the cells of a stack. They share the launchers, and in inference the reserve. */
final class CellFactory {
    private final Device device;
    private final Workspace workspace;
    private final CellContext context;
    private final Shape shape;
    private final Mode mode;
    private final Sequences sequences;

    CellFactory(Device device, Workspace workspace, CellContext context, Shape shape, Mode mode, Sequences sequences) {
        this.device = device;
        this.workspace = workspace;
        this.context = context;
        this.shape = shape;
        this.mode = mode;
        this.sequences = sequences;
    }

    private interface Maker {
        Cell make(int layer, int direction, Reserve reserve);
    }

    /** The cells, {@code [L][D]}. */
    Cell[][] stack() {
        RnnConfig config = context.config();
        Maker maker = GeneralCell.isNeeded(config, mode) ? generalMaker(config) : maker(config.cell());
        if (!sequences.runsAll(mode)) {
            context.lanes().spread(config.numDirections() > 1 ? config.numDirections() : config.numLayers());
        }
        Cell[][] cells = new Cell[config.numLayers()][config.numDirections()];
        Reserve[] shared = new Reserve[config.numDirections()];
        for (int l = 0; l < cells.length; l++) {
            for (int d = 0; d < cells[l].length; d++) {
                cells[l][d] = maker.make(l, d, reserve(config, l, shared, d));
            }
        }
        return cells;
    }

    /**
     * In inference the layers of a direction share one, since one runs after the other. With one direction they run beside each
     * other, but no two at the same steps: then they share the gates, which are a step's own, and not the states between steps.
     */
    private Reserve reserve(RnnConfig config, int layer, Reserve[] shared, int direction) {
        if (mode == Mode.TRAINING || layer == 0) {
            shared[direction] = Reserve.allocate(workspace, config, shape, mode);
        } else if (config.numDirections() == 1) {
            return Reserve.allocate(workspace, config, shape, mode, shared[0].gates());
        }
        return shared[direction];
    }

    private Maker maker(CellType cell) {
        boolean training = mode == Mode.TRAINING;
        switch (cell) {
            case LSTM -> {
                LstmForward forward = new LstmForward(device);
                LstmBackward backward = training ? new LstmBackward(device) : null;
                LstmSequenceForward all = sequences.make(SequenceKernel.LSTM_FORWARD, LstmSequenceForward::new);
                LstmSequenceBackward back = training
                        ? sequences.make(SequenceKernel.LSTM_BACKWARD, LstmSequenceBackward::new) : null;
                return (l, d, reserve) -> new LstmCell(context, l, d, reserve, mode, forward, backward, all, back);
            }
            case GRU -> {
                GruForward forward = new GruForward(device);
                GruBackward backward = training ? new GruBackward(device) : null;
                GruSequenceForward all = sequences.make(SequenceKernel.GRU_FORWARD, GruSequenceForward::new);
                GruSequenceBackward back = training
                        ? sequences.make(SequenceKernel.GRU_BACKWARD, GruSequenceBackward::new) : null;
                return (l, d, reserve) -> new GruCell(context, l, d, reserve, mode, forward, backward, all, back);
            }
            case RNN_TANH, RNN_RELU -> {
                boolean relu = cell == CellType.RNN_RELU;
                Rnn rnn = new Rnn(device, relu);
                RnnSequenceForward all = sequences.make(SequenceKernel.RNN_FORWARD,
                        (kernel, partition, exchange) -> new RnnSequenceForward(kernel, partition, exchange, relu));
                RnnSequenceBackward back = !training ? null : sequences.make(SequenceKernel.RNN_BACKWARD,
                        (kernel, partition, exchange) -> new RnnSequenceBackward(kernel, partition, exchange, relu));
                return (l, d, reserve) -> new RnnCell(context, l, d, reserve, rnn, all, back);
            }
            default -> throw new IllegalArgumentException("cell: expected one of the four, got " + cell);
        }
    }

    /** Of the cells with rare options. */
    private Maker generalMaker(RnnConfig config) {
        GeneralContext general = new GeneralContext(context, workspace, shape, mode, device);
        switch (config.cell()) {
            case LSTM -> {
                LstmGeneral kernels = new LstmGeneral(device);
                return (l, d, reserve) -> new GeneralLstmCell(general, l, d, reserve, kernels);
            }
            case GRU -> {
                if (!config.resetAfter()) {
                    GruResetBefore kernels = new GruResetBefore(device);
                    return (l, d, reserve) -> new ResetBeforeGruCell(general, l, d, reserve, kernels);
                }
                GruGeneral kernels = new GruGeneral(device);
                return (l, d, reserve) -> new GeneralGruCell(general, l, d, reserve, kernels);
            }
            case RNN_TANH, RNN_RELU -> {
                RnnGeneral kernels = new RnnGeneral(device, config.cell() == CellType.RNN_RELU);
                return (l, d, reserve) -> new GeneralRnnCell(general, l, d, reserve, kernels);
            }
            default -> throw new IllegalArgumentException("cell: expected one of the four, got " + config.cell());
        }
    }
}
