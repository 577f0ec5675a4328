package dev.gateloom.cuda.planner;

/**
 * How a strategy divides a layer, and what a block keeps. On D, where nothing is kept, the tile of the recurrent product.
 *
 * @param rows of the batch in a group
 * @param chunk rows that are multiplied at a time
 * @param units whose gates a block computes
 * @param split parts into which the warps of a block divide a sum
 * @param groups parts of the batch, each with its copy of W_hh, in all directions of a launch
 * @param directions of the layer that a launch has, and that run at the same time
 * @param blocksPerGroup blocks that share a copy
 * @param waves so many times one after another, where not all groups are resident at once
 * @param threads of a block
 * @param registers of a thread
 * @param weightRegisterBytes weights that a block keeps in registers
 * @param weightSharedBytes weights that it keeps in shared memory, read again in every step
 * @param sharedBytes all its shared memory
 */
public record Tiles(int rows, int chunk, int units, int split, int groups, int directions, int blocksPerGroup, int waves, int threads,
        int registers, long weightRegisterBytes, long weightSharedBytes, long sharedBytes) {

    /**
     * Blocks of a launch.
     *
     * @return groups times blocks of each
     */
    public int blocks() {
        return groups * blocksPerGroup;
    }
}
