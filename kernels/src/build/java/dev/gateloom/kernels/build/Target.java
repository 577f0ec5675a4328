package dev.gateloom.kernels.build;

/**
 * What a file is compiled for.
 *
 * @param architecture 90 for compute capability 9.0
 * @param real machine code (sm_90) if true, PTX (compute_90) if not
 */
record Target(int architecture, boolean real) {

    /** PTX for the same architecture: what the compiler makes the machine code from. */
    Target virtual() {
        return new Target(architecture, false);
    }

    /** As the compiler names it. */
    String name() {
        return (real ? "sm_" : "compute_") + architecture;
    }

    /** In the jar, beside those of the other targets. */
    String fileName() {
        return name() + (real ? ".cubin" : ".ptx");
    }
}
