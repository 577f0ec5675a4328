package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registers that share a place keep their values: random programs against an interpreter. And how many a kernel is said to need. */
class RegistersTest {
    private static final int REGISTERS = 40;
    private static final int PREDICATES = 8;
    private static final int STORED = 3;

    /** A statement, as PTX and as what it does to a thread. */
    private interface Node {
        void write(StringBuilder ptx);

        void run(int[] r, boolean[] p);
    }

    private record Assign(int guard, boolean unless, String op, int d, int a, int b) implements Node {

        @Override
        public void write(StringBuilder ptx) {
            if (guard >= 0) {
                ptx.append(unless ? "@!%p" : "@%p").append(guard).append(' ');
            }
            ptx.append(op).append(" %r").append(d).append(", %r").append(a).append(", %r").append(b).append(";\n");
        }

        @Override
        public void run(int[] r, boolean[] p) {
            if (guard < 0 || p[guard] != unless) {
                r[d] = switch (op) {
                    case "add.s32" -> r[a] + r[b];
                    case "sub.s32" -> r[a] - r[b];
                    case "mul.lo.s32" -> r[a] * r[b];
                    default -> r[a] ^ r[b];
                };
            }
        }
    }

    private record Compare(int d, int a, int b) implements Node {

        @Override
        public void write(StringBuilder ptx) {
            ptx.append("setp.lt.s32 %p").append(d).append(", %r").append(a).append(", %r").append(b).append(";\n");
        }

        @Override
        public void run(int[] r, boolean[] p) {
            p[d] = r[a] < r[b];
        }
    }

    /** Two registers through one of 64 bits, and back in the other order. */
    private record Exchange(int d, int e, int a, int b) implements Node {

        @Override
        public void write(StringBuilder ptx) {
            ptx.append("mov.b64 %rd9, {%r").append(a).append(", %r").append(b).append("};\nmov.b64 {%r").append(d)
                    .append(", %r").append(e).append("}, %rd9;\n");
        }

        @Override
        public void run(int[] r, boolean[] p) {
            int low = r[a];
            int high = r[b];
            r[d] = low;
            r[e] = high;
        }
    }

    private record If(int label, int guard, List<Node> body) implements Node {

        @Override
        public void write(StringBuilder ptx) {
            ptx.append("@!%p").append(guard).append(" bra L").append(label).append(";\n");
            body.forEach(node -> node.write(ptx));
            ptx.append("L").append(label).append(":\n");
        }

        @Override
        public void run(int[] r, boolean[] p) {
            if (p[guard]) {
                body.forEach(node -> node.run(r, p));
            }
        }
    }

    /** Threads differ in how often they run it: one to four times. */
    private record Loop(int label, int from, List<Node> body) implements Node {

        @Override
        public void write(StringBuilder ptx) {
            ptx.append("and.b32 %n").append(label).append(", %r").append(from).append(", 3;\nL").append(label).append(":\n");
            body.forEach(node -> node.write(ptx));
            ptx.append("sub.s32 %n").append(label).append(", %n").append(label).append(", 1;\nsetp.ge.s32 %q, %n")
                    .append(label).append(", 0;\n@%q bra L").append(label).append(";\n");
        }

        @Override
        public void run(int[] r, boolean[] p) {
            for (int left = r[from] & 3; left >= 0; left--) {
                body.forEach(node -> node.run(r, p));
            }
        }
    }

    private int labels;

