package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the sequence kernels read and write, counted. */
class SequenceTrafficTest {

    /**
     * At least 4 blocks in each of 2 groups of each direction, all in one launch, up to 100 steps: W_hh comes once, the exchange reads
     * what it must, and all else comes and goes once.
     */
    @ParameterizedTest
    @CsvSource({"LSTM, 1, 100, 1", "GRU, 1, 100, 2", "LSTM, 2, 30, 3", "GRU, 2, 30, 4"})
    void memoryIsReadOnce(CellType cell, int directions, int t, long seed) {
        int b = 16;
        int h = 32;
        int gates = cell.gates();
        RnnConfig config = RnnConfig.of(cell, 4, h).bidirectional(directions == 2).build();
        EmulatorDevice device = trained(config, t, b, seed);
        long states = (long) directions * t * b * h * Float.BYTES;
        KernelCounters forward = counters(device, "_sequence_forward_8");
        KernelCounters backward = counters(device, "_sequence_backward_8");
        for (KernelCounters pass : List.of(forward, backward)) {
            assertEquals(8, pass.launch().gridX(), "4 blocks in each of 2 groups");
            assertEquals(directions, pass.launch().gridY());
            priced(pass, cell, directions, Strategy.C, 8, t, b, h);
            long parameters = pass.traffic("weights of " + config).read();
            long weights = 2L * directions * gates * h * h * Float.BYTES;            // once for each group
            assertTrue(parameters >= weights && parameters <= 1.05 * weights, () -> "W_hh: " + parameters + " of " + weights);
            bulk("W_hh", parameters, pass.traffic("weights of " + config).fetched());
            assertTrue(pass.sharedConflicts() <= 0.1 * pass.sharedPasses(),
                    () -> pass.sharedConflicts() + " conflicts in " + pass.sharedPasses() + " passes");
        }
        once("gates", gates * states, forward.traffic("gates [T, B, G·H]").read());
        once("kept gates", gates * states, forward.traffic("gates [T, B, G·H]").written());
        // 4 blocks gather the h of their group's rows, the first time from the initial state; each block also takes its own part of that.
        once("h gathered", 4 * states, forward.traffic("h [T+1, B, R]").read());
        bulk("h", forward.traffic("h [T+1, B, R]").read(), forward.traffic("h [T+1, B, R]").fetched());
        once("h", states, forward.traffic("h [T+1, B, R]").written());
        once("y", states, forward.traffic("output of a layer [T, B, D·R]").written());
        once("dy", states, backward.traffic("gradient of rows").read());
        if (cell == CellType.LSTM) {
            once("c", states, forward.traffic("c [T+1, B, H]").written());
            assertTrue(forward.traffic("c [T+1, B, H]").read() <= 0.1 * states);
            once("c back", states, backward.traffic("c [T+1, B, H]").read());
            once("gates and gathered dz", (1 + 4) * gates * states, backward.traffic("gates [T, B, G·H]").read());
            bulk("dz", 4 * gates * states, backward.traffic("gates [T, B, G·H]").fetched() - 2 * gates * states);
            once("dz", gates * states, backward.traffic("gates [T, B, G·H]").written());
        } else {
            once("s_n", states, forward.traffic("W_hh h [T, B, 3H]").written());
            once("gates back", gates * states, backward.traffic("gates [T, B, G·H]").read());
            once("s_n and gathered gradients", (1 + 4 * gates) * states, backward.traffic("W_hh h [T, B, 3H]").read());
            bulk("gradients", 4 * gates * states, backward.traffic("W_hh h [T, B, 3H]").fetched() - 2 * states);
            once("gradients", gates * states, backward.traffic("W_hh h [T, B, 3H]").written());
            once("h back", states, backward.traffic("h [T+1, B, R]").read());
        }
    }

