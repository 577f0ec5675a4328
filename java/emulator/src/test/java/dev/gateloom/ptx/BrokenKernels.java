package dev.gateloom.ptx;

import java.util.ArrayList;
import java.util.List;

/**
 * Kernels with one mistake each, and their correct twins.
 *
 * <p>Each line of a body is one line of {@code broken.cu}, from 1. It finds {@code %r1} = tid, {@code %r2} = ctaid,
 * {@code %r3} = 4 tid, {@code %r4} the thread's word of {@code tile} (at {@code %r8}) in shared memory, {@code %r6} = its
 * number in the grid; {@code %rd1} = x, {@code %rd2} = y, {@code %rd3} and {@code %rd4} the thread's words of them,
 * {@code %rd5} = memory never written. x holds 0, 1, 2, …, y zeros; the rest of the registers is free.
 */
final class BrokenKernels {
    static final String FILE = "broken.cu";

    /**
     * A mistake.
     *
     * @param name what is wrong
     * @param blocks of the launch
     * @param threads of a block
     * @param broken the kernel
     * @param twin the same without the mistake
     * @param expected what the report says
     */
    record Case(String name, int blocks, int threads, String broken, String twin, List<String> expected) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String RACE = "Error: Race reported between ";

    private BrokenKernels() {
    }

    /** A body as a kernel {@code k(x, y, never)}. */
    static String kernel(String body) {
        StringBuilder text = new StringBuilder("""
                .version 8.0
                .target sm_80
                .address_size 64
                .file 1 "/somewhere/broken.cu"
                .visible .entry k(.param .u64 x, .param .u64 y, .param .u64 never)
                {
                    .shared .align 16 .b8 tile[2048];
                    .local .align 4 .b8 stack[16];
                    .reg .pred %p<10>;
                    .reg .b16 %h<4>;
                    .reg .b32 %r<40>;
                    .reg .b64 %rd<40>;
                    ld.param.u64 %rd1, [x];
                    ld.param.u64 %rd2, [y];
                    ld.param.u64 %rd5, [never];
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, %ctaid.x;
                    mov.u32 %r7, %ntid.x;
                    shl.b32 %r3, %r1, 2;
                    mov.u32 %r8, tile;
                    add.u32 %r4, %r8, %r3;
                    mad.lo.u32 %r6, %r2, %r7, %r1;
                    mul.wide.u32 %rd6, %r6, 4;
                    add.s64 %rd3, %rd1, %rd6;
                    add.s64 %rd4, %rd2, %rd6;
                """);
        int line = 1;
        for (String statement : body.lines().toList()) {
            text.append(".loc 1 ").append(line++).append(" 0\n").append(statement).append('\n');
        }
        return text.append("ret;\n}\n").toString();
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        sharedMemory(cases);
        warps(cases);
        messages(cases);
        barriers(cases);
        copies(cases);
        atomics(cases);
        memory(cases);
        return cases;
    }

    private static void add(List<Case> cases, String name, int blocks, int threads, String broken, String twin,
            String... expected) {
        cases.add(new Case(name, blocks, threads, broken, twin, List.of(expected)));
    }

    private static String at(int line) {
        return " in " + FILE + ":" + line;
    }

