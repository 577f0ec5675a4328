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

    /**
     * The cluster of a block.
     *
     * @param block its number in the grid, x fastest
     * @param shape blocks of a cluster along each axis
     * @return its number among the clusters, x fastest
     */
    public long cluster(long block, int[] shape) {
        long x = block % gridX / shape[0];
        long y = block / gridX % gridY / shape[1];
        long z = block / gridX / gridY / shape[2];
        return x + gridX / shape[0] * (y + gridY / shape[1] * z);
    }

    /**
     * A thread as compute-sanitizer names it.
     *
     * @param block its number in the grid, x fastest
     * @param thread its number in the block, x fastest
     * @return for example {@code thread (31,0,0) in block (2,0,0)}
     */
    public String threadName(long block, int thread) {
        return "thread (" + thread % blockX + "," + thread / blockX % blockY + "," + thread / blockX / blockY + ") in block ("
                + block % gridX + "," + block / gridX % gridY + "," + block / gridX / gridY + ")";
    }
}
