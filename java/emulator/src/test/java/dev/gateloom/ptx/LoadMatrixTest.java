package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ldmatrix}: layout typed from the PTX ISA 8.8, section 9.7.14.5.15. */
class LoadMatrixTest {

    /** Row r of the four matrices is written by thread r; element [row][column] of matrix m is 64 m + 8 row + column. */
    private static String instruction(int count, boolean transposed) {
        return "ldmatrix.sync.aligned.m8n8.x" + count + (transposed ? ".trans" : "") + ".shared.b16";
    }

    /** What {@link #layout} runs. */
    static Stream<String> covered() {
        return Stream.of(1, 2, 4).flatMap(count -> Stream.of(instruction(count, false), instruction(count, true)));
    }

    private static String kernel(int count, boolean transposed, String target, String spare) {
        String registers = String.join(", ", IntStream.range(0, count).mapToObj(i -> "%v" + i).toList());
        return Bench.HEADER.replace("sm_75", target) + """
                .visible .entry k(.param .u64 out)
                {
                    .shared .align 16 .b8 tile[512];
                    .reg .pred %p<2>;
                    .reg .b32 %r<10>, %v<4>;
                    .reg .b64 %d<4>;
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, tile;
                    shl.b32 %r3, %r1, 4;
                    add.u32 %r4, %r2, %r3;
                    mul.lo.u32 %r5, %r1, 0x00080008;
                    add.u32 %r6, %r5, 0x00010000;
                    add.u32 %r7, %r6, 0x00020002;
                    add.u32 %r8, %r7, 0x00020002;
                    add.u32 %r9, %r8, 0x00020002;
                    st.shared.v4.b32 [%r4], {%r6, %r7, %r8, %r9};
                    bar.warp.sync -1;
                    setp.ge.u32 %p1, %r1, ROWS;
                    @%p1 mov.u32 %r4, SPARE;
                    mov.u32 %v0, -1;
                    mov.u32 %v1, -1;
                    mov.u32 %v2, -1;
                    mov.u32 %v3, -1;
                    INSTRUCTION {REGISTERS}, [%r4];
                    ld.param.u64 %d1, [out];
                    mul.wide.u32 %d2, %r1, 16;
                    add.s64 %d3, %d1, %d2;
                    st.global.v4.b32 [%d3], {%v0, %v1, %v2, %v3};
                    ret;
                }
                """.replace("ROWS", String.valueOf(8 * count)).replace("SPARE", spare)
                .replace("INSTRUCTION", instruction(count, transposed))
                .replace("REGISTERS", registers);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "2, false", "2, true", "4, false", "4, true"})
    void layout(int count, boolean transposed) {
        int[] expected = new int[128];
        for (int lane = 0; lane < 32; lane++) {
            for (int m = 0; m < 4; m++) {
                int row = lane / 4;
                int column = lane % 4 * 2;
                int low = transposed ? 64 * m + 8 * column + row : 64 * m + 8 * row + column;
                int high = transposed ? low + 8 : low + 1;
                expected[lane * 4 + m] = m < count ? low | high << 16 : -1;
            }
        }
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(512, "out");
            bench.run(kernel(count, transposed, "sm_80", "0x100000"), "k", Launch.of(1, 32), out);
            assertArrayEquals(expected, bench.ints(out));
        }
    }

    /** For sm_75 also threads whose addresses are not needed must give valid ones. */
    @Test
    void validAddressesOfAll() {
        for (int count : new int[] {1, 2}) {
            assertFails(count, "0x100000", "Invalid __shared__ read of size 16 bytes");
            assertFails(count, "8", "misaligned");
            assertDoesNotThrow(() -> run(kernel(count, false, "sm_75", "tile")));
        }
        assertDoesNotThrow(() -> run(kernel(4, false, "sm_75", "0x100000")));
    }

    private static void assertFails(int count, String spare, String why) {
        DeviceException e = assertThrows(DeviceException.class, () -> run(kernel(count, false, "sm_75", spare)));
        assertTrue(e.getMessage().contains(why) && e.getMessage().contains("by thread (" + 8 * count + ",0,0)"), e.getMessage());
    }

    private static void run(String ptx) {
        try (Bench bench = new Bench()) {
            bench.run(ptx, "k", Launch.of(1, 32), bench.allocate(512, "out"));
        }
    }

    @Test
    void rowsMustBeAligned() {
        String ptx = kernel(1, false, "sm_80", "tile").replace("ldmatrix", "add.u32 %r4, %r4, 8;\nldmatrix");
        DeviceException e = assertThrows(DeviceException.class, () -> run(ptx));
        assertTrue(e.getMessage().contains("misaligned"), e.getMessage());
    }
}
