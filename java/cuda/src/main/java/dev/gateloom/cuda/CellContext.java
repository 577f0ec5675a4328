package dev.gateloom.cuda;

import dev.gateloom.RnnConfig;

/** What all cells of a plan are made with. */
record CellContext(RnnConfig config, ParameterPlaces places, Lanes lanes, Rows rows) {

    /** Where a cell runs: each direction has a lane of its own, or each layer. */
    int lane(int layer, int direction) {
        return lanes.count() == 1 ? 0 : config.numDirections() > 1 ? direction : layer;
    }

    /** The same, by its number layer·D + direction. */
    int lane(int k) {
        return lane(k / config.numDirections(), k % config.numDirections());
    }
}
