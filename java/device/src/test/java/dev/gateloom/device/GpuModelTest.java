package dev.gateloom.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuModelTest {
    /** Single-precision lanes of a multiprocessor (CUDA C++ Programming Guide, "Arithmetic Instructions"). */
    private static final Map<Integer, Integer> LANES = Map.of(75, 64, 80, 64, 89, 128, 90, 128, 100, 128);

    @Test
    void knowsTheFiveOfTheCommandLine() {
        assertEquals(List.of("t4", "a100", "rtx4090", "h100", "b200"), GpuModel.all().stream().map(GpuModel::name).toList());
        GpuModel h100 = GpuModel.of("h100");
        assertEquals("NVIDIA H100 SXM5 80 GB", h100.label());
        assertEquals(3350, h100.memoryGigabytesPerSecond());
        assertEquals(80, h100.memoryGibibytes());
        assertEquals("expected one of t4, a100, rtx4090, h100, b200, got h1000",
                assertThrows(IllegalArgumentException.class, () -> GpuModel.of("h1000")).getMessage());
    }

    /** A figure typed wrong does not fit the others: two operations for each lane and clock. */
    @Test
    void thePublishedPeakFollowsFromClockAndLanes() {
        for (GpuModel gpu : GpuModel.all()) {
            double peak = 2e6 * gpu.boostMegahertz() * gpu.multiprocessors() * LANES.get(gpu.architecture());
            assertEquals(peak, 1e12 * gpu.fp32Tflops(), 0.01 * peak, gpu.name());
        }
    }

    /** Shares are shares, and no cache is faster than the multiprocessor that reads it: 64 bytes a clock. */
    @Test
    void whatWasMeasuredIsPlausible() {
        for (GpuModel gpu : GpuModel.all()) {
            assertTrue(gpu.mmaShare() > 0.25 && gpu.mmaShare() <= 1, gpu.name());
            assertTrue(gpu.l2Latency() > 100 && gpu.l2Latency() < 400, gpu.name());
            assertTrue(gpu.l2BytesPerClock() > 8 && gpu.l2BytesPerClock() <= 64, gpu.name());
        }
        assertEquals(34.6, GpuModel.of("h100").l2BytesPerClock());
    }

    @Test
    void everyArchitectureIsOneThatKernelsAreCompiledFor() {
        for (GpuModel gpu : GpuModel.all()) {
            assertEquals(gpu.architecture(), Architecture.of(gpu.architecture()).number());
            assertFalse(gpu.source().isBlank(), gpu.name());
        }
    }
}
