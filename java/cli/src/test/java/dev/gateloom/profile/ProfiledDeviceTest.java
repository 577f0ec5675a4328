package dev.gateloom.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs through it computes the same, and every launch is found again in the log. */
class ProfiledDeviceTest {
    private static final String ADD = """
            .version 7.0
            .target sm_75
            .address_size 64
            .visible .entry add(.param .u64 at, .param .u32 by)
            {
                .reg .b32 %r<4>;
                .reg .b64 %rd<2>;
                ld.param.u64 %rd1, [at];
                ld.param.u32 %r1, [by];
                ld.global.u32 %r2, [%rd1];
                add.s32 %r3, %r2, %r1;
                st.global.u32 [%rd1], %r3;
                ret;
            }
            """;
    private static final Launch ONE = Launch.of(1, 1);

    private final EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults());
    private final Counter progress = new Counter();
    private final ProfiledDevice device = new ProfiledDevice(emulator, progress);
    private final Arguments arguments = new Arguments();
    private Kernel add;
    private DeviceMemory word;
    private Stream stream;

    private static final class Counter implements Progress {
        int expected;
        int ended;

        @Override
        public void expect(int launches) {
            expected += launches;
        }

        @Override
        public void ended() {
            ended++;
        }
    }

    @BeforeEach
    void prepare() {
        add = emulator.kernel(ADD, "add");
        word = device.allocate(4, "a word");
        stream = device.stream();
        stream.fill(word.address(), 0, 1);
    }

    @AfterEach
    void nothingIsLeft() {
        stream.close();
        word.close();
        device.close();
        assertEquals(List.of(), emulator.live());
        emulator.close();
    }

    @Test
    void launchesAreAddedUpByKernelAndGeometry() {
        for (int n = 1; n <= 3; n++) {
            launch(n);
        }
        assertEquals(6, read());
        assertEquals(3, progress.expected);
        assertEquals(3, progress.ended);
        LaunchLog log = device.takeLog();
        assertEquals(List.of(new LaunchLog.Key("add", ONE)), List.copyOf(log.sums().keySet()));
        LaunchLog.Sum sum = log.sums().get(new LaunchLog.Key("add", ONE));
        assertEquals(3, sum.launches);
        assertTrue(sum.milliseconds > 0, "the emulator took " + sum.milliseconds);
        assertTrue(device.takeLog().sums().isEmpty(), "a log is taken once");
    }

    /** Arguments are those of the capture, streams that wait for an event take part, and each replay is logged. */
    @Test
    void graphsAreTakenApart() {
        try (Stream other = device.stream(); Event forked = device.event(); Event joined = device.event()) {
            stream.beginCapture();
            launch(1);
            stream.record(forked);
            other.await(forked);
            other.launch(add, ONE, arguments.clear().address(word.address()).int32(10));
            other.record(joined);
            stream.await(joined);
            launch(100);
            assertThrows(IllegalStateException.class, () -> stream.allocate(4, "something"));
            Graph graph = stream.endCapture();
            arguments.clear().address(0).int32(0);
            assertEquals(0, read(), "captured, not run");
            for (int n = 0; n < 3; n++) {
                stream.launch(graph);
            }
            assertEquals(333, read(), "behind what the stream has queued, without a look at the other one");
            graph.close();
        }
        assertEquals(9, device.takeLog().sums().get(new LaunchLog.Key("add", ONE)).launches);
    }

    /** Its events are used again, so none is left open. */
    @Test
    void aRefusedLaunchIsNotLogged() {
        Launch tooLarge = ONE.sharedBytes(1 << 20);
        assertThrows(DeviceException.class, () -> stream.launch(add, tooLarge, arguments.clear().address(word.address()).int32(1)));
        launch(2);
        assertEquals(2, read());
        assertEquals(List.of(new LaunchLog.Key("add", ONE)), List.copyOf(device.takeLog().sums().keySet()));
    }

    private void launch(int by) {
        stream.launch(add, ONE, arguments.clear().address(word.address()).int32(by));
    }

    private int read() {
        try (HostMemory host = device.allocateHost(4)) {
            stream.download(word.address(), host, 0, 4);
            stream.synchronize();
            return host.bytes().getInt(0);
        }
    }
}
