package dev.gateloom.ptx;

import dev.gateloom.ptx.BrokenKernels.Case;
import java.util.ArrayList;
import java.util.List;

/**
 * Small kernels at the edges of the memory model and of the rules for barriers, each with a twin that lies on the other side.
 * Registers and lines are those of {@link BrokenKernels}.
 */
final class LitmusKernels {
    private static final String RACE = "Error: Race reported between ";

    private LitmusKernels() {
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        patterns(cases);
        strongAccesses(cases);
        readers(cases);
        copies(cases);
        barriers(cases);
        return cases;
    }

    private static void add(List<Case> cases, String name, int blocks, int threads, String broken, String twin,
            String... expected) {
        cases.add(new Case(name, blocks, threads, broken, twin, List.of(expected)));
    }

    private static String at(int line) {
        return " in " + BrokenKernels.FILE + ":" + line;
    }

    /** Releases and acquires of several instructions. */
    private static void patterns(List<Case> cases) {
        String release = """
                setp.ne.u32 %%p3, %%r2, 0;
                @%%p3 bra RECEIVE;
                st.global.u32 [%%rd1], 7;
                st.release.gpu.global.u32 [%%rd2+%d], 1;
                st.relaxed.gpu.global.u32 [%%rd2], 2;
                bra END;
                RECEIVE: ld.acquire.gpu.global.u32 %%r10, [%%rd2];
                setp.lt.u32 %%p4, %%r10, 2;
                @%%p4 bra RECEIVE;
                ld.global.u32 %%r11, [%%rd1];
                END:
                """;
        add(cases, "a release of one place and a relaxed write to another", 2, 1, release.formatted(4), release.formatted(0),
                RACE, "RAW in __global__ memory", at(3), at(10));

        // Block 1 reads what block 0 releases, has block 2 overwrite it, and only then acquires.
        String acquire = """
                setp.eq.u32 %%p3, %%r2, 1; @%%p3 bra READ;
                setp.eq.u32 %%p3, %%r2, 2; @%%p3 bra OVERWRITE;
                st.global.u32 [%%rd1], 7;
                st.release.gpu.global.u32 [%%rd2], 1;
                bra END;
                READ: ld.relaxed.gpu.global.u32 %%r10, [%%rd2]; setp.ne.u32 %%p4, %%r10, 1; @%%p4 bra READ;
                st.relaxed.gpu.global.u32 [%%rd2+4], 1;
                AGAIN: ld.relaxed.gpu.global.u32 %%r10, [%%rd2]; setp.ne.u32 %%p4, %%r10, 2; @%%p4 bra AGAIN;
                ld.acquire.gpu.global.u32 %%r11, [%%rd2+%d];
                ld.global.u32 %%r12, [%%rd1];
                bra END;
                OVERWRITE: ld.relaxed.gpu.global.u32 %%r10, [%%rd2+4]; setp.eq.u32 %%p4, %%r10, 0; @%%p4 bra OVERWRITE;
                st.relaxed.gpu.global.u32 [%%rd2], 2;
                END:
                """;
        add(cases, "a relaxed read of one place and an acquire of another", 3, 1, acquire.formatted(8), acquire.formatted(0),
                RACE, "RAW in __global__ memory", at(3), at(10));

        String update = """
                setp.ne.u32 %%p3, %%r2, 0;
                @%%p3 bra RECEIVE;
                st.global.u32 [%%rd1], 7;
                st.release.gpu.global.u32 [%%rd2], 1;
                st.relaxed.gpu.global.u32 [%%rd2+4], 1;
                bra END;
                RECEIVE: %s
                setp.eq.u32 %%p4, %%r10, 0;
                @%%p4 bra RECEIVE;
                %s
                fence.acq_rel.gpu;
                ld.global.u32 %%r11, [%%rd1];
                END:
                """;
        add(cases, "a reduction taken for a read", 2, 1, update.formatted("ld.relaxed.gpu.global.u32 %r10, [%rd2+4];",
                "red.relaxed.gpu.global.or.b32 [%rd2], 0;"),
                update.formatted("atom.relaxed.gpu.global.or.b32 %r10, [%rd2], 0;", ""), RACE, at(3), at(12));
    }

