package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Broken kernels and launches, each reported; where there is one, its correct twin is clean. */
class ChecksTest {

    /** Thread 0 to 31 run a body with %rd1 = p, %r1 = tid. */
    private static String kernel(String body) {
        return Bench.HEADER + """
                .file 1 "/somewhere/broken.cu"
                .visible .entry k(.param .u64 p)
                {
                    .shared .align 4 .b8 tile[128];
                    .local .align 4 .b8 stack[16];
                    .reg .pred %p<4>;
                    .reg .b32 %r<10>;
                    .reg .b64 %rd<10>;
                    ld.param.u64 %rd1, [p];
                    mov.u32 %r1, %tid.x;
                    mul.wide.u32 %rd2, %r1, 4;
                    add.s64 %rd3, %rd1, %rd2;
                    shl.b32 %r2, %r1, 2;
                    .loc 1 42 5
                """ + body + "\nret;\n}\n";
    }

    private static DeviceException fails(String body, int threads, int bytes) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().patience(100_000))) {
            DeviceMemory p = bench.allocate(bytes, "p");
            return assertThrows(DeviceException.class, () -> bench.run(kernel(body), "k", Launch.of(1, threads), p));
        }
    }

    private static void assertReport(DeviceException e, int code, String... parts) {
        assertEquals(code, e.code(), e.getMessage());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), () -> "expected '" + part + "' in: " + e.getMessage());
        }
    }

    @Test
    void writePastTheEnd() {
        assertReport(fails("st.global.u32 [%rd3], %r1;", 32, 124), 700,
                "Invalid __global__ write of size 4 bytes", "broken.cu:42", "thread (31,0,0) in block (0,0,0)",
                "0 bytes after p of 124 bytes");
    }

    /** Also what every call answers afterwards. */
    @Test
    void failuresOfALaunchHaveKernelAndGeometry() {
        try (Bench bench = new Bench()) {
            DeviceMemory p = bench.allocate(124, "p");
            Launch launch = Launch.of(1, 32).sharedBytes(64);
            DeviceException failure = assertThrows(DeviceException.class,
                    () -> bench.run(kernel("st.global.u32 [%rd3], %r1;"), "k", launch, p));
            for (DeviceException e : List.of(failure, assertThrows(DeviceException.class, bench.stream::synchronize))) {
                assertEquals("k", e.kernel());
                assertEquals(launch, e.launch());
                assertEquals(0, e.clusterBlocks());
            }
        }
        try (Bench bench = new Bench()) {
            DeviceException other = assertThrows(DeviceException.class, () -> bench.device.kernel(kernel("st.global.u32 [%rd3];"), "k"));
            assertNull(other.kernel());
            assertNull(other.launch());
        }
    }

    @Test
    void writeInsideIsClean() {
        try (Bench bench = new Bench()) {
            DeviceMemory p = bench.allocate(128, "p");
            bench.run(kernel("st.global.u32 [%rd3], %r1;"), "k", Launch.of(1, 32), p);
            assertEquals(31, bench.ints(p)[31]);
        }
    }

    @Test
    void readBeforeTheStart() {
        assertReport(fails("ld.global.u32 %r3, [%rd3+-4];", 1, 4), 700, "Invalid __global__ read of size 4 bytes");
    }

    @Test
    void misaligned() {
        assertReport(fails("ld.global.u32 %r3, [%rd1+2];", 1, 8), 716, "is misaligned");
        assertReport(fails("ld.global.v2.u32 {%r3, %r4}, [%rd1+4];", 1, 16), 716, "size 8 bytes", "is misaligned");
    }

    @Test
    void nullPointer() {
        assertReport(fails("st.global.u32 [0], %r1;", 1, 4), 700, "of no allocation");
    }

    @Test
    void uninitialisedGlobal() {
        assertReport(fails("ld.global.u32 %r3, [%rd3];", 8, 32), 719,
                "Uninitialized __global__ memory read of size 4 bytes", "broken.cu:42");
    }

    @Test
    void uninitialisedShared() {
        assertReport(fails("mov.u32 %r3, tile; add.s32 %r4, %r3, %r2; ld.shared.u32 %r5, [%r4];", 8, 32), 719,
                "Uninitialized __shared__ memory read");
    }

    @Test
    void sharedOutOfBounds() {
        assertReport(fails("st.shared.u32 [tile+128], %r1;", 1, 4), 700, "Invalid __shared__ write of size 4 bytes");
    }

    @Test
    void localOutOfBounds() {
        assertReport(fails("st.local.u32 [stack+16], %r1;", 1, 4), 700, "Invalid __local__ write of size 4 bytes");
    }

    @Test
    void localMemoryIsEachThreadsOwn() {
        try (Bench bench = new Bench()) {
            DeviceMemory p = bench.allocate(128, "p");
            bench.run(kernel("""
                    st.local.u32 [stack+8], %r1;
                    mov.u64 %rd4, stack;
                    cvta.local.u64 %rd5, %rd4;
                    ld.u32 %r3, [%rd5+8];
                    st.global.u32 [%rd3], %r3;
                    """), "k", Launch.of(1, 32), p);
            assertArrayEquals(java.util.stream.IntStream.range(0, 32).toArray(), bench.ints(p));
        }
    }

    @Test
    void barrierThatSomeThreadsSkip() {
        assertReport(fails("setp.gt.u32 %p1, %r1, 40; @%p1 bra E; bar.sync 0; E:", 64, 4), 719,
                "Barrier error detected. Divergent thread(s) in block");
    }

    @Test
    void barrierThatWaitsForMoreThanThereAre() {
        assertReport(fails("bar.sync 1, 96;", 64, 4), 702, "Deadlock", "broken.cu:42", "bar.sync");
    }

    @Test
    void spinForEver() {
        assertReport(fails("st.global.u32 [%rd1], 0; L: ld.volatile.global.u32 %r3, [%rd1]; setp.eq.u32 %p1, %r3, 0;"
                + " @%p1 bra L;", 1, 4), 702, "Hanging", "thread (0,0,0) in block (0,0,0)", "broken.cu:42");
    }

    @Test
    void shuffleFromAThreadThatTakesNoPart() {
        assertReport(fails("setp.gt.u32 %p1, %r1, 15; @%p1 bra E; shfl.sync.idx.b32 %r3, %r1, 20, 31, 65535; E:", 32, 4), 719,
                "reads lane 20");
    }

    @Test
    void freedMemory() {
        try (Bench bench = new Bench()) {
            DeviceMemory p = bench.allocate(128, "p");
            p.close();
            DeviceException e = assertThrows(DeviceException.class,
                    () -> bench.run(kernel("st.global.u32 [%rd3], %r1;"), "k", Launch.of(1, 32), p));
            assertReport(e, 700, "freed");
        }
    }

    @Test
    void everyCallFailsAfterAFault() {
        try (Bench bench = new Bench()) {
            DeviceMemory p = bench.allocate(4, "p");
            assertThrows(DeviceException.class,
                    () -> bench.run(kernel("st.global.u32 [%rd3], %r1;"), "k", Launch.of(1, 32), p));
            assertEquals(700, assertThrows(DeviceException.class, () -> bench.device.allocate(4, "q")).code());
        }
    }

    @Test
    void launchesThatTheDriverRefuses() {
        try (Bench bench = new Bench(EmulatorOptions.defaults().registers(128))) {
            Kernel kernel = bench.device.kernel(kernel(""), "k");
            DeviceMemory p = bench.allocate(4, "p");
            assertRefused(bench, kernel, new Launch(1, 1, 1, 1025, 1, 1, 0, false), p, 1);
            assertRefused(bench, kernel, new Launch(0, 1, 1, 32, 1, 1, 0, false), p, 1);
            assertRefused(bench, kernel, Launch.of(1, 1024), p, 701);
            assertRefused(bench, kernel, Launch.of(1, 32).sharedBytes(49 << 10), p, 1);
            kernel.allowSharedBytes(49 << 10);
            bench.stream.launch(kernel, Launch.of(1, 32).sharedBytes(49 << 10), Bench.pack(p));
            int fits = kernel.occupancy(128, 0) * bench.device.properties().multiprocessors();
            bench.stream.launch(kernel, Launch.of(fits, 128).asCooperative(), Bench.pack(p));
            assertRefused(bench, kernel, Launch.of(fits + 1, 128).asCooperative(), p, 720);
            assertEquals(1, assertThrows(DeviceException.class,
                    () -> bench.stream.launch(kernel, Launch.of(1, 32), Bench.pack(p, 1))).code());
            bench.stream.synchronize();
        }
    }

    private static void assertRefused(Bench bench, Kernel kernel, Launch launch, DeviceMemory p, int code) {
        DeviceException e = assertThrows(DeviceException.class, () -> bench.stream.launch(kernel, launch, Bench.pack(p)));
        assertEquals(code, e.code(), e.getMessage());
    }

    @Test
    void unknownInstructionsAreRefusedAtLoad() {
        try (Bench bench = new Bench()) {
            DeviceException e = assertThrows(DeviceException.class,
                    () -> bench.device.kernel(kernel("wgmma.fence.sync.aligned;"), "k"));
            assertReport(e, 218, "wgmma.fence.sync.aligned", "PTX line");
            e = assertThrows(DeviceException.class, () -> bench.device.kernel(kernel("add.rn.u32 %r1, %r1, %r1;"), "k"));
            assertReport(e, 218, "modifier .rn");
            e = assertThrows(DeviceException.class,
                    () -> bench.device.kernel(kernel("mbarrier.init.shared.b64 [%r1], 1;"), "k"));
            assertReport(e, 218, "mbarrier.init.shared.b64 is not supported");
            e = assertThrows(DeviceException.class,
                    () -> bench.device.kernel(kernel("red.global.add.noftz.f16x2 [%rd1], %r1;"), "k"));
            assertReport(e, 218, "is not supported for this type");
            e = assertThrows(DeviceException.class,
                    () -> bench.device.kernel(kernel("redux.sync.min.f32 %r1, %r1, -1;"), "k"));
            assertReport(e, 218, "redux.sync.min.f32");
            assertEquals(500, assertThrows(DeviceException.class, () -> bench.device.kernel(kernel(""), "other")).code());
        }
    }

    @Test
    void closedDevice() {
        Bench bench = new Bench();
        bench.close();
        assertEquals(201, assertThrows(DeviceException.class, () -> bench.device.allocate(4, "p")).code());
    }

    @Test
    void outOfMemoryListsWhatIsAllocated() {
        try (Bench bench = new Bench(EmulatorOptions.defaults().memory(1000))) {
            DeviceMemory held = bench.allocate(900, "weights");
            DeviceException e = assertThrows(DeviceException.class, () -> bench.device.allocate(101, "more"));
            assertReport(e, 2, "900 bytes for weights");
            assertEquals(1001, e.bytesNeeded());
            held.close();
            bench.device.allocate(1000, "all").close();
        }
    }
}
