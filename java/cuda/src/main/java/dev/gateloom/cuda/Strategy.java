package dev.gateloom.cuda;

/** How the steps of a layer run on a GPU. {@code kernels/KERNELS.md} says which stacks each of them runs. */
public enum Strategy {
    /**
     * One launch for all steps, in which a block of threads keeps all of the recurrent matrix and takes a tile of the batch
     * through all steps. Blocks wait for nobody.
     */
    A("a block keeps all of W_hh, for a tile of the batch"),
    /**
     * One launch for all steps, in which the blocks of a cluster share the recurrent matrix and hand each other the states
     * through distributed shared memory.
     */
    B("a cluster of blocks shares W_hh, for a tile of the batch"),
    /**
     * One launch for all steps, in which several blocks share the recurrent matrix and hand each other the states through
     * device memory, by flags. All blocks must be resident at once.
     */
    C("a resident grid shares W_hh, one copy for each group of the batch"),
    /** A few launches for each step. Nothing stays on the chip, so everything fits: any size, any cell, any option. */
    D("kernels of one step each, all steps in one graph");

    private final String summary;

    Strategy(String summary) {
        this.summary = summary;
    }

    /**
     * What it does.
     *
     * @return half a line
     */
    public String summary() {
        return summary;
    }
}
