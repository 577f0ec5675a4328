package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cp.async}: when bytes arrive, which ones are read and which become zeros. */
class AsyncCopyTest {
    private static final String HEADER = Bench.HEADER.replace("sm_75", "sm_80");

    @Test
    @Covers({"cp.async.ca.shared.global", "cp.async.commit_group", "cp.async.wait_group", "cp.async.wait_all"})
    void copiesArriveWhenSomebodyWaits() {
        String ptx = HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 in)
                {
                    .shared .align 16 .b8 tile[1024];
                    .reg .b32 %r<16>;
                    .reg .b64 %rd<8>;
                    ld.param.u64 %rd1, [out];
                    ld.param.u64 %rd2, [in];
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, tile;
                    shl.b32 %r3, %r1, 2;
                    add.u32 %r4, %r2, %r3;
                    mul.wide.u32 %rd3, %r1, 4;
                    add.s64 %rd4, %rd2, %rd3;
                    mul.wide.u32 %rd5, %r1, 8;
                    add.s64 %rd6, %rd1, %rd5;
                    st.shared.u32 [%r4], 7;
                    st.shared.u32 [%r4+128], 7;
                    cp.async.ca.shared.global [%r4], [%rd4], 4;
                    cp.async.commit_group;
                    and.b32 %r5, %r1, 1;
                    shl.b32 %r5, %r5, 2;
                    cp.async.ca.shared.global [%r4+128], [%rd4], 4, %r5;
                    cp.async.commit_group;
                    cp.async.wait_group 1;
                    ld.shared.u32 %r6, [%r4];
                    ld.shared.u32 %r7, [%r4+128];
                    mad.lo.u32 %r8, %r7, 1000, %r6;
                    st.global.u32 [%rd6], %r8;
                    cp.async.wait_all;
                    ld.shared.u32 %r9, [%r4+128];
                    st.global.u32 [%rd6+4], %r9;
                    ret;
                }
                """;
        int[] in = new int[32];
        int[] expected = new int[64];
        for (int i = 0; i < 32; i++) {
            in[i] = 100 + i;
            expected[2 * i] = 7000 + in[i];
            expected[2 * i + 1] = i % 2 == 0 ? 0 : in[i];
        }
        // It looks at a copy that is on its way, which is a race.
        try (Bench bench = new Bench(EmulatorOptions.defaults().checkRaces(false))) {
            DeviceMemory out = bench.allocate(256, "out");
            bench.run(ptx, "k", Launch.of(1, 32), out, bench.ints(in));
            assertArrayEquals(expected, bench.ints(out));
        }
    }

    /** Groups are complete in their order: the newest N may be pending, an empty group counts, copies of no group do not. */
    @ParameterizedTest
    @CsvSource({"wait_group 3, 0", "wait_group 2, 1", "wait_group 1, 2", "wait_group 0, 2", "wait_all, 3"})
    void groups(String wait, int arrived) {
        String ptx = HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 in)
                {
                    .shared .align 16 .b8 tile[16];
                    .reg .b32 %r<5>;
                    .reg .b64 %d<3>;
                    ld.param.u64 %d1, [out];
                    ld.param.u64 %d2, [in];
                    st.shared.v4.u32 [tile], {-1, -1, -1, -1};
                    cp.async.ca.shared.global [tile], [%d2], 4;
                    cp.async.commit_group;
                    cp.async.ca.shared.global [tile+4], [%d2+4], 4;
                    cp.async.commit_group;
                    cp.async.commit_group;
                    cp.async.ca.shared.global [tile+8], [%d2+8], 4;
                    cp.async.WAIT;
                    ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [tile];
                    st.global.v4.u32 [%d1], {%r1, %r2, %r3, %r4};
                    ret;
                }
                """.replace("WAIT", wait);
        try (Bench bench = new Bench(EmulatorOptions.defaults().checkRaces(false))) {
            DeviceMemory out = bench.allocate(16, "out");
            bench.run(ptx, "k", Launch.of(1, 1), out, bench.ints(10, 11, 12, 13));
            assertArrayEquals(IntStream.range(0, 4).map(i -> i < arrived ? 10 + i : -1).toArray(), bench.ints(out));
        }
    }

    /** Thread i copies from byte SIZE · i of {@code in}, so many bytes as {@code sizes} has for it. */
    private static String partial(String copy, int bytes) {
        return HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 in, .param .u64 sizes)
                {
                    .shared .align 16 .b8 tile[512];
                    .reg .b32 %r<16>;
                    .reg .b64 %d<12>;
                    ld.param.u64 %d1, [out];
                    ld.param.u64 %d2, [in];
                    ld.param.u64 %d3, [sizes];
                    mov.u32 %r1, %tid.x;
                    mul.wide.u32 %d4, %r1, 4;
                    add.s64 %d5, %d3, %d4;
                    ld.global.u32 %r2, [%d5];
                    mul.wide.u32 %d6, %r1, SIZE;
                    add.s64 %d7, %d2, %d6;
                    mov.u32 %r3, tile;
                    shl.b32 %r4, %r1, 4;
                    add.u32 %r5, %r3, %r4;
                    st.shared.v4.u32 [%r5], {-1, -1, -1, -1};
                    COPY [%r5], [%d7], SIZE, %r2;
                    cp.async.wait_all;
                    ld.shared.v4.u32 {%r6, %r7, %r8, %r9}, [%r5];
                    mul.wide.u32 %d8, %r1, 16;
                    add.s64 %d9, %d1, %d8;
                    st.global.v4.u32 [%d9], {%r6, %r7, %r8, %r9};
                    ret;
                }
                """.replace("COPY", copy).replace("SIZE", String.valueOf(bytes));
    }

    /** Bytes past the source size become zeros and are not read: the last thread's would lie after the end of memory. */
    @ParameterizedTest
    @CsvSource({"cp.async.ca.shared.global, 4", "cp.async.ca.shared.global, 8", "cp.async.ca.shared.global, 16",
        "cp.async.cg.shared.global, 16"})
    @Covers("cp.async.cg.shared.global")
    void whatIsNotReadBecomesZero(String copy, int bytes) {
        int[] sizes = IntStream.range(0, 32).map(i -> i * 7 % (bytes + 1)).toArray();
        sizes[31] = bytes / 2 + 1;
        int last = sizes[31];
        byte[] in = new byte[31 * bytes + last];
        new Random(1).nextBytes(in);
        ByteBuffer expected = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 32; i++) {
            for (int n = 0; n < 16; n++) {
                expected.put(16 * i + n, n < sizes[i] ? in[i * bytes + n] : n < bytes ? 0 : (byte) -1);
            }
        }
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(512, "out");
            DeviceMemory source = bench.bytes(in);
            bench.run(partial(copy, bytes), "k", Launch.of(1, 32), out, source, bench.ints(sizes));
            assertArrayEquals(ints(expected), bench.ints(out));
            long asked = IntStream.of(sizes).sum() + 32 * 4 + 32 * 16;
            assertEquals(asked, bench.device.counters().get(0).globalBytes());

            sizes[31] = last + 1;
            DeviceException e = assertThrows(DeviceException.class, () -> bench.run(partial(copy, bytes), "k", Launch.of(1, 32),
                    out, source, bench.ints(sizes)));
            assertTrue(e.getMessage().contains("Invalid __global__ read of size " + (last + 1) + " bytes"), e.getMessage());
        }
    }

    private static int[] ints(ByteBuffer bytes) {
        int[] values = new int[bytes.capacity() / 4];
        bytes.asIntBuffer().get(values);
        return values;
    }

    /** Both addresses are multiples of the copy's size, however little is read. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 12, 15, 16})
    void theSourceIsAlignedToTheWholeCopy(int size) {
        assertFails(partial("cp.async.cg.shared.global", 16).replace("add.s64 %d7, %d2, %d6;",
                "add.s64 %d7, %d2, %d6;\nadd.s64 %d7, %d7, 8;"), size,
                "is misaligned");
    }

    @Test
    void theDestinationIsAlignedToTheWholeCopy() {
        assertFails(partial("cp.async.cg.shared.global", 16).replace("[%r5], [%d7]", "[%r5+8], [%d7]"), 4, "is misaligned");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, -1})
    void moreThanTheCopyIsRefused(int size) {
        assertFails(partial("cp.async.cg.shared.global", 16), size, "source size " + size + " of thread (0,0,0)");
    }

    private static void assertFails(String ptx, int size, String why) {
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(512, "out");
            DeviceException e = assertThrows(DeviceException.class, () -> bench.run(ptx, "k", Launch.of(1, 32), out,
                    bench.ints(new int[256]), bench.ints(IntStream.generate(() -> size).limit(32).toArray())));
            assertTrue(e.getMessage().contains(why), e.getMessage());
        }
    }
}
