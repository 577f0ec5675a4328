package dev.gateloom.ptx.exec;

/** Counts of each instruction of a kernel in one launch; sums are made when somebody asks. */
public final class Profile {
    private final Code code;
    private final long[] executions;
    private final long[] threads;
    private final long[] sectors;
    private final long[] passes;
    private final long[] conflicts;
    private long requests;
    private long globalBytes;
    /** By class of instructions, once somebody has asked: a launch has ended by then. */
    private long[] byClass;

    Profile(Code code) {
        this.code = code;
        executions = new long[code.size()];
        threads = new long[code.size()];
        sectors = new long[code.size()];
        passes = new long[code.size()];
        conflicts = new long[code.size()];
    }

    void count(int pc, int lanes) {
        executions[pc]++;
        threads[pc] += Integer.bitCount(lanes);
    }

    /** An access to device memory: sectors that it touches, bytes that its threads ask for. */
    void countGlobal(int pc, int touched, int bytes) {
        sectors[pc] += touched;
        requests++;
        globalBytes += bytes;
    }

    void countPasses(int pc, int needed, int fewest) {
        passes[pc] += needed;
        conflicts[pc] += needed - fewest;
    }

    /**
     * The kernel.
     *
     * @return its code; indices below are those of its instructions
     */
    public Code code() {
        return code;
    }

    /**
     * How often warps executed an instruction.
     *
     * @param index of the instruction
     * @return warp instructions
     */
    public long executions(int index) {
        return executions[index];
    }

    /**
     * How often threads executed an instruction.
     *
     * @param index of the instruction
     * @return thread instructions
     */
    public long threads(int index) {
        return threads[index];
    }

    /**
     * Sectors of 32 bytes of device memory that an instruction touched.
     *
     * @param index of the instruction
     * @return their number, each counted once per warp instruction
     */
    public long sectors(int index) {
        return sectors[index];
    }

    /**
     * Passes over the banks of shared memory that an instruction took: as many as warp instructions (more for wide
     * accesses) without conflicts.
     *
     * @param index of the instruction
     * @return passes
     */
    public long passes(int index) {
        return passes[index];
    }

    /**
     * Passes that an instruction took because threads wanted different words of the same bank.
     *
     * @param index of the instruction
     * @return passes beyond those that the access takes in any case
     */
    public long conflicts(int index) {
        return conflicts[index];
    }

    /**
     * Accesses of warps to device memory: one for each instruction and allocation that it touches.
     *
     * @return their number
     */
    public long requests() {
        return requests;
    }

    /**
     * Warp instructions of a class.
     *
     * @param counted the class
     * @return how many were executed
     */
    public long instructions(InstructionClass counted) {
        if (byClass == null) {
            byClass = new long[InstructionClass.values().length];
            for (int i = 0; i < executions.length; i++) {
                byClass[code.ops[i].counted.ordinal()] += executions[i];
            }
        }
        return byClass[counted.ordinal()];
    }

    /**
     * Floating-point operations.
     *
     * @return of all threads; a fused multiply-add counts as two
     */
    public long flops() {
        long sum = 0;
        for (int i = 0; i < threads.length; i++) {
            sum += threads[i] * code.ops[i].flops;
        }
        return sum;
    }

    /**
     * Floating-point operations of the instructions of a class.
     *
     * @param counted the class
     * @return of all threads; a fused multiply-add counts as two
     */
    public long flops(InstructionClass counted) {
        long sum = 0;
        for (int i = 0; i < threads.length; i++) {
            sum += code.ops[i].counted == counted ? threads[i] * code.ops[i].flops : 0;
        }
        return sum;
    }

    /**
     * Bytes that threads asked of device memory: of generic accesses those that went there, of asynchronous copies those
     * that were read.
     *
     * @return read and written
     */
    public long globalBytes() {
        return globalBytes;
    }

    /**
     * All sectors.
     *
     * @return sum of {@link #sectors(int)}
     */
    public long sectors() {
        return java.util.Arrays.stream(sectors).sum();
    }

    /**
     * All passes.
     *
     * @return sum of {@link #passes(int)}
     */
    public long passes() {
        return java.util.Arrays.stream(passes).sum();
    }

    /**
     * All passes lost to bank conflicts.
     *
     * @return sum of {@link #conflicts(int)}
     */
    public long conflicts() {
        return java.util.Arrays.stream(conflicts).sum();
    }
}