    private List<Node> body(Random random, int depth) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int a = random.nextInt(REGISTERS);
            int b = random.nextInt(REGISTERS);
            int d = random.nextInt(REGISTERS);
            int p = random.nextInt(PREDICATES);
            switch (random.nextInt(10)) {
                case 0, 1 -> nodes.add(new Compare(p, a, b));
                case 2 -> nodes.add(new Exchange(d, (d + 1) % REGISTERS, a, b));
                case 3 -> {
                    if (depth > 0) {
                        nodes.add(new If(labels++, p, body(random, depth - 1)));
                    }
                }
                case 4 -> {
                    if (depth > 0) {
                        nodes.add(new Loop(labels++, a, body(random, depth - 1)));
                    }
                }
                default -> nodes.add(new Assign(random.nextInt(3) == 0 ? p : -1, random.nextBoolean(),
                        List.of("add.s32", "sub.s32", "mul.lo.s32", "xor.b32").get(random.nextInt(4)), d, a, b));
            }
        }
        return nodes;
    }

    private String kernel(List<Node> program, int[] stored) {
        StringBuilder ptx = new StringBuilder(Bench.HEADER).append("""
                .visible .entry k(.param .u64 out)
                {
                    .reg .pred %p<8>, %q;
                    .reg .b32 %r<40>, %n<LABELS>, %t;
                    .reg .b64 %rd<10>;
                    mov.u32 %r0, %tid.x;
                """.replace("LABELS", String.valueOf(labels + 1)));
        program.forEach(node -> node.write(ptx));
        ptx.append("ld.param.u64 %rd1, [out];\nmov.u32 %t, %tid.x;\nmul.wide.u32 %rd2, %t, ").append(4 * STORED)
                .append(";\nadd.s64 %rd3, %rd1, %rd2;\n");
        for (int i = 0; i < STORED; i++) {
            ptx.append("st.global.u32 [%rd3+").append(4 * i).append("], %r").append(stored[i]).append(";\n");
        }
        return ptx.append("ret;\n}\n").toString();
    }

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomProgram(long seed) {
        Random random = new Random(seed);
        List<Node> program = body(random, 3);
        int[] stored = random.ints(STORED, 0, REGISTERS).toArray();
        int threads = 64;
        int[] expected = new int[threads * STORED];
        for (int thread = 0; thread < threads; thread++) {
            int[] r = new int[REGISTERS];
            boolean[] p = new boolean[PREDICATES];
            r[0] = thread;
            program.forEach(node -> node.run(r, p));
            for (int i = 0; i < STORED; i++) {
                expected[thread * STORED + i] = r[stored[i]];
            }
        }
        String ptx = kernel(program, stored);
        try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).quantum(5))) {
            DeviceMemory out = bench.allocate(4L * expected.length, "out");
            bench.run(ptx, "k", Launch.of(1, threads), out);
            assertArrayEquals(expected, bench.ints(out), ptx);
        }
    }

    /** The report in the test resources says 200 registers for this kernel on sm_80. */
    @Test
    void theCompilersReportDecidesWhatFits() {
        try (Bench bench = new Bench(EmulatorOptions.defaults().multiprocessors(2))) {
            Kernel heavy = bench.device.kernel(new Program("heavy", RegistersTest.class), "heavy");
            assertEquals(200, heavy.registers());
            assertEquals(256, heavy.maxThreads());
            assertEquals(2, heavy.occupancy(128, 0));
            DeviceException tooMany = assertThrows(DeviceException.class,
                    () -> bench.stream.launch(heavy, Launch.of(1, 288), Bench.pack()));
            assertEquals(701, tooMany.code());
            bench.stream.launch(heavy, Launch.of(4, 128).asCooperative(), Bench.pack());
            DeviceException tooLarge = assertThrows(DeviceException.class,
                    () -> bench.stream.launch(heavy, Launch.of(5, 128).asCooperative(), Bench.pack()));
            assertEquals(720, tooLarge.code());
        }
        try (Bench bench = new Bench(EmulatorOptions.defaults().architecture(75).registers(40))) {
            assertEquals(40, bench.device.kernel(new Program("heavy", RegistersTest.class), "heavy").registers());
        }
    }

    /** As the service loader finds it. */
    public static final class Report implements dev.gateloom.device.CompilerReport {

        /** For the service loader. */
        public Report() {
        }

        @Override
        public java.util.OptionalInt registers(String program, String kernel, int architecture) {
            return program.equals("heavy") && kernel.equals("heavy") && architecture == 80 ? java.util.OptionalInt.of(200)
                    : java.util.OptionalInt.empty();
        }
    }
}
