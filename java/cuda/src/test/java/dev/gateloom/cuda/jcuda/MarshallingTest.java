package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kernel reports the bits of its arguments, so that every offset and size on their way can be seen. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class MarshallingTest {
    private static final Program PARAMETERS = new Program("parameters", MarshallingTest.class);
    private static final int WORDS = 10;
    private static final int UNTOUCHED = 0xdeadbeef;

    private static final int A = 0x01020304;
    private static final long B = 0x1112131415161718L;
    private static final float C = Float.intBitsToFloat(0x21222324);
    private static final int D = 0x31323334;
    private static final float E = Float.intBitsToFloat(0x41424344);
    private static final long F = 0x5152535455565758L;
    private static final int[] AS_SENT = {A, UNTOUCHED, 0x15161718, 0x11121314, 0x21222324, D, 0x41424344, UNTOUCHED, 0x55565758,
            0x51525354};

    private FakeDriver driver;
    private JcudaDevice device;
    private Stream stream;
    private DeviceMemory out;

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    @BeforeEach
    void open() {
        driver = new FakeDriver(EmulatorOptions.defaults(), List.of());
        device = JcudaDevice.open(0);
        stream = device.stream();
        out = device.allocate(4 * WORDS, "out");
    }

    @AfterEach
    void close() {
        stream.synchronize();
        out.close();
        stream.close();
        device.close();
        assertEquals(List.of(), driver.takeRefusals());
        assertEquals(List.of(), driver.leftovers());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyBitArrives(boolean cooperative) {
        assertArrayEquals(AS_SENT, launched(cooperative, out().int32(A).int64(B).float32(C).int32(D).float32(E).int64(F)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherOrderShows(boolean cooperative) {
        int[] words = AS_SENT.clone();
        words[5] = AS_SENT[6];
        words[6] = AS_SENT[5];
        assertArrayEquals(words, launched(cooperative, out().int32(A).int64(B).float32(C).float32(E).int32(D).int64(F)));
    }

    /** The same number of bytes, but b in two halves, which leaves no gap before it. */
    @Test
    void otherOffsetsShow() {
        int[] words = {A, UNTOUCHED, 0x11121314, 0x21222324, D, 0x41424344, 0, UNTOUCHED, 0x55565758, 0x51525354};
        assertArrayEquals(words, launched(false,
                out().int32(A).int32((int) B).int32((int) (B >>> 32)).float32(C).int32(D).float32(E).int32(0).int64(F)));
    }

    @Test
    void anotherSizeIsRefused() {
        Arguments shorter = out().int32(A).int64(B).float32(C).int32(D).float32(E);
        assertThrows(DeviceException.class, () -> launched(false, shorter));
        assertEquals(List.of("cuLaunchKernel: arguments of 36 bytes; the kernel has 48"), driver.takeRefusals());
    }

    /** A cooperative launch tells the driver no size: what is missing is zero, and nothing of the launch before. */
    @Test
    void whatIsMissingIsZero() {
        launched(true, out().int32(A).int64(B).float32(C).int32(D).float32(E).int64(F));
        int[] words = AS_SENT.clone();
        words[6] = 0;
        words[8] = 0;
        words[9] = 0;
        assertArrayEquals(words, launched(true, out().int32(A).int64(B).float32(C).int32(D)));
    }

    /** The arguments may be used again at once, though the launch has not run. */
    @Test
    void argumentsAreCopied() {
        try (DeviceMemory second = device.allocate(4 * WORDS, "second")) {
            Arguments arguments = out();
            arguments.int32(A).int64(B).float32(C).int32(D).float32(E).int64(F);
            fill();
            stream.launch(device.kernel(PARAMETERS, "parameters"), Launch.of(1, 1), arguments);
            arguments.clear().address(second.address()).int32(0).int64(0).float32(0).int32(0).float32(0).int64(0);
            stream.launch(device.kernel(PARAMETERS, "parameters"), Launch.of(1, 1), arguments);
            assertArrayEquals(AS_SENT, read());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGeometryArrives(boolean cooperative) {
        fill();
        stream.launch(device.kernel(PARAMETERS, "geometry"), new Launch(2, 3, 4, 5, 6, 7, 0, cooperative), out());
        assertArrayEquals(new int[] {2, 3, 4, 5, 6, 7, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED}, read());
    }

    private Arguments out() {
        return new Arguments().address(out.address());
    }

    private int[] launched(boolean cooperative, Arguments arguments) {
        fill();
        Launch launch = cooperative ? Launch.of(1, 1).asCooperative() : Launch.of(1, 1);
        stream.launch(device.kernel(PARAMETERS, "parameters"), launch, arguments);
        return read();
    }

    private void fill() {
        stream.fill(out.address(), UNTOUCHED, WORDS);
    }

    private int[] read() {
        try (HostMemory host = device.allocateHost(4 * WORDS)) {
            stream.download(out.address(), host, 0, 4 * WORDS);
            stream.synchronize();
            int[] words = new int[WORDS];
            host.bytes().asIntBuffer().get(words);
            return words;
        }
    }
}
