package dev.gateloom.cuda;

/** How the recurrence of an LSTM or a GRU runs. The other cells have their steps only. */
public enum Strategy {
    /**
     * One launch for all steps, in which a block of threads has some sequences and the whole recurrent matrix, which must
     * fit in its shared memory. Blocks wait for nobody.
     */
    A,
    /**
     * One launch for all steps, in which a cluster of eight blocks has some sequences and shares the recurrent matrix; they hand
     * each other the states through their shared memory. On devices with clusters (sm_90 and later).
     */
    B,
    /**
     * One launch for all steps, in which several blocks share the recurrent matrix and hand each other the states through
     * device memory. All blocks must be resident at once.
     */
    C,
    /** A few launches for each step. Any size, any cell. */
    D
}
