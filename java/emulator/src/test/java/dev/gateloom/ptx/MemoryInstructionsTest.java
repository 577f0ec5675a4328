package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads and stores of every width, one element or several, in each space, against bytes that Java puts in their places. */
class MemoryInstructionsTest {
    private static final int THREADS = 32;
    private static final int MOST_BYTES = 16;
    private static final int PARAMETER_BYTES = 8;
    private static final List<String> LOADS = List.of("ld.global", "ld.global.nc", "ld.global.cg", "ld.shared");
    private static final List<String> STORES = List.of("st.global", "st.shared", "st.shared::cluster");
    private static final List<String> STRONG = List.of("ld.acquire.gpu.global", "ld.relaxed.gpu.global", "st.release.gpu.global",
            "st.relaxed.gpu.global");

    /** An instruction that moves so many elements of so many bits. */
    private record Access(String name, int count, int bits) {

        boolean loads() {
            return name.startsWith("ld");
        }

        boolean inShared() {
            return name.contains("shared");
        }

        int bytes() {
            return count * bits / Byte.SIZE;
        }

        String register(int i) {
            return (bits == 16 ? "%h" : bits == 32 ? "%w" : "%x") + i;
        }

        String registers() {
            String all = IntStream.range(0, count).mapToObj(this::register).collect(Collectors.joining(", "));
            return count == 1 ? all : "{" + all + "}";
        }

