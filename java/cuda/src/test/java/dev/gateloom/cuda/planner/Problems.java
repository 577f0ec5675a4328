package dev.gateloom.cuda.planner;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.device.GpuModel;

/** Problems and GPUs of the tests. */
final class Problems {
    private Problems() {
    }

    static Gpu gpu(String name) {
        return Gpu.of(GpuModel.of(name));
    }

    /** One layer and direction, with as many inputs as units. */
    static Problem of(CellType cell, int batch, int steps, int hidden, Mode mode, Precision precision) {
        return new Problem(RnnConfig.of(cell, hidden, hidden).build(), steps, batch, mode, precision);
    }

    static Problem lstm(int batch, int steps, int hidden, Mode mode, Precision precision) {
        return of(CellType.LSTM, batch, steps, hidden, mode, precision);
    }
}