    private static void sharedMemory(List<Case> cases) {
        String exchange = """
                st.shared.u32 [%%r4], %%r1;
                %s
                xor.b32 %%r10, %%r3, 128;
                add.u32 %%r10, %%r8, %%r10;
                ld.shared.u32 %%r11, [%%r10];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "missing barrier", 1, 64, exchange.formatted(""), exchange.formatted("bar.sync 0;"), RACE,
                "Write access at k()+0x", at(1), "Read access at k()+0x", at(5), " hazards]", "__shared__ memory");
        add(cases, "barrier of the first warp only", 1, 64, exchange.formatted("setp.lt.u32 %p3, %r1, 32; @%p3 bar.sync 1, 32;"),
                exchange.formatted("bar.sync 1, 64;"), RACE, at(1), at(5));
        add(cases, "arriving where waiting is needed", 1, 64, exchange.formatted("bar.arrive 1, 64;"),
                exchange.formatted("bar.sync 1, 64;"), RACE, at(1), at(5));
        add(cases, "fence instead of barrier", 1, 64, exchange.formatted("fence.acq_rel.cta;"),
                exchange.formatted("barrier.sync 0;"), RACE, at(1), at(5));

        String reuse = """
                st.shared.u32 [%%r4], %%r1;
                bar.sync 0;
                xor.b32 %%r10, %%r3, 128;
                add.u32 %%r10, %%r8, %%r10;
                ld.shared.u32 %%r11, [%%r10];
                %s
                st.shared.u32 [%%r4], %%r11;
                bar.sync 0;
                ld.shared.u32 %%r12, [%%r10];
                st.global.u32 [%%rd4], %%r12;
                """;
        add(cases, "tile overwritten while others read it", 1, 64, reuse.formatted(""), reuse.formatted("bar.sync 0;"), RACE,
                at(5), at(7));

        String buffers = """
                mov.u32 %%r12, 0;
                LOOP: and.b32 %%r13, %%r12, %d;
                mad.lo.u32 %%r14, %%r13, 256, %%r3;
                add.u32 %%r14, %%r8, %%r14;
                st.shared.u32 [%%r14], %%r12;
                bar.sync 0;
                xor.b32 %%r15, %%r14, 128;
                ld.shared.u32 %%r16, [%%r15];
                add.u32 %%r12, %%r12, 1;
                setp.lt.u32 %%p3, %%r12, 6;
                @%%p3 bra LOOP;
                st.global.u32 [%%rd4], %%r16;
                """;
        add(cases, "double buffering with one buffer", 1, 64, buffers.formatted(0), buffers.formatted(1), RACE, at(5), at(8));

        String same = """
                mov.u32 %%r10, %%r1;
                %s st.shared.u32 [%%r8], %%r10;
                bar.sync 0;
                ld.shared.u32 %%r11, [%%r8];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "all threads write one word", 1, 64, same.formatted(""),
                same.formatted("setp.eq.u32 %p3, %r1, 0; @%p3"), RACE, "WAW", at(2));