    /** Those that need not be ordered, and what has to be ordered after them. */
    private static void strongAccesses(List<Case> cases) {
        String unordered = """
                setp.eq.u32 %%p3, %%r2, 2;
                @%%p3 bra LAST;
                %s
                setp.eq.u32 %%p4, %%r2, 0;
                @%%p4 bra END;
                st.release.gpu.global.u32 [%%rd2+4], 1;
                bra END;
                LAST: ld.acquire.gpu.global.u32 %%r11, [%%rd2+4];
                setp.eq.u32 %%p4, %%r11, 0;
                @%%p4 bra LAST;
                %s
                END:
                """;
        String write = "st.relaxed.gpu.global.u32 [%rd2], %r2;";
        String read = "ld.relaxed.gpu.global.u32 %r10, [%rd2];";
        String plainWrite = "st.global.u32 [%rd2], 9;";
        String plainRead = "ld.global.u32 %r10, [%rd2];";
        add(cases, "a plain read after one of two relaxed writes", 3, 1, unordered.formatted(write, plainRead),
                unordered.formatted(write, read), RACE, at(3), at(11), "one of the two accesses is weak");
        add(cases, "a plain write after one of two relaxed writes", 3, 1, unordered.formatted(write, plainWrite),
                unordered.formatted(write, write), RACE, at(3), at(11), "one of the two accesses is weak");
        add(cases, "a plain write after one of two relaxed reads", 3, 1, unordered.formatted(read, plainWrite),
                unordered.formatted(read, write), RACE, at(3), at(11), "one of the two accesses is weak");
        add(cases, "an update of the block after one of two of the device", 3, 1,
                unordered.formatted(write, "red.relaxed.cta.global.add.u32 [%rd2], 1;"),
                unordered.formatted(write, "red.relaxed.gpu.global.add.u32 [%rd2], 1;"), RACE, at(3), at(11),
                "a scope does not include the other thread");

        String clear = """
                %s
                setp.ne.u32 %%p3, %%r10, 3;
                @%%p3 bra END;
                st.global.u32 [%%rd2], 0;
                END:
                """;
        add(cases, "a counter cleared by a block that does not know that it is the last", 4, 1,
                clear.formatted("red.relaxed.gpu.global.add.u32 [%rd2], 1; mov.u32 %r10, %r2;"),
                clear.formatted("atom.relaxed.gpu.global.add.u32 %r10, [%rd2], 1;"), RACE, at(1), at(4));
    }

    /** Threads of a warp that read the same place and do not know the same. */
    private static void readers(List<Case> cases) {
        String broadcast = """
                setp.ne.u32 %%p3, %%r2, 0; @%%p3 bra RECEIVE;
                setp.ne.u32 %%p4, %%r1, 0; @%%p4 bra END;
                st.global.u32 [%%rd1], 7;
                st.release.gpu.global.u32 [%%rd2], 1;
                bra END;
                RECEIVE: setp.lt.u32 %%p5, %%r1, 2;
                @%%p5 ld.acquire.gpu.global.u32 %%r10, [%%rd2];
                @!%%p5 ld.relaxed.gpu.global.u32 %%r10, [%%rd2];
                setp.eq.u32 %%p4, %%r10, 0; @%%p4 bra RECEIVE;
                %s
                ld.global.u32 %%r11, [%%rd1];
                END:
                """;
        add(cases, "a broadcast to a warp of which two threads have acquired", 2, 32,
                broadcast.formatted("shfl.sync.bfly.b32 %r12, %r1, 1, 31, -1;"), broadcast.formatted("bar.warp.sync -1;"), RACE,
                at(3), at(11));

        String wait = """
                setp.eq.u32 %%p3, %%r1, 0; @%%p3 st.shared.u32 [%%r8], 5;
                @%%p3 st.shared.u32 [%%r8+4], 0;
                bar.sync 0;
                setp.ge.u32 %%p4, %%r1, 32; @%%p4 bra WRITE;
                ld.shared.u32 %%r10, [%%r8];
                setp.lt.u32 %%p5, %%r1, %1$d;
                @%%p5 red.release.cta.shared.add.u32 [%%r8+4], 1;
                bra END;
                WRITE: setp.ne.u32 %%p6, %%r1, 32; @%%p6 bra END;
                SPIN: ld.acquire.cta.shared.u32 %%r11, [%%r8+4];
                setp.lt.u32 %%p7, %%r11, %1$d; @%%p7 bra SPIN;
                st.shared.u32 [%%r8], 6;
                END:
                """;
        add(cases, "a writer that waits for two of its readers", 1, 64, wait.formatted(2), wait.formatted(32), RACE, at(5), at(12));

        // Thread 32 changes the first row, which goes to threads 0 to 3, as a column to every fourth one.
        String matrix = """
                shl.b32 %%r10, %%r1, 4; add.u32 %%r10, %%r8, %%r10;
                setp.eq.u32 %%p3, %%r1, 0; @%%p3 st.shared.u32 [%%r8+1024], 0;
                setp.ge.u32 %%p4, %%r1, 32; @!%%p4 st.shared.v4.u32 [%%r10], {%%r1, %%r1, %%r1, %%r1};
                bar.sync 0;
                @%%p4 bra WRITE;
                and.b32 %%r11, %%r1, 2; setp.%s;
                SPIN:
                @%%p5 ld.acquire.cta.shared.u32 %%r12, [%%r8+1024];
                @!%%p5 ld.relaxed.cta.shared.u32 %%r12, [%%r8+1024];
                setp.eq.u32 %%p6, %%r12, 0; @%%p6 bra SPIN;
                %s
                ldmatrix.sync.aligned.m8n8.x4.%sshared.b16 {%%r13, %%r14, %%r15, %%r16}, [%%r10];
                bra END;
                WRITE: setp.ne.u32 %%p7, %%r1, 32; @%%p7 bra END;
                st.shared.u32 [%%r8], 9;
                st.release.cta.shared.u32 [%%r8+1024], 1;
                END:
                """;
        add(cases, "a row for four threads of which two have acquired", 1, 64, matrix.formatted("eq.u32 %p5, %r11, 0", "", ""),
                matrix.formatted("eq.u32 %p5, %r11, 0", "bar.warp.sync -1;", ""), RACE, at(15), at(12));
        add(cases, "a column for eight threads of which two have acquired", 1, 64,
                matrix.formatted("lt.u32 %p5, %r1, 8", "", "trans."),
                matrix.formatted("lt.u32 %p5, %r1, 8", "bar.warp.sync -1;", "trans."), RACE, at(15), at(12));
    }

