package dev.gateloom.device;

/**
 * Geometry of a launch. Clusters are part of the kernel ({@code __cluster_dims__}).
 *
 * @param gridX blocks
 * @param gridY blocks
 * @param gridZ blocks
 * @param blockX threads of a block
 * @param blockY threads of a block
 * @param blockZ threads of a block
 * @param dynamicSharedBytes of a block, beyond what the code declares
 * @param cooperative whether all blocks must be resident at once, so that they may wait for each other
 */
public record Launch(int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int dynamicSharedBytes,
        boolean cooperative) {

    /**
     * A grid of one dimension.
     *
     * @param blocks in the grid
     * @param threads of a block
     * @return the launch
     */
    public static Launch of(int blocks, int threads) {
        return new Launch(blocks, 1, 1, threads, 1, 1, 0, false);
    }

    /**
     * A grid of two dimensions.
     *
     * @param blocksX in the grid
     * @param blocksY in the grid
     * @param threads of a block, in one dimension
     * @return the launch
     */
    public static Launch of(int blocksX, int blocksY, int threads) {
        return new Launch(blocksX, blocksY, 1, threads, 1, 1, 0, false);
    }

    /**
     * The same with dynamic shared memory.
     *
     * @param bytes of a block
     * @return the launch
     */
    public Launch sharedBytes(int bytes) {
        return new Launch(gridX, gridY, gridZ, blockX, blockY, blockZ, bytes, cooperative);
    }

    /**
     * The same as a cooperative grid.
     *
     * @return the launch
     */
    public Launch asCooperative() {
        return new Launch(gridX, gridY, gridZ, blockX, blockY, blockZ, dynamicSharedBytes, true);
    }

    /**
     * Threads of a block.
     *
     * @return x · y · z
     */
    public int threads() {
        return blockX * blockY * blockZ;
    }

    /** As CUDA programmers write it. */
    @Override
    public String toString() {
        return "<<<(" + gridX + ", " + gridY + ", " + gridZ + "), (" + blockX + ", " + blockY + ", " + blockZ + "), "
                + dynamicSharedBytes + (cooperative ? ", cooperative>>>" : ">>>");
    }
}
