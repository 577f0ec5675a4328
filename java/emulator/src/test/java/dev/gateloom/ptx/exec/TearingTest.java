package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A vector with data and flag is no message: hardware may show the flag before the data. */
class TearingTest {

    /** Block 0 sends 7 and a flag, block 1 waits for the flag and stores what it finds. */
    private static String kernel(String send, String receive) {
        return """
                .version 7.0
                .target sm_75
                .address_size 64
                .visible .entry k(.param .u64 x)
                {
                    .reg .pred %p<4>;
                    .reg .b32 %r<10>;
                    .reg .b64 %rd<4>;
                    ld.param.u64 %rd1, [x];
                    mov.u32 %r1, %ctaid.x;
                    setp.ne.u32 %p1, %r1, 0;
                    @%p1 bra RECEIVE;
                    mov.u32 %r2, 7;
                    mov.u32 %r3, 1;
                    SEND
                    ret;
                RECEIVE:
                    GET
                    setp.eq.u32 %p2, %r5, 0;
                    @%p2 bra RECEIVE;
                    st.global.u32 [%rd1+8], %r4;
                    ret;
                }
                """.replace("SEND", send).replace("GET", receive);
    }

    private static int run(String ptx, int seed) {
        try (Device device = new EmulatorDevice(EmulatorOptions.defaults().seed(seed).quantum(2));
                Stream stream = device.stream(); DeviceMemory x = device.allocate(16, "x");
                HostMemory host = device.allocateHost(4)) {
            stream.fill(x.address(), 0, 4);
            stream.launch(((EmulatorDevice) device).kernel(ptx, "k"), Launch.of(2, 1), new Arguments().address(x.address()));
            stream.download(x.address() + 8, host, 0, 4);
            stream.synchronize();
            return host.bytes().getInt(0);
        }
    }

    private static Set<Integer> results(String ptx) {
        Set<Integer> results = new TreeSet<>();
        for (int seed = 0; seed < 60; seed++) {
            results.add(run(ptx, seed));
        }
        return results;
    }

    @Test
    void aStrongVectorMayBeTorn() {
        assertEquals(Set.of(0, 7), results(kernel("st.volatile.global.v2.u32 [%rd1], {%r2, %r3};",
                "ld.volatile.global.v2.u32 {%r4, %r5}, [%rd1];")));
    }

    @Test
    void dataAndThenAFlagIsAMessage() {
        assertEquals(Set.of(7), results(kernel("st.global.u32 [%rd1], %r2; st.release.gpu.global.u32 [%rd1+4], %r3;",
                "ld.acquire.gpu.global.u32 %r5, [%rd1+4]; ld.relaxed.gpu.global.u32 %r4, [%rd1];").replace(
                "ld.relaxed.gpu.global.u32 %r4, [%rd1];", "setp.eq.u32 %p3, %r5, 0; @!%p3 ld.global.u32 %r4, [%rd1];")));
    }

    @Test
    void theBaseIsOverwrittenLast() {
        for (int seed = 0; seed < 20; seed++) {
            // Addresses of shared memory have 32 bits: the base may be one of the registers that are loaded.
            assertEquals(3, run(kernel("bar.sync 0;", "mov.u32 %r5, 1; mov.u32 %r4, tile; st.shared.u32 [%r4], 2;"
                    + " st.shared.u32 [%r4+4], 1; ld.volatile.shared.v2.u32 {%r4, %r6}, [%r4]; add.u32 %r4, %r4, %r6;")
                    .replace(".reg .pred", ".shared .align 8 .b8 tile[8]; .reg .pred"), seed));
        }
    }

    @Test
    void theWholeVectorMustBeAligned() {
        String message = assertThrows(DeviceException.class, () -> run(kernel("st.volatile.global.v2.u32 [%rd1+4], {%r2, %r3};",
                "mov.u32 %r5, 1; mov.u32 %r4, 0;"), 1)).getMessage();
        assertTrue(message.contains("is misaligned"), message);
    }
}
