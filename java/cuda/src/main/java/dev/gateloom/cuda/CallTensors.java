package dev.gateloom.cuda;

/** The caller's tensors of one call, wherever they are, and the way between them and the plan's own memory. */
interface CallTensors {

    /** Whether the caller gave it. */
    boolean has(Tensor tensor);

    /** Its address, if it is in device memory; 0 if it is in the host's, not there, or not known yet. */
    long place(Tensor tensor);

    /** Copies its first words to the plan's memory. */
    void load(Tensor tensor, long words, long to);

    /** Copies words of the plan's memory to its beginning. */
    void store(long from, Tensor tensor, long words);
}
