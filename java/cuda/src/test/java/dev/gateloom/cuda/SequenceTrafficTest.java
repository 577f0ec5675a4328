package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.KernelCounters;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sequence kernels read and write, counted: at least four blocks in two groups or more, each of which has a tile of 8 rows. */
class SequenceTrafficTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final int ROWS = 8;
    private static final int H = 32;
    /** Of a block in a grid: four blocks share W_hh. */
    private static final int UNITS = 8;

    /**
     * A training step that is counted.
     *
     * @param directions of the layer, in one launch
     * @param t steps
     */
    record Run(CellType cell, Strategy strategy, Precision precision, int directions, int t) {

        RnnConfig config() {
            return RnnConfig.of(cell, 4, H).bidirectional(directions == 2).build();
        }

        boolean halves() {
            return precision != Precision.FP32;
        }

        /** A block alone is a group. */
        int groups() {
            return strategy == Strategy.A ? 4 : 2;
        }

        int batch() {
            return groups() * ROWS;
        }

        /** Of a group. */
        int blocks() {
            return strategy == Strategy.A ? 1 : strategy == Strategy.B ? ClusterSequence.BLOCKS : H / UNITS;
        }

        int units(SequenceLayout kernel) {
            return strategy == Strategy.C ? UNITS : Math.min(H, kernel.wholeUnits(H / blocks()));
        }

        SequenceLayout kernel(Phase phase) {
            return SequenceKernel.of(strategy, cell, precision, phase).get(0);
        }

        /** Bytes of one tensor of states. */
        long states() {
            return (long) directions * t * batch() * H * Float.BYTES;
        }

        /** What a pass multiplies in turns of so many steps together: the products that the planner reckons with. */
        double products(Phase phase, int turns) {
            KernelLayout layout = kernel(phase).layout(strategy, H, batch(), ROWS, units(kernel(phase)), groups()).directions(directions);
            return layout.operations() * layout.directions() * layout.blocks() * turns;
        }

        /** Trains, of given lengths or null for t all. */
        EmulatorDevice train(int[] lengths) {
            return train(lengths, 2);
        }

        /** In a schedule of one's choice. */
        EmulatorDevice train(int[] lengths, long seed) {
            EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).checkRaces(false).seed(seed));
            device.countDistinct();
            try (CudaEngine engine = CudaEngine.owning(device, precision, StrategyTest.gathering(strategy).tiles(ROWS, UNITS, groups()))) {
                TrainingRun.train(engine, config(), t, batch(), lengths);
            }
            return device;
        }
    }

    /** A warp loads W_hh as a whole: if its threads had parted before and might go on in parts, some schedules would fetch more. */
    @ParameterizedTest
    @EnumSource(names = {"LSTM", "GRU"})
    void everyScheduleFetchesAsMuch(CellType cell) {
        Run run = new Run(cell, Strategy.C, Precision.FP32, 1, 2);
        Set<List<Long>> fetched = new HashSet<>();
        for (long seed = 1; seed <= 4; seed++) {
            EmulatorDevice device = run.train(null, seed);
            fetched.add(Stream.of(Phase.FORWARD, Phase.BACKWARD)
                    .map(phase -> counters(device, phase).traffic("weights of " + run.config()).fetched()).toList());
        }
        assertEquals(1, fetched.size(), fetched::toString);
    }

    /** C in all, both directions at once too; of A and B a sample. */
    static Stream<Run> runs() {
        return Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.concat(Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .flatMap(strategy -> Stream.of(Precision.FP32, Precision.FP16)
                        .filter(precision -> EXHAUSTIVE || strategy == Strategy.C
                                || (precision == Precision.FP32) == ((strategy == Strategy.A) == (cell == CellType.LSTM)))
                        .map(precision -> new Run(cell, strategy, precision, 1, 100))),
                Stream.of(new Run(cell, Strategy.C, Precision.FP32, 2, 100))));
    }

    /** W_hh comes once for each group, the exchange reads what it must, and all else comes and goes once. */
    @ParameterizedTest
    @MethodSource("runs")
    void memoryIsReadOnce(Run run) {
        EmulatorDevice device = run.train(null);
        int gates = run.cell.gates();
        long states = run.states();
        int gathering = run.strategy == Strategy.C && !run.halves() ? run.blocks() : 0;      // blocks, from tensors that stay
        KernelCounters forward = counters(device, Phase.FORWARD);
        KernelCounters backward = counters(device, Phase.BACKWARD);
        for (KernelCounters pass : List.of(forward, backward)) {
            assertEquals(run.directions, pass.launch().gridY());
            onTheChip(pass, run);
            exchanged(pass, run, pass == forward ? states : gates * states);
        }
        once("gates", gates * states, forward.traffic("gates [T, B, G·H]").read());
        once("kept gates", gates * states, forward.traffic("gates [T, B, G·H]").written());
        // Each block gathers the first h of its group's rows, and takes its own part of that.
        assertTrue(forward.traffic("h [T+1, B, R]").read() <= (gathering == 0 ? 0.2 : 1.1 * gathering) * states);
        assertTrue(forward.traffic("h [T+1, B, R]").read() >= gathering * states, "h gathered");
        once("h", states, forward.traffic("h [T+1, B, R]").written());
        once("y", states, forward.traffic("output of a layer [T, B, D·R]").written());
        once("dy", states, backward.traffic("gradient of rows").read());
        once("gradients", gates * states, backward.traffic("gates [T, B, G·H]").written());
        String gathered = "gates [T, B, G·H]";
        int own = gates;                                                                     // of a unit, where the gradients are
        if (run.cell == CellType.LSTM) {
            once("c", states, forward.traffic("c [T+1, B, H]").written());
            assertTrue(forward.traffic("c [T+1, B, H]").read() <= 0.1 * states);
            once("c back", states, backward.traffic("c [T+1, B, H]").read());
        } else {
            gathered = "W_hh h [T, B, 3H]";
            own = 1;
            once("s_n", states, forward.traffic(gathered).written());
            once("gates back", gates * states, backward.traffic("gates [T, B, G·H]").read());
            once("gradients of W_hh h", gates * states, backward.traffic(gathered).written());
            once("h back", states, backward.traffic("h [T+1, B, R]").read());
        }
        once("gates or s_n back, and gathered gradients", (own + gathering * gates) * states, backward.traffic(gathered).read());
        if (gathering > 0) {
            bulk("h", forward.traffic("h [T+1, B, R]").read(), forward.traffic("h [T+1, B, R]").fetched());
            bulk("gradients", gathering * gates * states, backward.traffic(gathered).fetched() - 2 * own * states);
        }
    }

    /** A plain RNN, a block for each tile: what stays on the chip is not seen, nor is a gate that h tells. */
    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"FP32", "FP16"})
    void aBlockAloneReadsNothingTwice(Precision precision) {
        Run run = new Run(CellType.RNN_RELU, Strategy.A, precision, 1, 100);
        EmulatorDevice device = run.train(null);
        long states = run.states();
        KernelCounters forward = counters(device, Phase.FORWARD);
        KernelCounters backward = counters(device, Phase.BACKWARD);
        onTheChip(forward, run);
        onTheChip(backward, run);
        once("gates", states, forward.traffic("gates [T, B, G·H]").read());
        assertEquals(0, forward.traffic("gates [T, B, G·H]").written());
        once("h", states, forward.traffic("h [T+1, B, R]").written());
        assertTrue(forward.traffic("h [T+1, B, R]").read() <= 0.1 * states, "the initial one");
        once("y", states, forward.traffic("output of a layer [T, B, D·R]").written());
        once("h back", states, backward.traffic("h [T+1, B, R]").read());
        once("dy", states, backward.traffic("gradient of rows").read());
        assertEquals(0, backward.traffic("gates [T, B, G·H]").read());
        once("gradients", states, backward.traffic("gates [T, B, G·H]").written());
    }

    /** No tile works past its longest row: the rows of all but the first have a tenth of the steps at most, and it multiplies no more. */
    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = {"A", "B", "C"})
    void aTileEndsWithItsLongestRow(Strategy strategy) {
        Run run = new Run(strategy == Strategy.B ? CellType.GRU : CellType.LSTM, strategy,
                strategy == Strategy.C ? Precision.FP16 : Precision.FP32, 1, 20);
        int[] lengths = new int[run.batch()];
        Arrays.setAll(lengths, b -> b < ROWS ? run.t - b : run.t / 10 - b % 2);
        EmulatorDevice device = run.train(lengths);
        for (Phase phase : Phase.values()) {
            priced(counters(device, phase), run, run.t + (run.groups() - 1) * (run.t / 10));
        }
    }

    /** What a pass reads once and then holds, and what it does with it. */
    private static void onTheChip(KernelCounters pass, Run run) {
        assertEquals(run.groups() * run.blocks(), pass.launch().gridX());
        priced(pass, run, run.groups() * run.t);
        String purpose = (run.halves() ? "weights in 16 bits of " : "weights of ") + run.config();
        long parameters = pass.traffic(purpose).read();
        long weights = (long) run.groups() * run.directions * run.cell.gates() * H * H * (run.halves() ? Short.BYTES : Float.BYTES);
        readOnce(weights, parameters);
        // Columns of fewer units are parts of sectors; so are fragments, whose lanes take 16 bytes of a row (KERNELS.md).
        if (!run.halves() && run.units(run.kernel(phase(pass))) >= UNITS) {
            bulk("W_hh", parameters, pass.traffic(purpose).fetched());
        }
        fewConflicts(pass);
    }

    /** W_hh. */
    static void readOnce(long weights, long read) {
        assertTrue(read >= weights && read <= 1.05 * weights, () -> "W_hh: " + read + " of " + weights);
    }

    /** At most 1.1 passes where one would do. */
    static void fewConflicts(KernelCounters pass) {
        long needed = pass.sharedPasses() - pass.sharedConflicts();
        assertTrue(pass.sharedPasses() <= 1.1 * needed, () -> pass.kernel() + ": " + pass.sharedPasses() + " passes, " + needed + " without conflicts");
    }

    /**
     * What blocks hand over beside the tensors, of so many bytes in fp32: in 16 bits a grid through device memory, which each block of
     * a group reads at every step but the first; a cluster by stores into the other blocks.
     */
    private static void exchanged(KernelCounters pass, Run run, long values) {
        long handed = run.halves() ? values / 2 : values;
        String purpose = "what blocks hand over";
        if (run.strategy == Strategy.C && run.halves()) {
            once("handed over", handed, pass.traffic(purpose).written());
            long gathered = pass.traffic(purpose).read();
            once("gathered", run.blocks() * handed * (run.t - 1) / run.t, gathered);
            bulk("gathered", gathered, pass.traffic(purpose).fetched());
        } else {
            assertEquals(0, pass.traffic(purpose).read() + pass.traffic(purpose).written());
        }
        assertEquals(run.strategy == Strategy.B ? (run.blocks() - 1) * handed : 0, pass.remoteShared().written());
        assertEquals(0, pass.remoteShared().read());
    }

    /**
     * What comes in bulk uses what is fetched for it, but for one byte in twenty. What a lane needs of its own unit is not meant:
     * its quad's 16 bytes of each row lie in a sector with those of the next quad, which another warp asks for at that time.
     */
    private static void bulk(String what, long used, long fetched) {
        assertTrue(used <= fetched && used >= 0.95 * fetched, () -> what + ": " + used + " of " + fetched + " bytes fetched");
    }

    static void once(String what, long expected, long actual) {
        assertTrue(actual >= expected && actual <= 1.1 * expected, () -> what + ": " + actual + " of " + expected + " bytes");
    }

    /** The planner reckons with the products that are made; the gates' own operations are in its latency. */
    private static void priced(KernelCounters pass, Run run, int turns) {
        double products = run.products(phase(pass), turns);
        double gates = (double) run.directions * turns * ROWS * H * 150;
        assertTrue(pass.flops() >= products && pass.flops() <= products + gates,
                () -> pass.kernel() + ": " + pass.flops() + " operations, priced are " + products);
    }

    private static Phase phase(KernelCounters pass) {
        return pass.kernel().contains("_forward") ? Phase.FORWARD : Phase.BACKWARD;
    }

    /** Of the one launch of all steps of a pass. */
    static KernelCounters counters(EmulatorDevice device, Phase phase) {
        List<KernelCounters> found = device.counters().stream().filter(c -> c.kernel().contains("_sequence_") && phase(c) == phase).toList();
        assertEquals(1, found.size(), phase::name);
        assertEquals(1, found.get(0).launches());
        return found.get(0);
    }
}
