package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Mistakes of launch code, each reported whatever the order in which streams happen to run, and what is right. */
class BrokenHostCodeTest {
    private static final int SEEDS = 10;

    /** y[i] = x[i] + 1. */
    private static final String NEXT = BrokenKernels.kernel("""
            ld.global.u32 %r10, [%rd3];
            add.u32 %r10, %r10, 1;
            st.global.u32 [%rd4], %r10;
            """);

    /** Block 0 writes x[0] and raises the flag y[0] to x[1] of the host, block 1 waits for that and copies x[0] to y[1]. */
    private static final String MESSAGE = BrokenKernels.kernel("""
            ld.global.u32 %r12, [%rd1+4];
            setp.ne.u32 %p3, %r2, 0;
            @%p3 bra RECEIVE;
            st.global.u32 [%rd1], %r12;
            st.release.gpu.global.u32 [%rd2], %r12;
            bra END;
            RECEIVE: ld.acquire.gpu.global.u32 %r10, [%rd2];
            setp.lt.u32 %p4, %r10, %r12;
            @%p4 bra RECEIVE;
            ld.global.u32 %r11, [%rd1];
            st.global.u32 [%rd2+4], %r11;
            END:
            """);

    static void next(Bench bench, Stream stream, DeviceMemory x, DeviceMemory y) {
        stream.launch(bench.device.kernel(NEXT, "k"), Launch.of(1, 4), Bench.pack(x, y, y));
    }

