package dev.gateloom.device;

import java.util.OptionalInt;

/**
 * What a compiler has made of kernels, for a device that runs them without compiling; found by
 * {@link java.util.ServiceLoader}.
 */
public interface CompilerReport {

    /**
     * Registers of a thread: they decide how many blocks fit on a multiprocessor.
     *
     * @param program name of the {@code .cu} file, without {@code .cu}
     * @param kernel {@code extern "C"} name
     * @param architecture 90 for sm_90
     * @return 32-bit registers; empty if the report does not know this kernel
     */
    OptionalInt registers(String program, String kernel, int architecture);
}
