package dev.gateloom.ptx;

import dev.gateloom.device.Architecture;

/**
 * What the emulated device is and how it behaves.
 *
 * @param architecture 80 for sm_80: decides limits and which PTX is loaded
 * @param multiprocessors few, so that small tests fill the device
 * @param memory bytes that may be allocated
 * @param seed of every order that hardware leaves open: warps, diverged threads, streams
 * @param quantum mean number of instructions that a warp runs before it may be preempted
 * @param patience warp instructions without any write to memory after which a launch counts as hanging
 * @param checkInitialised whether reads of memory never written fail
 * @param checkRaces whether accesses that nothing orders fail: of threads, of streams, of streams and the host
 * @param perturbed whether approximate instructions err as much as documented, alike on all devices of an architecture, and matrix units
 *     cut off what they add
 * @param registers of a thread, for kernels of which no {@link dev.gateloom.device.CompilerReport} tells: PTX does not know it
 */
public record EmulatorOptions(int architecture, int multiprocessors, long memory, long seed, int quantum, long patience,
        boolean checkInitialised, boolean checkRaces, boolean perturbed, int registers) {

    /**
     * Checks the ranges.
     *
     * @param architecture 80 for sm_80: decides limits and which PTX is loaded
     * @param multiprocessors few, so that small tests fill the device
     * @param memory bytes that may be allocated
     * @param seed of every order that hardware leaves open: warps, diverged threads, streams
     * @param quantum mean number of instructions that a warp runs before it may be preempted
     * @param patience warp instructions without any write to memory after which a launch counts as hanging
     * @param checkInitialised whether reads of memory never written fail
     * @param checkRaces whether accesses that nothing orders fail: of threads, of streams, of streams and the host
     * @param perturbed whether approximate instructions err as much as documented, alike on all devices of an architecture, and matrix units
     *     cut off what they add
     * @param registers of a thread, for kernels of which no {@link dev.gateloom.device.CompilerReport} tells: PTX does not know it
     */
    public EmulatorOptions {
        Architecture.of(architecture);
        if (multiprocessors < 1 || memory < 1 || quantum < 1 || patience < 1 || registers < 1) {
            throw new IllegalArgumentException("multiprocessors, memory, quantum, patience and registers must be at least 1,"
                    + " got " + multiprocessors + ", " + memory + ", " + quantum + ", " + patience + ", " + registers);
        }
    }

    /**
     * An sm_80 with four multiprocessors, all checks on.
     *
     * @return the options
     */
    public static EmulatorOptions defaults() {
        return new EmulatorOptions(80, 4, 2L << 30, 1, 64, 20_000_000, true, true, false, 32);
    }

    /**
     * Another architecture.
     *
     * @param sm 90 for sm_90
     * @return changed options
     */
    public EmulatorOptions architecture(int sm) {
        return new EmulatorOptions(sm, multiprocessors, memory, seed, quantum, patience, checkInitialised, checkRaces,
                perturbed, registers);
    }

    /**
     * More or fewer multiprocessors.
     *
     * @param count at least 1
     * @return changed options
     */
    public EmulatorOptions multiprocessors(int count) {
        return new EmulatorOptions(architecture, count, memory, seed, quantum, patience, checkInitialised, checkRaces,
                perturbed, registers);
    }

    /**
     * Less or more memory.
     *
     * @param bytes at least 1
     * @return changed options
     */
    public EmulatorOptions memory(long bytes) {
        return new EmulatorOptions(architecture, multiprocessors, bytes, seed, quantum, patience, checkInitialised,
                checkRaces, perturbed, registers);
    }

    /**
     * Another schedule.
     *
     * @param value any
     * @return changed options
     */
    public EmulatorOptions seed(long value) {
        return new EmulatorOptions(architecture, multiprocessors, memory, value, quantum, patience, checkInitialised,
                checkRaces, perturbed, registers);
    }

    /**
     * More or less preemption.
     *
     * @param instructions mean length of a time slice
     * @return changed options
     */
    public EmulatorOptions quantum(int instructions) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, instructions, patience, checkInitialised,
                checkRaces, perturbed, registers);
    }

    /**
     * When a launch counts as hanging.
     *
     * @param instructions warp instructions without a write
     * @return changed options
     */
    public EmulatorOptions patience(long instructions) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, quantum, instructions, checkInitialised,
                checkRaces, perturbed, registers);
    }

    /**
     * With or without the check of memory never written.
     *
     * @param check whether to check
     * @return changed options
     */
    public EmulatorOptions checkInitialised(boolean check) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, quantum, patience, check, checkRaces,
                perturbed, registers);
    }

    /**
     * With or without the check of accesses that nothing orders.
     *
     * @param check whether to check
     * @return changed options
     */
    public EmulatorOptions checkRaces(boolean check) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, quantum, patience, checkInitialised, check,
                perturbed, registers);
    }

    /**
     * Good or bad approximations, and sums of matrix units.
     *
     * @param perturb whether they err
     * @return changed options
     */
    public EmulatorOptions perturbed(boolean perturb) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, quantum, patience, checkInitialised,
                checkRaces, perturb, registers);
    }

    /**
     * Registers of a thread, for kernels of which no report tells.
     *
     * @param count at least 1
     * @return changed options
     */
    public EmulatorOptions registers(int count) {
        return new EmulatorOptions(architecture, multiprocessors, memory, seed, quantum, patience, checkInitialised,
                checkRaces, perturbed, count);
    }
}