        String halves = """
                shl.b32 %%r10, %%r1, 1;
                add.u32 %%r10, %%r8, %%r10;
                cvt.u16.u32 %%h1, %%r1;
                st.shared.u16 [%%r10], %%h1;
                bar.sync 0;
                ld.shared.u16 %%h2, [%%r10];
                %s
                cvt.u32.u16 %%r11, %%h2;
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "a word written over a neighbour's half", 1, 64,
                halves.formatted("setp.eq.u32 %p3, %r1, 7; and.b32 %r12, %r10, -4; @%p3 st.shared.u32 [%r12], %r1;"),
                halves.formatted("setp.eq.u32 %p3, %r1, 7; @%p3 st.shared.u16 [%r10], %h1;"), RACE, at(6), at(7));
    }

    private static void warps(List<Case> cases) {
        String exchange = """
                st.shared.u32 [%%r4], %%r1;
                %s
                xor.b32 %%r10, %%r3, 4;
                add.u32 %%r10, %%r8, %%r10;
                ld.shared.u32 %%r11, [%%r10];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "missing bar.warp.sync", 1, 32, exchange.formatted(""), exchange.formatted("bar.warp.sync -1;"), RACE, at(1),
                at(5), "threads of one warp, which only bar.warp.sync orders");
        add(cases, "a shuffle taken for a barrier", 1, 32, exchange.formatted("shfl.sync.bfly.b32 %r12, %r1, 1, 31, -1;"),
                exchange.formatted("shfl.sync.bfly.b32 %r12, %r1, 1, 31, -1; bar.warp.sync -1;"), RACE, at(1), at(5));
        add(cases, "bar.warp.sync of half a warp", 1, 32, exchange.replace("%%r3, 4;", "%%r3, 64;").formatted(
                "mov.u32 %r12, 65535; setp.gt.u32 %p3, %r1, 15; @%p3 mov.u32 %r12, -65536; bar.warp.sync %r12;"),
                exchange.replace("%%r3, 4;", "%%r3, 64;").formatted("bar.warp.sync -1;"), RACE, at(1), at(5));
        String matrix = """
                shl.b32 %%r10, %%r1, 4;
                add.u32 %%r10, %%r8, %%r10;
                st.shared.v4.u32 [%%r10], {%%r1, %%r2, %%r3, %%r4};
                %s
                ldmatrix.sync.aligned.m8n8.x4.%sshared.b16 {%%r11, %%r12, %%r13, %%r14}, [%%r10];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "a matrix of rows that other threads have not written yet", 1, 32, matrix.formatted("", ""),
                matrix.formatted("bar.warp.sync -1;", ""), RACE, at(3), at(5));
        add(cases, "a transposed matrix of rows that are not written yet", 1, 32, matrix.formatted("", "trans."),
                matrix.formatted("bar.warp.sync -1;", "trans."), RACE, at(3), at(5));
        add(cases, "a thread that is not in its own mask", 1, 32, exchange.formatted("bar.warp.sync 65535;"),
                exchange.formatted("bar.warp.sync -1;"), "Barrier error detected. Invalid arguments", at(2).substring(4),
                "is not in its own member mask 0xffff");
    }

    /** Block 0 writes x[0] and sets the flag y[0]; block 1 waits for the flag and reads x[0]. */
    private static String message(String before, String store, String load, String after) {
        return """
                setp.ne.u32 %%p3, %%r2, 0;
                @%%p3 bra RECEIVE;
                st.global.u32 [%%rd1], 7;
                %s
                %s [%%rd2], 1;
                bra END;
                RECEIVE: %s %%r10, [%%rd2];
                setp.eq.u32 %%p4, %%r10, 0;
                @%%p4 bra RECEIVE;
                %s
                ld.global.u32 %%r11, [%%rd1];
                st.global.u32 [%%rd2+4], %%r11;
                END:
                """.formatted(before, store, load, after);
    }

    private static void messages(List<Case> cases) {
        String good = message("", "st.release.gpu.global.u32", "ld.acquire.gpu.global.u32", "");
        add(cases, "missing acquire", 2, 1, message("", "st.release.gpu.global.u32", "ld.relaxed.gpu.global.u32", ""), good,
                RACE, "RAW in __global__ memory", at(3), at(11));
        add(cases, "missing release", 2, 1, message("", "st.relaxed.gpu.global.u32", "ld.acquire.gpu.global.u32", ""), good,
                RACE, at(3), at(11));
        add(cases, "release for the block only", 2, 1,
                message("", "st.release.cta.global.u32", "ld.acquire.gpu.global.u32", ""), good, RACE, at(3), at(11),
                at(5), at(7), "a scope does not include the other thread");
        add(cases, "acquire for the block only", 2, 1,
                message("", "st.release.gpu.global.u32", "ld.acquire.cta.global.u32", ""), good, RACE, at(3), at(11));
        add(cases, "weak read of a flag", 2, 1, message("", "st.release.gpu.global.u32", "ld.global.u32", ""), good, RACE,
                at(5), at(7), "one of the two accesses is weak");

        String fences = message("fence.acq_rel.gpu;", "st.relaxed.gpu.global.u32", "ld.relaxed.gpu.global.u32",
                "fence.acq_rel.gpu;");
        add(cases, "no fence between data and flag", 2, 1, message("", "st.relaxed.gpu.global.u32",
                "ld.relaxed.gpu.global.u32", "fence.acq_rel.gpu;"), fences, RACE, at(3), at(11));
        add(cases, "no fence between flag and data", 2, 1, message("fence.acq_rel.gpu;", "st.relaxed.gpu.global.u32",
                "ld.relaxed.gpu.global.u32", ""), fences, RACE, at(3), at(11));
        add(cases, "fence for the block only", 2, 1, message("membar.cta;", "st.volatile.global.u32",
                "ld.volatile.global.u32", "membar.gl;"), message("membar.gl;", "st.volatile.global.u32",
                "ld.volatile.global.u32", "membar.gl;"), RACE, at(3), at(11));
        add(cases, "fence before the data", 2, 1, message("", "fence.acq_rel.gpu; st.global.u32 [%rd1], 8;"
                + " st.relaxed.gpu.global.u32", "ld.acquire.gpu.global.u32", ""), message("", "st.global.u32 [%rd1], 8;"
                + " fence.acq_rel.gpu; st.relaxed.gpu.global.u32", "ld.acquire.gpu.global.u32", ""), RACE, at(5), at(11));

        // All threads write their word of x; when all blocks have counted, everybody reads the word of another block.
        String grid = """
                st.global.u32 [%%rd3], %%r6;
                %s
                setp.ne.u32 %%p3, %%r1, 0;
                @%%p3 bra WAITED;
                %s.global.add.u32 [%%rd2], 1;
                SPIN: ld.acquire.gpu.global.u32 %%r10, [%%rd2];
                setp.lt.u32 %%p4, %%r10, 4;
                @%%p4 bra SPIN;
                WAITED:
                %s
                xor.b32 %%r11, %%r6, 64;
                mul.wide.u32 %%rd10, %%r11, 4;
                add.s64 %%rd10, %%rd1, %%rd10;
                ld.global.u32 %%r12, [%%rd10];
                """;
        String correct = grid.formatted("bar.sync 0;", "red.release.gpu", "bar.sync 0;");
        add(cases, "grid barrier before the block has met", 4, 64, grid.formatted("", "red.release.gpu", "bar.sync 0;"),
                correct, RACE, at(1), at(14));
        add(cases, "grid barrier that one thread waits for", 4, 64, grid.formatted("bar.sync 0;", "red.release.gpu", ""),
                correct, RACE, at(1), at(14));
        add(cases, "grid barrier by relaxed counting", 4, 64, grid.formatted("bar.sync 0;", "red.relaxed.gpu", "bar.sync 0;"),
                correct, RACE, at(1), at(14));
        add(cases, "grid barrier whose counter is the block's", 4, 64, grid.formatted("bar.sync 0;", "red.release.cta",
                "bar.sync 0;"), grid.formatted("bar.sync 0;", "membar.gl; red", "bar.sync 0;"), RACE, at(1), at(14),
                "a scope does not include the other thread");
    }

    private static void barriers(List<Case> cases) {
        add(cases, "threads that end before a barrier", 1, 64,
                "setp.gt.u32 %p3, %r1, 40;\n@%p3 ret;\nbar.sync 0;\nst.global.u32 [%rd4], %r1;",
                "bar.sync 0;\nsetp.gt.u32 %p3, %r1, 40;\n@%p3 ret;\nst.global.u32 [%rd4], %r1;",
                "Barrier error detected. Divergent thread(s) in block", FILE + ":3");
        add(cases, "barriers on both sides of a branch", 1, 32,
                "setp.gt.u32 %p3, %r1, 15;\n@%p3 bra HIGH;\nbar.sync 0;\nbra END;\nHIGH:\nbar.sync 0;\nEND:",
                "setp.gt.u32 %p3, %r1, 15;\n@%p3 bra HIGH;\nbra END;\nHIGH:\nadd.u32 %r10, %r1, 1;\nEND:\nbar.sync 0;",
                "Barrier error detected. Divergent thread(s) in warp", FILE + ":3", FILE + ":6");
        add(cases, "barrier for more threads than there are", 1, 64, "bar.sync 1, 96;", "bar.sync 1, 64;", "Deadlock",
                "bar.sync", FILE + ":1");
        add(cases, "spinning for what nobody writes", 1, 32,
                "SPIN: ld.volatile.global.u32 %r10, [%rd2+4];\nsetp.eq.u32 %p3, %r10, 0;\n@%p3 bra SPIN;",
                "SPIN: ld.volatile.global.u32 %r10, [%rd1+4];\nsetp.eq.u32 %p3, %r10, 0;\n@%p3 bra SPIN;", "Hanging", FILE + ":");
    }

    private static void copies(List<Case> cases) {
        String copy = """
                cp.async.ca.shared.global [%%r4], [%%rd3], 4;
                cp.async.commit_group;
                %s
                xor.b32 %%r10, %%r3, %d;
                add.u32 %%r10, %%r8, %%r10;
                ld.shared.u32 %%r11, [%%r10];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "asynchronous copy without wait", 1, 64, copy.formatted("bar.sync 0;", 128),
                copy.formatted("cp.async.wait_all; bar.sync 0;", 128), RACE, at(1), at(6), "not waited for it");
        add(cases, "own asynchronous copy without wait", 1, 32, copy.formatted("", 0),
                copy.formatted("cp.async.wait_group 0;", 0), RACE, at(1), at(6), "not waited for it");
        add(cases, "asynchronous copy waited for by its own thread only", 1, 64, copy.formatted("cp.async.wait_all;", 128),
                copy.formatted("cp.async.wait_all; bar.sync 0;", 128), RACE, at(1), at(6));
        String source = """
                cp.async.ca.shared.global [%%r4], [%%rd3], 4;
                %s
                st.global.u32 [%%rd3], %%r1;
                cp.async.wait_all;
                ld.shared.u32 %%r11, [%%r4];
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "source of an asynchronous copy overwritten before it is read", 1, 32, source.formatted(""),
                source.formatted("cp.async.wait_all;"), RACE, "WAR", at(1), at(3), "not waited for it");
        String pipeline = """
                cp.async.ca.shared.global [%%r4], [%%rd3], 4;
                cp.async.commit_group;
                cp.async.ca.shared.global [%%r4+1024], [%%rd3], 4;
                cp.async.commit_group;
                cp.async.wait_group %d;
                bar.sync 0;
                xor.b32 %%r10, %%r3, 128;
                add.u32 %%r10, %%r8, %%r10;
                ld.shared.u32 %%r11, [%%r10];
                cp.async.wait_group 0;
                st.global.u32 [%%rd4], %%r11;
                """;
        add(cases, "waiting for one group too few", 1, 64, pipeline.formatted(2), pipeline.formatted(1), RACE, at(1), at(9));
    }

    private static void atomics(List<Case> cases) {
        String sum = """
                atom.shared.add.u32 %%r10, [%%r8], 1;
                %s
                ld.shared.u32 %%r11, [%%r8];
                st.global.u32 [%%rd4], %%r11;
                """;
        String zero = "setp.eq.u32 %p3, %r1, 0; @%p3 st.shared.u32 [%r8], 0; bar.sync 0; ";
        add(cases, "plain read beside atomics", 1, 64, zero + sum.formatted(""), zero + sum.formatted("bar.sync 0;"), RACE,
                "Atomic access", at(1), "Read access", at(3), "one of the two accesses is weak");
        add(cases, "atomics that are not initialised in time", 1, 64,
                zero.replace(" bar.sync 0;", "") + "\n" + sum.formatted("bar.sync 0;"),
                zero + "\n" + sum.formatted("bar.sync 0;"), RACE, at(1), at(2));
        add(cases, "atomics of two sizes", 1, 64, """
                setp.lt.u32 %p3, %r1, 32;
                @%p3 red.global.add.u32 [%rd2], 1;
                @!%p3 red.global.add.u64 [%rd2], 1;
                """, """
                setp.lt.u32 %p3, %r1, 32;
                @%p3 red.global.add.u32 [%rd2], 1;
                @!%p3 red.global.add.u32 [%rd2], 1;
                """, RACE, at(2), at(3));
        add(cases, "atomics of a block on another block's word", 2, 32, "red.relaxed.cta.global.add.u32 [%rd2], 1;",
                "red.relaxed.gpu.global.add.u32 [%rd2], 1;", RACE, at(1), "a scope does not include the other thread");
    }

    private static void memory(List<Case> cases) {
        add(cases, "one word past the end of x", 1, 64, "st.global.u32 [%rd3+772], %r1;", "st.global.u32 [%rd3+768], %r1;",
                "Invalid __global__ write of size 4 bytes", FILE + ":1", "thread (63,0,0) in block (0,0,0)");
        add(cases, "one word past the end of shared memory", 1, 64, "st.shared.u32 [%r4+1796], %r1;",
                "st.shared.u32 [%r4+1792], %r1;", "Invalid __shared__ write of size 4 bytes", FILE + ":1");
        add(cases, "past the end of the stack", 1, 32, "st.local.u32 [stack+16], %r1;", "st.local.u32 [stack+12], %r1;",
                "Invalid __local__ write of size 4 bytes", FILE + ":1");
        add(cases, "global memory never written", 1, 8,
                "mul.wide.u32 %rd10, %r1, 4;\nadd.s64 %rd10, %rd5, %rd10;\nld.global.u32 %r10, [%rd10];",
                "mul.wide.u32 %rd10, %r1, 4;\nadd.s64 %rd10, %rd5, %rd10;\nst.global.u32 [%rd10], 0; ld.global.u32 %r10, [%rd10];",
                "Uninitialized __global__ memory read of size 4 bytes", FILE + ":3");
        add(cases, "shared memory never written", 1, 8, "ld.shared.u32 %r10, [%r4];",
                "st.shared.u32 [%r4], 0; ld.shared.u32 %r10, [%r4];",
                "Uninitialized __shared__ memory read of size 4 bytes", FILE + ":1");
        add(cases, "misaligned vector", 1, 1, "ld.global.v2.u32 {%r10, %r11}, [%rd1+4];",
                "ld.global.v2.u32 {%r10, %r11}, [%rd1+8];", "is misaligned", FILE + ":1");
        add(cases, "read-only path to memory that the launch writes", 1, 32,
                "st.global.u32 [%rd4], %r1;\nld.global.nc.u32 %r10, [%rd4];",
                "st.global.u32 [%rd4], %r1;\nld.global.u32 %r10, [%rd4];", RACE, at(1), at(2), "read-only path (.nc)");
        add(cases, "writing what was read through the read-only path", 1, 64,
                "ld.global.nc.u32 %r10, [%rd3];\nbar.sync 0;\nst.global.u32 [%rd3], %r10;",
                "ld.global.nc.u32 %r10, [%rd3];\nbar.sync 0;\nst.global.u32 [%rd4], %r10;", RACE, at(1), at(3),
                "read-only path (.nc)");
        add(cases, "blocks that write one word", 2, 1, "st.global.u32 [%rd2], %r2;", "st.global.u32 [%rd4], %r2;", RACE,
                "WAW in __global__ memory", at(1), "in block (0,0,0)", "in block (1,0,0)");
    }
}
