package dev.gateloom.cuda.planner;

/**
 * How layers run beside each other step by step, on strategy D in a stack of one direction: as soon as a layer has done a chunk of
 * its steps, the next layer may begin with it. So L layers of T steps take as long as {@code T + (L - 1) · chunk} steps, where the
 * device has room for all layers at once.
 */
public final class Wavefront {
    /** Rows of a chunk's product at most, if it has more than one step: enough for all of a large GPU. */
    private static final int CHUNK_ROWS = 512;
    /** Steps of cells, T of each layer and direction, that are captured at most: launches of more are hidden behind their work. */
    public static final int MOST_STEPS = 1 << 15;
    /** Chunks at least, if there are as many steps: a layer waits for this part of the one below. */
    private static final int LEAST_CHUNKS = 8;

    private Wavefront() {
    }

    /**
     * How many steps a chunk has.
     *
     * @param steps T
     * @param batch B
     * @return at least 1
     */
    public static int chunk(int steps, int batch) {
        return Math.max(1, Math.min(ResidentLayout.ceil(steps, LEAST_CHUNKS), CHUNK_ROWS / batch));
    }
}
