package dev.gateloom.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import dev.gateloom.device.GpuModel;
import dev.gateloom.device.Launch;
import org.junit.jupiter.api.Test;

/** Worked out by hand for an invented GPU: 10 multiprocessors, 1 TFLOP/s, 20 on matrix units, 100 GB/s. */
class RooflineTest {
    private static final GpuModel GPU = new GpuModel("toy", "Toy", 80, 10, 1000, 1, 20, 1, 100, 16, 1, 200, 30, "invented");
    private static final double EXACT = 1e-18;

    @Test
    void theLargerOfTheTwoDecides() {
        Roofline arithmetic = Roofline.of(GPU, Precision.FP16, Launch.of(10, 128), 2_000_000, 0, 100_000);
        assertEquals(2e-6, arithmetic.seconds(), EXACT);
        assertEquals(1e-6, arithmetic.memorySeconds(), EXACT);
        assertEquals("arithmetic", arithmetic.bound());
        Roofline memory = Roofline.of(GPU, Precision.FP16, Launch.of(10, 128), 2_000_000, 0, 300_000);
        assertEquals(3e-6, memory.seconds(), EXACT);
        assertEquals("memory", memory.bound());
    }

    @Test
    void multiprocessorsWithoutABlockDoNothing() {
        assertEquals(1e-5, Roofline.of(GPU, Precision.FP16, Launch.of(2, 128), 2_000_000, 0, 0).seconds(), EXACT);
        assertEquals(2e-6, Roofline.of(GPU, Precision.FP16, Launch.of(1000, 128), 2_000_000, 0, 0).seconds(), EXACT);
        assertEquals(4e-6, Roofline.of(GPU, Precision.FP16, Launch.of(5, 1, 128), 2_000_000, 0, 0).seconds(), EXACT);
        assertEquals(2e-6, Roofline.of(GPU, Precision.FP16, Launch.of(5, 2, 128), 2_000_000, 0, 0).seconds(), EXACT);
    }

    @Test
    void matrixUnitsHaveAPeakOfTheirOwn() {
        for (Precision precision : new Precision[] {Precision.FP16, Precision.BF16}) {
            assertEquals(1e-6, Roofline.of(GPU, precision, Launch.of(10, 128), 20_500_000, 20_000_000, 0).seconds(), EXACT);
        }
        assertEquals(2e-6, Roofline.of(GPU, Precision.TF32, Launch.of(10, 128), 20_500_000, 20_000_000, 0).seconds(), EXACT);
    }
}
