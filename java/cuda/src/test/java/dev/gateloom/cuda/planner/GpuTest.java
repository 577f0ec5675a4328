package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Precision;
import dev.gateloom.device.DeviceProperties;
import org.junit.jupiter.api.Test;

class GpuTest {

    /** Published: 128 multiply-adds in single precision; matrix units 1024 by mma.sync on sm_80, 63 % of 2048 on sm_90. */
    @Test
    void ratesAreThoseOfTheTable() {
        Gpu h100 = Problems.gpu("h100");
        assertEquals(256, h100.flops(Precision.FP32), 1);
        assertEquals(2385, h100.flops(Precision.BF16), 1);
        assertEquals(h100.flops(Precision.FP16) / 2, h100.flops(Precision.TF32));
        assertEquals(2048, Problems.gpu("a100").flops(Precision.FP16), 3);
        assertEquals(232448, h100.sharedPerBlock());
        assertEquals(52428800, h100.l2Bytes());
    }

    @Test
    void whatTuringLacksIsKnown() {
        Gpu t4 = Problems.gpu("t4");
        assertTrue(t4.has(Precision.FP32) && t4.has(Precision.FP16));
        assertFalse(t4.has(Precision.BF16) || t4.has(Precision.TF32));
        assertEquals(0, t4.clusterLimit());
        assertEquals(0, Problems.gpu("rtx4090").clusterLimit());
    }

    /** One cluster of 16 in each of 8 regions; on a part of a GPU, what is left of them. */
    @Test
    void clustersStayInTheirRegion() {
        assertEquals(8, Problems.gpu("h100").residentClusters(16));
        assertEquals(16, Problems.gpu("h100").residentClusters(8));
        assertEquals(8, Problems.gpu("b200").residentClusters(16));
        assertEquals(1, device(90, 16).residentClusters(16));
        assertEquals(0, device(90, 15).residentClusters(16));
        assertEquals(1, device(90, 15).residentClusters(8));
        assertEquals(16, device(103, 132).clusterLimit());
        assertEquals(8, device(120, 170).clusterLimit());
    }

    /** Its own limits, the nearest relative's rates. */
    @Test
    void aDeviceIsAskedItself() {
        Gpu gpu = device(86, 28);
        assertEquals("mine", gpu.label());
        assertEquals(28, gpu.multiprocessors());
        assertEquals(101376, gpu.sharedPerBlock());
        assertEquals(Problems.gpu("rtx4090").coreFlops(), gpu.coreFlops());
        assertEquals(Problems.gpu("rtx4090").l2BytesPerClock(), gpu.l2BytesPerClock());
        assertEquals(Problems.gpu("rtx4090").l2Bytes(), gpu.l2Bytes(), "which it does not say");
        assertEquals(24 << 20, device(89, 24, 24 << 20).l2Bytes());
        assertEquals(Problems.gpu("b200").clock(), device(103, 100).clock());
    }

    private static Gpu device(int capability, int multiprocessors) {
        return device(capability, multiprocessors, 0);
    }

    private static Gpu device(int capability, int multiprocessors, long l2) {
        return Gpu.of("mine", new DeviceProperties(capability, multiprocessors, 49152, 101376, 102400, 65536, 1536, 16, true,
                capability >= 90, l2, 1L << 33));
    }
}
