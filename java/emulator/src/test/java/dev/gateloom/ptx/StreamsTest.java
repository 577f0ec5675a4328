package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProvider;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams, events, graphs, memory: what launch code relies on, and what it must not rely on. */
class StreamsTest {
    /** x[0] = x[0] · 2 + add. */
    private static final String STEP = Bench.HEADER + """
            .visible .entry step(.param .u64 x, .param .u32 add)
            {
                .reg .b32 %r<4>;
                .reg .b64 %rd<2>;
                ld.param.u64 %rd1, [x];
                ld.param.u32 %r1, [add];
                ld.global.u32 %r2, [%rd1];
                mad.lo.u32 %r3, %r2, 2, %r1;
                st.global.u32 [%rd1], %r3;
                ret;
            }
            """;

    private static void step(Bench bench, Stream stream, DeviceMemory x, int add) {
        stream.launch(bench.device.kernel(STEP, "step"), Launch.of(1, 1), Bench.pack(x, add));
    }

    @Test
    void aStreamRunsInItsOrder() {
        for (int seed = 0; seed < 10; seed++) {
            try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed))) {
                DeviceMemory x = bench.ints(1);
                step(bench, bench.stream, x, 0);
                step(bench, bench.stream, x, 5);
                assertArrayEquals(new int[] {9}, bench.ints(x));
            }
        }
    }

    @Test
    void aMissingWaitShowsAndAnEventMendsIt() {
        Set<Integer> without = new HashSet<>();
        Set<Integer> with = new HashSet<>();
        for (int seed = 0; seed < 30; seed++) {
            without.add(twoStreams(seed, false));
            with.add(twoStreams(seed, true));
        }
        assertEquals(Set.of(9), with);
        assertEquals(Set.of(9, 14), without);
    }

    private static int twoStreams(int seed, boolean wait) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).checkRaces(wait));
                Stream other = bench.device.stream(); Event event = bench.device.event()) {
            DeviceMemory x = bench.ints(1);
            step(bench, bench.stream, x, 0);
            bench.stream.record(event);
            if (wait) {
                other.await(event);
            }
            step(bench, other, x, 5);
            other.synchronize();
            return bench.ints(x)[0];
        }
    }

    @Test
    void copiesReadHostMemoryWhenTheyRun() {
        // Code that relies on either order is wrong, and reported if races are looked for.
        try (Bench bench = new Bench(EmulatorOptions.defaults().checkRaces(false));
                HostMemory host = bench.device.allocateHost(4)) {
            DeviceMemory x = bench.allocate(4, "x");
            host.bytes().putInt(0, 1);
            bench.stream.upload(host, 0, x.address(), 4);
            host.bytes().putInt(0, 2);
            assertArrayEquals(new int[] {2}, bench.ints(x));
        }
    }

    @Test
    void fillAndCopy() {
        try (Bench bench = new Bench()) {
            DeviceMemory a = bench.allocate(16, "a");
            DeviceMemory b = bench.allocate(16, "b");
            bench.stream.fill(a.address(), 0x12345678, 4);
            bench.stream.fill(b.address(), 0, 4);
            bench.stream.copy(a.address() + 4, b.address(), 8);
            assertArrayEquals(new int[] {0x12345678, 0x12345678, 0, 0}, bench.ints(b));
            assertEquals(1, assertThrows(DeviceException.class,
                    () -> bench.stream.copy(a.address() + 4, b.address(), 16)).code());
        }
    }

    @Test
    void neverWrittenMemoryIsNoResult() {
        try (Bench bench = new Bench()) {
            DeviceMemory a = bench.allocate(16, "a");
            assertTrue(assertThrows(DeviceException.class, () -> bench.ints(a)).getMessage().contains("uninitialized"));
        }
    }

    @Test
    void aGraphRunsAgainAndAgain() {
        try (Bench bench = new Bench(); Stream other = bench.device.stream(); Event fork = bench.device.event();
                Event join = bench.device.event()) {
            DeviceMemory x = bench.ints(1);
            DeviceMemory y = bench.ints(1);
            bench.stream.beginCapture();
            step(bench, bench.stream, x, 1);
            bench.stream.record(fork);
            other.await(fork);
            step(bench, other, y, 2);
            step(bench, bench.stream, x, 3);
            other.record(join);
            bench.stream.await(join);
            bench.stream.copy(y.address(), x.address(), 0);
            try (Graph graph = bench.stream.endCapture()) {
                assertArrayEquals(new int[] {1}, bench.ints(x));
                bench.stream.launch(graph);
                assertArrayEquals(new int[] {9}, bench.ints(x));
                assertArrayEquals(new int[] {4}, bench.ints(y));
                bench.stream.launch(graph);
                bench.stream.launch(graph);
                assertArrayEquals(new int[] {((9 * 2 + 1) * 2 + 3) * 4 + 5}, bench.ints(x));
            }
        }
    }

    @Test
    void aCaptureThatIsNotJoined() {
        try (Bench bench = new Bench(); Stream other = bench.device.stream(); Event fork = bench.device.event()) {
            DeviceMemory x = bench.ints(1);
            bench.stream.beginCapture();
            bench.stream.record(fork);
            other.await(fork);
            step(bench, other, x, 2);
            assertEquals(904, assertThrows(DeviceException.class, bench.stream::endCapture).code());
        }
    }

    @Test
    void waitingWhileCapturing() {
        try (Bench bench = new Bench()) {
            bench.stream.beginCapture();
            assertEquals(900, assertThrows(DeviceException.class, bench.stream::synchronize).code());
            bench.stream.endCapture().close();
            assertEquals(903, assertThrows(DeviceException.class, bench.stream::endCapture).code());
        }
    }

    @Test
    void memoryOfAStreamIsFreedInItsOrder() {
        try (Bench bench = new Bench()) {
            DeviceMemory x = bench.stream.allocate(4, "x");
            bench.stream.fill(x.address(), 1, 1);
            step(bench, bench.stream, x, 0);
            x.close();
            bench.stream.synchronize();
            assertEquals(List.of("stream 1"), bench.device.live());
        }
    }

    /** A graph keeps using its memory: neither is a fault of the device, and what was refused can be closed later. */
    @Test
    void memoryOfAStreamWhileItIsCaptured() {
        try (Bench bench = new Bench()) {
            DeviceMemory x = bench.stream.allocate(4, "x");
            bench.stream.beginCapture();
            assertTrue(bench.stream.isCapturing());
            assertEquals("the stream is being captured; allocate 8 bytes for y before the capture: the graph keeps using it",
                    assertThrows(IllegalStateException.class, () -> bench.stream.allocate(8, "y")).getMessage());
            assertEquals("the stream is being captured; close 4 bytes for x after the capture and the graph: the graph keeps using it",
                    assertThrows(IllegalStateException.class, x::close).getMessage());
            assertTrue(bench.device.live().contains("4 bytes for x"), bench.device.live().toString());
            bench.stream.endCapture().close();
            x.close();
            x.close();
            assertEquals(List.of("stream 1"), bench.device.live());
        }
    }

    /** Another library's stream goes on after we have stopped using it. */
    @Test
    void closingAViewLeavesTheStreamAlone() {
        try (Bench bench = new Bench()) {
            DeviceMemory x = bench.ints(1);
            Stream view = bench.device.stream(bench.stream.handle());
            step(bench, view, x, 0);
            step(bench, bench.stream, x, 5);
            assertTrue(bench.device.live().contains("view of stream 1"));
            view.close();
            view.close();
            assertTrue(!bench.device.live().contains("view of stream 1") && bench.device.live().contains("stream 1"));
            step(bench, bench.stream, x, 1);
            assertArrayEquals(new int[] {19}, bench.ints(x));
            assertEquals(400, assertThrows(DeviceException.class, () -> bench.device.stream(1000)).code());
        }
    }

    @Test
    void eventsMeasureTime() {
        try (Bench bench = new Bench(); Event start = bench.device.event(); Event end = bench.device.event()) {
            DeviceMemory x = bench.ints(1);
            bench.stream.record(start);
            step(bench, bench.stream, x, 0);
            bench.stream.record(end);
            assertEquals(600, assertThrows(DeviceException.class, () -> end.millisecondsSince(start)).code());
            end.synchronize();
            assertTrue(end.millisecondsSince(start) > 0);
        }
    }

    @Test
    void theProviderIsFound() {
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("emulator")).findFirst().orElseThrow();
        assertTrue(provider.obstacle().isEmpty());
        try (Device device = provider.open()) {
            assertEquals(80, device.properties().computeCapability());
            assertEquals(List.of(), device.live());
        }
    }
}