    private static void copies(List<Case> cases) {
        String twice = """
                cp.async.ca.shared.global [%%r4], [%%rd3], 4;
                cp.async.commit_group;
                cp.async.ca.shared.global [%%r4+1024], [%%rd3], 4;
                cp.async.commit_group;
                cp.async.wait_group %d;
                st.global.u32 [%%rd3], %%r1;
                cp.async.wait_group 0;
                """;
        add(cases, "source of a second copy overwritten after waiting for the first", 1, 64, twice.formatted(1),
                twice.formatted(0), RACE, "WAR", at(3), at(6), "not waited for it");
    }

    private static void barriers(List<Case> cases) {
        String numbers = "and.b32 %%r10, %%r1, 1;\n%s.sync %%r10, 32;";
        add(cases, "threads of a warp at two barriers", 1, 64, numbers.formatted("bar"), numbers.formatted("barrier"),
                "Barrier error detected. Invalid arguments", BrokenKernels.FILE + ":2", "names barrier 0", "barrier 1");
        String sides = """
                setp.gt.u32 %%p3, %%r1, 15;
                @%%p3 bra HIGH;
                %1$s.sync 0;
                bra END;
                HIGH:
                %1$s.sync 0;
                END:
                """;
        add(cases, "an aligned barrier on both sides of a branch", 1, 32, sides.formatted("bar"), sides.formatted("barrier"),
                "Barrier error detected. Divergent thread(s) in warp", BrokenKernels.FILE + ":3", BrokenKernels.FILE + ":6");
        String half = """
                mov.u32 %%r10, 0;
                LOOP: shr.u32 %%r11, %%r1, 4;
                setp.eq.u32 %%p3, %%r11, %%r10;
                %sbar.sync 0;
                add.u32 %%r10, %%r10, 1;
                setp.lt.u32 %%p4, %%r10, 2;
                @%%p4 bra LOOP;
                """;
        add(cases, "a barrier that half of a warp executes at a time", 1, 32, half.formatted("@%p3 "), half.formatted(""),
                "Barrier error detected. Divergent thread(s) in warp", BrokenKernels.FILE + ":4", "does not execute it");
        String ended = "setp.gt.u32 %%p3, %%r1, 47;\n@%%p3 ret;\nbar.sync 1, %d;";
        add(cases, "a numbered barrier of warps of which threads have ended", 1, 64, ended.formatted(96), ended.formatted(64),
                "Deadlock", BrokenKernels.FILE + ":3");
    }
}