        /** One element after the other, by an instruction without a vector. */
        String each(String instruction, String address) {
            return IntStream.range(0, count).mapToObj(i -> {
                String place = "[" + address + "+" + i * bits / Byte.SIZE + "]";
                return instruction + ".b" + bits + " " + (instruction.startsWith("ld") ? register(i) + ", " + place
                        : place + ", " + register(i)) + ";\n";
            }).collect(Collectors.joining());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Access> of(List<String> instructions, int mostBytes, int... counts) {
        List<Access> all = new ArrayList<>();
        for (String instruction : instructions) {
            for (int count : counts) {
                for (int bits : new int[] {16, 32, 64}) {
                    for (char type : bits == 32 ? "busf".toCharArray() : "bus".toCharArray()) {
                        all.add(new Access(instruction + (count == 1 ? "" : ".v" + count) + "." + type + bits, count, bits));
                    }
                }
            }
        }
        return all.stream().filter(access -> access.bytes() <= mostBytes);
    }

    static Stream<Access> accesses() {
        return Stream.of(of(LOADS, MOST_BYTES, 1, 2, 4), of(STORES, MOST_BYTES, 1, 2, 4), of(STRONG, MOST_BYTES, 1)).flatMap(some -> some);
    }

    static Stream<Access> parameters() {
        return of(List.of("ld.param"), PARAMETER_BYTES, 1, 2, 4);
    }

    static Stream<String> covered() {
        return Stream.concat(accesses(), parameters()).map(Access::name);
    }

    /** {@code %d3, %d4}: the thread's own part of what comes and goes; {@code %d5, %d6, %r4}: that of the last but so many. */
    private static String kernel(Access access, String body) {
        return Bench.HEADER.replace("sm_75", "sm_90") + """
                .visible .entry k(.param .u64 out, .param .u64 in)
                {
                    .shared .align 16 .b8 tile[512];
                    .reg .b16 %h<4>;
                    .reg .b32 %r<5>, %w<4>;
                    .reg .b64 %d<9>, %x<4>;
                    ld.param.u64 %d1, [out];
                    ld.param.u64 %d2, [in];
                    mov.u32 %r1, %tid.x;
                    sub.u32 %r2, 31, %r1;
                    mul.wide.u32 %d7, %r1, BYTES;
                    mul.wide.u32 %d8, %r2, BYTES;
                    add.s64 %d3, %d2, %d7;
                    add.s64 %d4, %d1, %d7;
                    add.s64 %d5, %d2, %d8;
                    add.s64 %d6, %d1, %d8;
                    mov.u32 %r3, tile;
                    mad.lo.u32 %r4, %r2, BYTES, %r3;
                    mad.lo.u32 %r3, %r1, BYTES, %r3;
                """.replace("BYTES", String.valueOf(access.bytes())) + body + "ret;\n}\n";
    }

    /** A thread reads, or writes, at the place of the last thread but so many; all else is in elements of its own. */
    private static String body(Access access) {
        String global = access.each("ld.global", "%d3");
        String move = access.name() + " ";
        if (access.loads()) {
            move += access.registers() + (access.inShared() ? ", [%r4];\n" : ", [%d5];\n");
            return (access.inShared() ? global + access.each("st.shared", "%r3") + "bar.sync 0;\n" : "") + move
                    + access.each("st.global", "%d4");
        }
        move += (access.inShared() ? "[%r4], " : "[%d6], ") + access.registers() + ";\n";
        return global + move + (!access.inShared() ? ""
                : "bar.sync 0;\n" + access.each("ld.shared", "%r3") + access.each("st.global", "%d4"));
    }

    @ParameterizedTest
    @MethodSource("accesses")
    void everyByteArrives(Access access) {
        int bytes = access.bytes();
        byte[] in = new byte[THREADS * bytes];
        new Random(1).nextBytes(in);
        byte[] expected = new byte[in.length];
        for (int thread = 0; thread < THREADS; thread++) {
            System.arraycopy(in, (THREADS - 1 - thread) * bytes, expected, thread * bytes, bytes);
        }
        try (Bench bench = new Bench(EmulatorOptions.defaults().architecture(90))) {
            DeviceMemory out = bench.allocate(in.length, "out");
            bench.run(kernel(access, body(access)), "k", Launch.of(1, THREADS), out, bench.bytes(in));
            assertArrayEquals(words(expected), bench.ints(out));
        }
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void parametersArrive(Access access) {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 out, .param .align 8 .b8 p[16])
                {
                    .reg .b16 %h<4>;
                    .reg .b32 %w<4>;
                    .reg .b64 %d<2>, %x<4>;
                    ld.param.u64 %d1, [out];
                """ + access.name() + " " + access.registers() + ", [p+8];\n" + access.each("st.global", "%d1") + "ret;\n}\n";
        byte[] in = new byte[PARAMETER_BYTES];
        new Random(2).nextBytes(in);
        int[] words = words(in);
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.bytes(new byte[PARAMETER_BYTES]);
            bench.run(ptx, "k", Launch.of(1, 1), out, -1, -1, words[0], words[1]);
            assertArrayEquals(words(Arrays.copyOf(Arrays.copyOf(in, access.bytes()), PARAMETER_BYTES)), bench.ints(out));
        }
    }

    /** An address of a space and the generic one are the same place. */
    @Test
    @Covers({"cvta.shared.u64", "cvta.to.shared.u64", "cvta.to.global.u64"})
    void addressesOfSpaces() {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 out)
                {
                    .shared .align 4 .b8 tile[16];
                    .reg .b32 %r<3>;
                    .reg .b64 %d<6>;
                    ld.param.u64 %d1, [out];
                    cvta.to.global.u64 %d2, %d1;
                    mov.u64 %d3, tile;
                    cvta.shared.u64 %d4, %d3;
                    st.shared.u32 [tile+4], 7;
                    ld.u32 %r1, [%d4+4];
                    st.global.u32 [%d2], %r1;
                    st.u32 [%d4+8], 9;
                    cvta.to.shared.u64 %d5, %d4;
                    ld.shared.u32 %r2, [%d5+8];
                    st.global.u32 [%d2+4], %r2;
                    ret;
                }
                """;
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(8, "out");
            bench.run(ptx, "k", Launch.of(1, 1), out);
            assertArrayEquals(new int[] {7, 9}, bench.ints(out));
        }
    }

    private static int[] words(byte[] bytes) {
        return IntStream.range(0, bytes.length / 4).map(i -> bytes[4 * i] & 255 | (bytes[4 * i + 1] & 255) << 8
                | (bytes[4 * i + 2] & 255) << 16 | bytes[4 * i + 3] << 24).toArray();
    }
}
