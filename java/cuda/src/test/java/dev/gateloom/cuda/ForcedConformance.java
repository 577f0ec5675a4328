package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.KernelCounters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** The suite with a strategy wherever it fits, on an emulator of 16 multiprocessors with all its checks. Each engine meets another schedule. */
abstract class ForcedConformance extends PrecisionConformance {
    private final SequenceOptions sequences;
    private final Strategy strategy;
    private final List<EmulatorDevice> devices = new ArrayList<>();

    ForcedConformance(Strategy strategy, Precision precision) {
        this(StrategyTest.gathering(strategy), precision);
    }

    ForcedConformance(SequenceOptions sequences, Precision precision) {
        super(precision);
        this.sequences = sequences;
        strategy = sequences.strategy();
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        EmulatorDevice device = new EmulatorDevice(StrategyTest.options(strategy).seed(devices.size() + 1).perturbed(true));
        devices.add(device);
        return CudaEngine.owning(device, precision(), sequences);
    }

    @Override
    public int oneProblemOf() {
        return 150;
    }

    /** What does not fit runs on D, and would pass as well. */
    @AfterAll
    void theStrategyRan() {
        for (String cell : List.of("lstm", "gru")) {
            for (String pass : List.of("forward", "backward")) {
                String name = cell + "_sequence_" + pass;
                assertEquals(strategy, shownBy(devices.stream().flatMap(device -> device.counters().stream())
                        .filter(counters -> counters.kernel().startsWith(name)).toList()), name);
            }
        }
    }

    private static Strategy shownBy(List<KernelCounters> launched) {
        if (launched.isEmpty()) {
            return Strategy.D;
        }
        return launched.stream().anyMatch(counters -> counters.kernel().contains("_cluster_")) ? Strategy.B
                : launched.stream().anyMatch(counters -> counters.launch().cooperative()) ? Strategy.C : Strategy.A;
    }
}
