package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.GlobalMemory;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A launch. Resident blocks run interleaved: the seed says which warp goes next and when it is preempted, which can be after any
 * instruction. A cluster of blocks that ends makes room for the next one.
 */
public final class Grid {
    private static final int SHOWN = 16;

    /** Lanes that live as long as one instruction. */
    record Scratch(int[] words, long[] longs, int[][] adapted, long[] addresses, int[] offsets) {

        Scratch() {
            this(new int[Warp.LANES], new long[Warp.LANES], new int[3][Warp.LANES], new long[Warp.LANES],
                    new int[Warp.LANES]);
        }
    }

    private final Code code;
    private final Geometry geometry;
    private final Policy policy;
    private final Observer observer;
    private final Findings findings = new Findings();
    private final Profile profile;
    private final Gate gate;
    private final Region parameters;
    private final SeededRandom random;
    private final Scratch scratch = new Scratch();
    private final long id;
    private final List<Warp> ready = new ArrayList<>();
    private long instructions;
    private long lastProgress;

    /**
     * Prepares a launch.
     *
     * @param code the kernel
     * @param geometry its shape
     * @param arguments laid out as the parameter space
     * @param memory of the device
     * @param constants of the program
     * @param policy how to run it
     * @param observer sees accesses and barriers; null for nobody
     * @param id number of the launch on the device
     */
    public Grid(Code code, Geometry geometry, byte[] arguments, GlobalMemory memory, Region constants, Policy policy,
            Observer observer, long id) {
        this.code = code;
        this.geometry = geometry;
        this.policy = policy;
        this.observer = observer;
        this.id = id;
        profile = new Profile(code);
        parameters = new Region(Space.PARAM, 0, arguments.length, false, "arguments");
        System.arraycopy(arguments, 0, parameters.data(), 0, arguments.length);
        gate = new Gate(this, memory, constants);
        random = new SeededRandom(SeededRandom.mix(policy.seed() ^ id));
    }

    /**
     * Runs it to its end.
     *
     * @throws KernelFault if it cannot go on
     */
    public void run() {
        long count = geometry.blocks() / clusterBlocks();
        int resident = (int) Math.min(count, Math.max(1, policy.residentBlocks() / clusterBlocks()));
        List<Cluster> clusters = new ArrayList<>();
        long next = 0;
        for (int i = 0; i < resident; i++) {
            Cluster cluster = new Cluster(this, i);
            clusters.add(cluster);
            begin(cluster, next++);
        }
        long ended = 0;
        while (ended < count) {
            if (ready.isEmpty()) {
                throw KernelFault.timeout("Deadlock: no thread of " + code.function().name() + " can go on"
                        + waits(clusters));
            }
            int chosen = random.below(ready.size());
            Warp warp = ready.get(chosen);
            instructions += warp.run(1 + random.below(2 * policy.quantum()), random);
            if (warp.runnable()) {
                checkProgress(clusters);
                continue;
            }
            dequeue(chosen, warp);
            if (warp.cta().cluster().done()) {
                ended++;
                if (next < count) {
                    begin(warp.cta().cluster(), next++);
                }
            }
        }
        blocks(clusters).forEach(cta -> Arrays.stream(cta.warps()).forEach(Warp::end));
    }

    private static Stream<Cta> blocks(List<Cluster> clusters) {
        return clusters.stream().flatMap(cluster -> Arrays.stream(cluster.ctas()));
    }

    /**
     * What the checks found.
     *
     * @return findings that did not end the launch
     */
    public Findings findings() {
        return findings;
    }

    /**
     * What was counted.
     *
     * @return counts of each instruction
     */
    public Profile profile() {
        return profile;
    }

    /**
     * Its shape.
     *
     * @return as given
     */
    public Geometry geometry() {
        return geometry;
    }

    Code code() {
        return code;
    }

    Policy policy() {
        return policy;
    }

    Observer observer() {
        return observer;
    }

    Scratch scratch() {
        return scratch;
    }

    Gate gate() {
        return gate;
    }

    Region parameters() {
        return parameters;
    }

    long id() {
        return id;
    }

    /** A clock that never stands still: warp instructions so far, to the quantum. */
    long clock() {
        return instructions;
    }

    /** Memory has changed: whoever spins may go on. */
    void progress() {
        lastProgress = instructions;
    }

    void wake(Warp warp) {
        if (!warp.queued && warp.runnable()) {
            warp.queued = true;
            ready.add(warp);
        }
    }

    /** Blocks of a cluster along each axis. */
    int[] clusterShape() {
        int[] shape = code.function().cluster();
        return shape == null ? new int[] {1, 1, 1} : shape;
    }

    private int clusterBlocks() {
        int[] shape = clusterShape();
        return shape[0] * shape[1] * shape[2];
    }

    private void begin(Cluster cluster, long number) {
        cluster.start(number);
        for (Cta cta : cluster.ctas()) {
            for (Warp warp : cta.warps()) {
                wake(warp);
            }
        }
        progress();
    }

    private void dequeue(int at, Warp warp) {
        // A barrier that opened meanwhile may have added warps at the end; the place of this one is unchanged.
        Warp last = ready.remove(ready.size() - 1);
        if (last != warp) {
            ready.set(at, last);
        }
        warp.queued = false;
    }

    private void checkProgress(List<Cluster> clusters) {
        if (instructions - lastProgress > policy.patience()) {
            throw KernelFault.timeout("Hanging: no thread of " + code.function().name() + " has written to memory for "
                    + (instructions - lastProgress) + " warp instructions" + waits(clusters));
        }
    }

    private String waits(List<Cluster> clusters) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (Cta cta : blocks(clusters).toList()) {
            for (Warp warp : cta.warps()) {
                if (warp.live() != 0 && shown++ < SHOWN) {
                    warp.park();
                    text.append(warp.waits());
                }
            }
        }
        return shown > SHOWN ? text.append("\n    and ").append(shown - SHOWN).append(" more warps").toString()
                : text.toString();
    }
}
