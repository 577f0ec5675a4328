package dev.gateloom.cuda.planner;

/** How the steps of a layer run on a GPU. */
public enum Strategy {
    /** One block keeps all of W_hh and takes a tile of the batch through all steps. */
    A("a block keeps all of W_hh, for a tile of the batch"),
    /** A cluster of blocks shares W_hh, for a tile of the batch; they exchange through distributed shared memory. */
    B("a cluster of blocks shares W_hh, for a tile of the batch"),
    /** A grid of resident blocks shares one or several copies of W_hh; those of a copy exchange through L2, by flags. */
    C("a resident grid shares W_hh, one copy for each group of the batch"),
    /** Kernels of one step each, all steps in one captured graph. Nothing stays on the chip, so everything fits. */
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