    /** A warp loads W_hh as a whole: if its threads had parted before and might go on in parts, some schedules would fetch more. */
    @ParameterizedTest
    @EnumSource(names = {"LSTM", "GRU"})
    void everyScheduleFetchesAsMuch(CellType cell) {
        RnnConfig config = RnnConfig.of(cell, 4, 32).build();
        Set<List<Long>> fetched = new HashSet<>();
        for (long seed = 1; seed <= 4; seed++) {
            EmulatorDevice device = trained(config, 2, 16, seed);
            fetched.add(Stream.of("_sequence_forward_8", "_sequence_backward_8")
                    .map(pass -> counters(device, pass).traffic("weights of " + config).fetched()).toList());
        }
        assertEquals(1, fetched.size(), fetched::toString);
    }

    /** A device that has run a training step: 4 blocks in each of 2 groups of each direction. */
    private static EmulatorDevice trained(RnnConfig config, int t, int b, long seed) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16).checkRaces(false).seed(seed));
        device.countDistinct();
        try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(Strategy.C).tiles(8, 8, 2))) {
            TrainingRun.train(engine, config, t, b, false);
        }
        return device;
    }

    /** A plain RNN, a block for each of 2 tiles, 100 steps: what stays on the chip is not seen, nor is a gate that h tells. */
    @Test
    void aBlockAloneReadsNothingTwice() {
        int t = 100;
        int b = 16;
        int h = 32;
        RnnConfig config = RnnConfig.of(CellType.RNN_RELU, 4, h).build();
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().checkRaces(false));
        device.countDistinct();
        try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(Strategy.A).tiles(8, 0, 0))) {
            TrainingRun.train(engine, config, t, b, false);
        }
        long states = (long) t * b * h * Float.BYTES;
        KernelCounters forward = counters(device, "_sequence_forward_8");
        KernelCounters backward = counters(device, "_sequence_backward_8");
        for (KernelCounters pass : List.of(forward, backward)) {
            assertEquals(2, pass.launch().gridX());
            priced(pass, CellType.RNN_RELU, 1, Strategy.A, h, t, b, h);
            once("W_hh", 2L * h * h * Float.BYTES, pass.traffic("weights of " + config).read());
            assertTrue(pass.sharedConflicts() <= 0.1 * pass.sharedPasses(),
                    () -> pass.sharedConflicts() + " conflicts in " + pass.sharedPasses() + " passes");
        }
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

    /**
     * What comes in bulk uses what is fetched for it, but for one byte in twenty. What a lane needs of its own unit is not meant:
     * its quad's 16 bytes of each row lie in a sector with those of the next quad, which another warp asks for at that time.
     */
    static void bulk(String what, long used, long fetched) {
        assertTrue(used <= fetched && used >= 0.95 * fetched, () -> what + ": " + used + " of " + fetched + " bytes fetched");
    }

    static void once(String what, long expected, long actual) {
        assertTrue(actual >= expected && actual <= 1.1 * expected, () -> what + ": " + actual + " of " + expected + " bytes");
    }

    /** The planner reckons with the products that are made; the gates' own operations are in its latency. */
    private static void priced(KernelCounters pass, CellType cell, int directions, Strategy strategy, int units, int t, int b, int h) {
        Phase phase = pass.kernel().contains("forward") ? Phase.FORWARD : Phase.BACKWARD;
        KernelLayout layout = SequenceKernel.of(strategy, cell, Precision.FP32, phase).get(0)
                .layout(strategy, h, b, 8, units, 2).directions(directions);
        double products = layout.operations() * layout.directions() * layout.groups() * layout.blocks() * layout.tiles() * t;
        double gates = (double) directions * t * b * h * 150;
        assertTrue(pass.flops() >= products && pass.flops() <= products + gates,
                () -> pass.kernel() + ": " + pass.flops() + " operations, priced are " + products);
    }

    static KernelCounters counters(EmulatorDevice device, String suffix) {
        List<KernelCounters> found = device.counters().stream().filter(c -> c.kernel().endsWith(suffix)).toList();
        assertEquals(1, found.size(), suffix);
        assertEquals(1, found.get(0).launches());
        return found.get(0);
    }
}