    static void everySeed(Consumer<Bench> test) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).patience(100_000))) {
                test.accept(bench);
            }
        }
    }

    static void assertReport(DeviceException e, String... parts) {
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), () -> "expected '" + part + "' in: " + e.getMessage());
        }
    }

    @Test
    void missingEventWait() {
        everySeed(bench -> {
            Stream other = bench.device.stream();
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            DeviceMemory z = bench.ints(0, 0, 0, 0);
            next(bench, bench.stream, x, y);
            next(bench, other, y, z);
            assertReport(assertThrows(DeviceException.class, () -> {
                other.synchronize();
                bench.stream.synchronize();
            }), "Error: Race reported between", "no event orders the streams", "kernel k of stream", "k()+0x", "broken.cu:");
        });
    }

    @Test
    void eventWait() {
        everySeed(bench -> {
            try (Stream other = bench.device.stream(); Event event = bench.device.event()) {
                DeviceMemory x = bench.ints(1, 2, 3, 4);
                DeviceMemory y = bench.ints(0, 0, 0, 0);
                DeviceMemory z = bench.ints(0, 0, 0, 0);
                next(bench, bench.stream, x, y);
                bench.stream.record(event);
                other.await(event);
                next(bench, other, y, z);
                other.synchronize();
                assertArrayEquals(new int[] {3, 4, 5, 6}, bench.ints(z));
            }
        });
    }

    @Test
    void aCopyThatDoesNotWaitForTheKernel() {
        everySeed(bench -> {
            Stream other = bench.device.stream();
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            HostMemory host = bench.device.allocateHost(16);
            next(bench, bench.stream, x, y);
            other.download(y.address(), host, 0, 16);
            assertReport(assertThrows(DeviceException.class, () -> {
                other.synchronize();
                bench.stream.synchronize();
            }), "Error: Race reported between", "cuMemcpyDtoHAsync of stream", "no event orders the streams");
        });
    }

    @Test
    void theHostThatWaitsOrdersStreamsToo() {
        everySeed(bench -> {
            try (Stream other = bench.device.stream(); Stream third = bench.device.stream();
                    Event event = bench.device.event()) {
                DeviceMemory x = bench.ints(1, 2, 3, 4);
                DeviceMemory y = bench.ints(0, 0, 0, 0);
                DeviceMemory z = bench.ints(0, 0, 0, 0);
                next(bench, other, x, y);
                other.synchronize();
                next(bench, third, y, z);
                third.record(event);
                event.synchronize();
                next(bench, other, z, y);
                other.synchronize();
                assertArrayEquals(new int[] {4, 5, 6, 7}, bench.ints(y));
            }
        });
    }

    @Test
    void readingHostMemoryBeforeTheCopyHasRun() {
        everySeed(bench -> {
            try (HostMemory host = bench.device.allocateHost(16)) {
                DeviceMemory x = bench.ints(1, 2, 3, 4);
                host.bytes().putInt(0, 1);
                bench.stream.download(x.address(), host, 0, 16);
                assertTrue(Float.isNaN(host.bytes().getFloat(0)), "neither what was there nor what comes");
                bench.stream.synchronize();
                assertEquals(1, host.bytes().getInt(0));
            }
        });
    }

    @Test
    void writingHostMemoryBeforeTheCopyHasRun() {
        everySeed(bench -> {
            HostMemory host = bench.device.allocateHost(16);
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            bench.stream.upload(host, 0, x.address(), 16);
            host.bytes().putInt(4, 9);
            assertReport(assertThrows(DeviceException.class, bench.stream::synchronize),
                    "Error: Race reported between Read access by cuMemcpyHtoDAsync", "Write access by the host");
        });
    }

    @Test
    void hostMemoryUsedInTheOrderOfTheStream() {
        everySeed(bench -> {
            try (HostMemory host = bench.device.allocateHost(16)) {
                DeviceMemory x = bench.ints(1, 2, 3, 4);
                DeviceMemory y = bench.ints(0, 0, 0, 0);
                host.bytes().putInt(0, 8);
                bench.stream.upload(host, 0, y.address(), 4);
                bench.stream.download(x.address(), host, 0, 16);
                bench.stream.upload(host, 4, y.address() + 4, 12);
                bench.stream.synchronize();
                assertArrayEquals(new int[] {8, 2, 3, 4}, bench.ints(y));
            }
        });
    }

    @Test
    void memoryFreedBeforeTheKernelRuns() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            next(bench, bench.stream, x, y);
            x.close();
            assertReport(assertThrows(DeviceException.class, bench.stream::synchronize),
                    "Invalid __global__ read of size 4 bytes", "freed", "broken.cu:1");
        });
    }

    @Test
    void memoryFreedInTheOrderOfItsStream() {
        everySeed(bench -> {
            DeviceMemory x = bench.stream.allocate(16, "x");
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            bench.stream.fill(x.address(), 4, 4);
            next(bench, bench.stream, x, y);
            x.close();
            assertArrayEquals(new int[] {5, 5, 5, 5}, bench.ints(y));
        });
    }

    /** The flag that the first run has raised lets the second run's reader pass too early. */
    @Test
    void aGraphThatRunsAgainWithAStaleFlag() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(0, 7);
            DeviceMemory y = bench.ints(0, 0);
            Graph graph = graph(bench, x, y, false);
            bench.stream.launch(graph);
            assertArrayEquals(new int[] {7, 7}, bench.ints(y));
            assertReport(assertThrows(DeviceException.class, () -> {
                for (int run = 0; run < 50; run++) {
                    bench.stream.launch(graph);                     // now and then the writer is first, and all is well
                    bench.stream.synchronize();
                }
            }), "Error: Race reported between", "broken.cu:4", "broken.cu:10");
        });
    }

    @Test
    void aGraphThatClearsItsFlag() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(0, 7);
            DeviceMemory y = bench.ints(0, 0);
            try (Graph graph = graph(bench, x, y, true)) {
                for (int run = 0; run < 3; run++) {
                    bench.stream.launch(graph);
                    assertArrayEquals(new int[] {7, 7}, bench.ints(y));
                }
            }
        });
    }

    private static Graph graph(Bench bench, DeviceMemory x, DeviceMemory y, boolean clear) {
        bench.stream.beginCapture();
        if (clear) {
            bench.stream.fill(y.address(), 0, 1);
        }
        bench.stream.launch(bench.device.kernel(MESSAGE, "k"), Launch.of(2, 1).asCooperative(), Bench.pack(x, y, y));
        return bench.stream.endCapture();
    }

    @Test
    void branchesOfAGraphThatShareMemory() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            DeviceMemory z = bench.ints(0, 0, 0, 0);
            Graph graph = branches(bench, x, y, y, z);
            bench.stream.launch(graph);
            assertReport(assertThrows(DeviceException.class, bench.stream::synchronize), "Error: Race reported between",
                    "no event orders the streams", "a graph's branch");
        });
    }

    @Test
    void branchesOfAGraphThatShareWhatTheyRead() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(0, 0, 0, 0);
            DeviceMemory z = bench.ints(0, 0, 0, 0);
            try (Graph graph = branches(bench, x, y, x, z)) {
                bench.stream.launch(graph);
                next(bench, bench.stream, z, x);
                bench.stream.launch(graph);
                assertArrayEquals(new int[] {4, 5, 6, 7}, bench.ints(y));
            }
        });
    }

    /** a → b on one branch, c → d on the other one. */
    private static Graph branches(Bench bench, DeviceMemory a, DeviceMemory b, DeviceMemory c, DeviceMemory d) {
        try (Stream other = bench.device.stream(); Event fork = bench.device.event(); Event join = bench.device.event()) {
            bench.stream.beginCapture();
            bench.stream.record(fork);
            other.await(fork);
            next(bench, bench.stream, a, b);
            next(bench, other, c, d);
            other.record(join);
            bench.stream.await(join);
            return bench.stream.endCapture();
        }
    }

    @Test
    void aGraphThatWasClosed() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(0, 7);
            DeviceMemory y = bench.ints(0, 0);
            Graph graph = graph(bench, x, y, false);
            graph.close();
            assertInvalid("a graph of 1 nodes was closed", () -> bench.stream.launch(graph));
        });
    }

    @Test
    void anEventThatWasClosed() {
        everySeed(bench -> {
            Event event = bench.device.event();
            Event other = bench.device.event();
            bench.stream.record(event);
            bench.stream.record(other);
            event.close();
            assertInvalid("an event was closed", () -> bench.stream.record(event));
            assertInvalid("an event was closed", () -> bench.stream.await(event));
            assertInvalid("an event was closed", event::synchronize);
            bench.stream.synchronize();
            assertInvalid("an event was closed", () -> event.millisecondsSince(other));
            assertInvalid("an event was closed", () -> other.millisecondsSince(event));
            other.close();
        });
    }

    @Test
    void anEventOfAnotherDevice() {
        everySeed(bench -> {
            try (Bench elsewhere = new Bench(); Event event = elsewhere.device.event(); Event own = bench.device.event()) {
                elsewhere.stream.record(event);
                elsewhere.stream.synchronize();
                bench.stream.record(own);
                bench.stream.synchronize();
                assertInvalid("belongs to another device", () -> bench.stream.record(event));
                assertInvalid("belongs to another device", () -> bench.stream.await(event));
                assertInvalid("belongs to another device", () -> own.millisecondsSince(event));
            }
        });
    }

    private static void assertInvalid(String report, Executable call) {
        DeviceException e = assertThrows(DeviceException.class, call);
        assertEquals(400, e.code());
        assertReport(e, report);
    }

    @Test
    void hostMemoryFreedBeforeTheCopyHasRun() {
        everySeed(bench -> {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            HostMemory host = bench.device.allocateHost(16);
            bench.stream.upload(host, 0, x.address(), 16);
            host.close();
            assertReport(assertThrows(DeviceException.class, bench.stream::synchronize), "cuMemcpyHtoDAsync",
                    "16 bytes of host memory was freed");
        });
        everySeed(bench -> {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            HostMemory host = bench.device.allocateHost(16);
            bench.stream.download(x.address(), host, 0, 16);
            host.close();
            assertReport(assertThrows(DeviceException.class, () -> bench.stream.download(x.address(), host, 0, 16)), "was freed");
            assertReport(assertThrows(DeviceException.class, () -> bench.stream.upload(host, 0, x.address(), 16)), "was freed");
            assertReport(assertThrows(DeviceException.class, bench.stream::synchronize), "cuMemcpyDtoHAsync",
                    "16 bytes of host memory was freed");
        });
    }

    @Test
    void aCooperativeGridThatDoesNotFit() {
        try (Bench bench = new Bench()) {
            DeviceMemory x = bench.ints(0, 7);
            DeviceMemory y = bench.ints(0, 0);
            Kernel kernel = bench.device.kernel(MESSAGE, "k");
            int fits = kernel.occupancy(1, 0) * bench.device.properties().multiprocessors();
            assertEquals(720, assertThrows(DeviceException.class, () -> bench.stream.launch(kernel,
                    Launch.of(fits + 1, 1).asCooperative(), Bench.pack(x, y, y))).code());
            bench.stream.launch(kernel, Launch.of(2, 1).asCooperative(), Bench.pack(x, y, y));
            assertArrayEquals(new int[] {7, 7}, bench.ints(y));
        }
    }

    @Test
    void nothingIsLookedForUnlessAsked() {
        try (Bench bench = new Bench(EmulatorOptions.defaults().checkRaces(false));
                HostMemory host = bench.device.allocateHost(4)) {
            DeviceMemory x = bench.ints(1, 2, 3, 4);
            DeviceMemory y = bench.ints(new int[256]);
            bench.stream.upload(host, 0, x.address(), 4);
            host.bytes().putInt(0, 2);
            bench.stream.download(x.address(), host, 0, 4);
            assertFalse(Float.isNaN(host.bytes().getFloat(0)));
            for (BrokenKernels.Case broken : BrokenKernels.all()) {
                if (broken.name().equals("blocks that write one word")) {
                    bench.run(BrokenKernels.kernel(broken.broken()), "k", Launch.of(2, 1), x, y, y);
                }
            }
            assertEquals(2, host.bytes().getInt(0));
        }
    }
}
