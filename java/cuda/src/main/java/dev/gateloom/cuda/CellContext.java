package dev.gateloom.cuda;

import dev.gateloom.RnnConfig;
import dev.gateloom.device.Stream;

/** What all cells of a plan are made with. */
record CellContext(RnnConfig config, ParameterPlaces places, Stream stream, Gemm gemm, Rows rows) {
}
