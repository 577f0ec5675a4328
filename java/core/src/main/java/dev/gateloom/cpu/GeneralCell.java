package dev.gateloom.cpu;

import dev.gateloom.Mode;
import dev.gateloom.Shape;
import dev.gateloom.spi.Call;

/**
 * A layer with any option: projection, peepholes, layer normalisation, zoneout, recurrent and candidate dropout,
 * DropConnect, cell clip, reset-before GRU, plain RNN. Written for correctness; plain LSTM and GRU have faster cells.
 *
 * <p>Sequences are divided among the threads, which need no barrier in the time loop; only the weight gradients, which
 * sum over all sequences, are divided by rows of the matrices after it.
 */
final class GeneralCell extends LayerCell {
    private final GeneralDirection[] directions;

    GeneralCell(Kernels kernels, LayerIo[] io, Shape capacity, Mode mode, int threads) {
        super(kernels, io);
        directions = new GeneralDirection[io.length];
        for (int d = 0; d < io.length; d++) {
            directions[d] = new GeneralDirection(kernels, io[d], capacity, mode, threads);
        }
    }

    @Override
    void prepare(Call call, Team team) {
        for (GeneralDirection d : directions) {
            d.prepare(call);
        }
    }

    @Override
    void forward(int id, Gang gang) {
        for (GeneralDirection d : directions) {
            int batch = d.io.rows.batch();
            d.forward(share(batch, id, gang.size()), share(batch, id + 1, gang.size()), id);
        }
    }

    @Override
    void backward(int id, Gang gang) {
        for (GeneralDirection d : directions) {
            int batch = d.io.rows.batch();
            d.backward(share(batch, id, gang.size()), share(batch, id + 1, gang.size()), id);
        }
        if (io[0].call.gradients != null) {
            gang.barrier();
            for (GeneralDirection d : directions) {
                d.weightGradients(id, gang.size());
            }
        }
    }
}
