package dev.gateloom.ptx.exec;

/**
 * Shape of a launch.
 *
 * @param gridX blocks
 * @param gridY blocks
 * @param gridZ blocks
 * @param blockX threads of a block
 * @param blockY threads of a block
 * @param blockZ threads of a block
 * @param dynamicShared bytes of a block
 */
public record Geometry(int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int dynamicShared) {

    /**
     * Threads of a block.
     *
     * @return x · y · z
     */
    public int threads() {
        return blockX * blockY * blockZ;
    }

    /**
     * Blocks of the grid.
     *
     * @return x · y · z
     */
    public long blocks() {
        return (long) gridX * gridY * gridZ;
    }
}
