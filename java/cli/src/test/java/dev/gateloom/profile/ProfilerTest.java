package dev.gateloom.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Choice;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Tiles;
import dev.gateloom.device.Device;
import dev.gateloom.device.GpuModel;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProfilerTest {
    private static final Workload WORK = new Workload(CellType.LSTM, 2, 3, 5, 7, 1, false, Mode.TRAINING);

    @BeforeEach
    void kernels() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
    }

    /** The way of a GPU, with the emulator in its place: the same launches, with times instead of counts. */
    @Test
    void timedPassesLaunchWhatCountedOnesDo() {
        ProfileReport counted = Profiler.count(WORK, GpuModel.of("a100"), ProfilerTest::steps, Progress.SILENT);
        ProfileReport timed;
        try (EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults())) {
            timed = Profiler.time(WORK, emulator, ProfilerTest::steps);
            assertEquals(List.of(), emulator.live());
        }
        assertEquals(launches(counted), launches(timed));
        for (KernelProfile kernel : timed.kernels()) {
            assertTrue(kernel.milliseconds() > 0, kernel.toString());
        }
        String text = ProfileFormat.TEXT.write(timed);
        assertTrue(text.contains("\nlstm_backward ") && text.contains("time ms") && !text.contains("estimate"), text);
        assertTrue(ProfileFormat.CSV.write(timed).lines().findFirst().orElseThrow().endsWith(",milliseconds"));
        assertTrue(ProfileFormat.JSON.write(timed).contains("\"milliseconds\" : "));
    }

    /** As the report of the kernels' build has them. */
    @Test
    void resourcesAreThoseOfTheGpusArchitecture() {
        for (GpuModel gpu : GpuModel.all()) {
            KernelProfile gates = Profiler.count(WORK, gpu, ProfilerTest::steps, Progress.SILENT).kernels().stream()
                    .filter(k -> k.kernel().equals("lstm_forward")).findFirst().orElseThrow();
            assertEquals(Kernels.report().stream()
                    .filter(r -> r.kernel().equals("lstm_forward") && r.architecture() == gpu.architecture()).findFirst()
                    .orElseThrow().registers(), gates.resources().registers());
        }
    }

    /** As the planner would have it on that GPU. */
    @Test
    void theGpuDecidesHowTheStepsRun() {
        Workload work = new Workload(CellType.LSTM, 1, 3, 4, 300, 1, false, Mode.INFERENCE);
        for (String name : List.of("a100", "h100")) {
            GpuModel gpu = GpuModel.of(name);
            ProfileReport report = Profiler.count(work, gpu, CudaEngine::on, Progress.SILENT);
            Choice choice = CudaEngine.explain(Explanation.problem(work, Precision.FP32), Gpu.of(gpu)).of(Phase.FORWARD);
            Tiles tiles = choice.chosen().orElseThrow().tiles();
            assertEquals(Strategy.C, choice.chosen().orElseThrow().strategy());
            assertTrue(report.strategy().startsWith("forward: strategy C, " + tiles.blocksPerGroup() + " x 1 blocks of "),
                    report::strategy);
            assertEquals(List.of(tiles.blocks()), report.kernels().stream().filter(k -> k.kernel().contains("_sequence_"))
                    .map(k -> k.launch().gridX()).toList());
        }
    }

    private static CudaEngine steps(Device device) {
        return CudaEngine.on(device, Strategy.D);
    }

    private static Map<String, Long> launches(ProfileReport report) {
        return report.kernels().stream().collect(Collectors.toMap(k -> k.kernel() + k.launch(), KernelProfile::launches));
    }
}
