package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is loaded and what is refused: every form of an instruction that our kernels use or are about to use, the same with an operand
 * too few and one too many, and forms that would mean something else than they say if a part of them were ignored.
 */
class FormsTest {
    private static final int LINE = 13;

    private static String kernel(String instruction) {
        String text = """
                .version 8.6
                .target sm_100
                .address_size 64
                .visible .entry k(.param .u64 p)
                {
                    .shared .align 16 .b8 tile[256];
                    .reg .pred %p<4>;
                    .reg .b16 %h<4>;
                    .reg .b32 %r<9>;
                    .reg .b64 %d<5>;
                    .reg .f32 %f<9>;
                    TABLE: .branchtargets END;
                    INSTRUCTION;
                END:
                    ret;
                }
                """;
        return text.replace("INSTRUCTION", instruction);
    }

    private static void load(String instruction) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().architecture(120))) {
            bench.device.kernel(kernel(instruction), "k");
        }
    }

    private static void assertRefused(String instruction, String why) {
        DeviceException e = assertThrows(DeviceException.class, () -> load(instruction), instruction);
        assertTrue(e.getMessage().contains("PTX line " + LINE + ": ") && e.getMessage().contains(why),
                () -> instruction + ": " + e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "add.s32 %r1, %r2, %r3", "add.s64 %d1, %d2, 8", "sub.u16 %h1, %h2, %h3", "mul.lo.s32 %r1, %r2, %r3",
        "mul.hi.u64 %d1, %d2, %d3", "mul.wide.s32 %d1, %r2, %r3", "mul.wide.u16 %r1, %h2, %h3",
        "mad.lo.u32 %r1, %r2, %r3, %r4", "mad.wide.u32 %d1, %r2, %r3, %d4", "mad.hi.s64 %d1, %d2, %d3, %d4",
        "div.s32 %r1, %r2, %r3", "rem.u64 %d1, %d2, %d3", "abs.s32 %r1, %r2", "neg.s64 %d1, %d2", "min.u32 %r1, %r2, %r3",
        "max.s64 %d1, %d2, %d3", "add.cc.u32 %r1, %r2, %r3", "addc.u64 %d1, %d2, %d3", "madc.hi.u32 %r1, %r2, %r3, %r4",
        "and.b32 %r1, %r2, %r3", "or.pred %p1, %p2, %p3", "not.pred %p1, %p2", "not.b64 %d1, %d2", "cnot.b32 %r1, %r2",
        "shl.b32 %r1, %r2, 3", "shr.s64 %d1, %d2, %r3", "shr.u16 %h1, %h2, %r3", "shf.l.wrap.b32 %r1, %r2, %r3, %r4",
        "prmt.b32 %r1, %r2, %r3, 0x5410", "lop3.b32 %r1, %r2, %r3, %r4, 0x96", "bfe.u32 %r1, %r2, %r3, %r4",
        "bfi.b64 %d1, %d2, %d3, %r4, %r5", "bfind.shiftamt.u32 %r1, %r2", "popc.b64 %r1, %d2", "clz.b32 %r1, %r2", "brev.b64 %d1, %d2",
        "add.f32 %f1, %f2, %f3", "sub.ftz.f32 %f1, %f2, %f3", "mul.rz.f32 %f1, %f2, %f3", "fma.rn.sat.f32 %f1, %f2, %f3, %f4",
        "fma.rn.f64 %d1, %d2, %d3, %d4", "div.full.f32 %f1, %f2, %f3", "rcp.approx.ftz.f32 %f1, %f2", "sqrt.rn.f32 %f1, %f2",
        "rsqrt.approx.f32 %f1, %f2", "ex2.approx.ftz.f32 %f1, %f2", "lg2.approx.f32 %f1, %f2", "sin.approx.f32 %f1, %f2",
        "tanh.approx.f32 %f1, %f2", "min.NaN.f32 %f1, %f2, %f3", "neg.f32 %f1, %f2", "abs.f64 %d1, %d2",
        "copysign.f32 %f1, %f2, %f3", "add.rn.bf16x2 %r1, %r2, %r3", "fma.rn.f16 %h1, %h2, %h3, %h0", "neg.bf16 %h1, %h2",
        "tanh.approx.bf16x2 %r1, %r2", "max.f16x2 %r1, %r2, %r3",
        "setp.lt.s32 %p1, %r1, %r2", "setp.geu.and.f32 %p1|%p2, %f1, %f2, %p3", "setp.eq.u64 %p1, %d1, %d2",
        "selp.b32 %r1, %r2, %r3, %p1", "selp.f64 %d1, %d2, %d3, %p1", "mov.b32 %r1, {%h1, %h2}", "mov.b64 {%r1, %r2}, %d1",
        "mov.u32 %r1, %tid.x", "mov.u64 %d1, tile", "mov.u64 %d1, %clock64", "cvta.to.global.u64 %d1, %d2",
        "cvta.shared.u64 %d1, %d2",
        "cvt.rn.f32.s32 %f1, %r1", "cvt.s64.s32 %d1, %r1", "cvt.u32.u64 %r1, %d1", "cvt.rn.bf16.f32 %h1, %f1",
        "cvt.f32.bf16 %f1, %h1", "cvt.rn.f16.f64 %h1, %d1", "cvt.rn.bf16x2.f32 %r1, %f1, %f2",
        "cvt.rn.f16x2.f32 %r1, %f1, %f2", "cvt.rna.tf32.f32 %r1, %f1", "cvt.rzi.s64.f32 %d1, %f1", "cvt.sat.f32.f32 %f1, %f2",
        "ld.param.u64 %d1, [p]", "ld.global.nc.v4.f32 {%f1, %f2, %f3, %f4}, [%d1]", "ld.acquire.gpu.u32 %r1, [%d1]",
        "ld.global.cg.u32 %r1, [%d1]", "ld.global.L1::no_allocate.L2::128B.v2.b64 {%d1, %d2}, [%d3+16]",
        "ld.global.L2::cache_hint.f32 %f1, [%d1], %d2", "ld.shared::cluster.f32 %f1, [%r1]", "ld.volatile.global.u32 %r1, [%d1]",
        "st.release.gpu.global.u32 [%d1], %r1", "st.shared.v4.b32 [tile], {%r1, %r2, %r3, %r4}", "st.global.cs.f32 [%d1], %f1",
        "st.global.L2::cache_hint.f32 [%d1], %f1, %d2",
        "atom.add.release.gpu.global.u32 %r1, [%d1], %r2", "atom.shared.cas.b64 %d1, [tile], %d2, %d3",
        "atom.global.add.f32 %f1, [%d1], %f2", "red.release.gpu.global.add.u32 [%d1], %r1", "red.shared.max.s32 [tile], %r1",
        "cp.async.ca.shared.global.L2::128B [%r1], [%d1], 8, %r2",
        "cp.async.ca.shared::cta.global.L2::cache_hint [%r1], [%d1], 4, %r2, %d2",
        "cp.async.wait_group 2", "cp.async.wait_all", "cp.async.commit_group", "prefetch.global.L2 [%d1]",
        "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [%r2]",
        "ldmatrix.sync.aligned.m8n8.x4.trans.shared::cta.b16 {%r1, %r2, %r3, %r4}, [%r5]",
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%f1, %f2, %f3, %f4}, {%r1, %r2, %r3, %r4}, {%r5, %r6}, "
            + "{%f1, %f2, %f3, %f4}",
        "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%f1, %f2, %f3, %f4}, {%r1, %r2}, {%r5}, {%f1, %f2, %f3, %f4}",
        "mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32 {%f1, %f2, %f3, %f4}, {%r1, %r2}, {%r5}, {%f1, %f2, %f3, %f4}",
        "shfl.sync.bfly.b32 %r1|%p1, %r2, 16, 31, -1", "shfl.sync.idx.b32 %r1, %r2, %r3, %r4, %r5",
        "vote.sync.ballot.b32 %r1, %p1, -1", "vote.sync.any.pred %p1, %p2, -1", "match.any.sync.b64 %r1, %d1, -1",
        "redux.sync.add.u32 %r1, %r2, -1", "elect.sync %r1|%p1, -1", "elect.sync _|%p1, -1", "activemask.b32 %r1",
        "bar.warp.sync -1", "bar.arrive 1, 64", "barrier.cluster.arrive.release.aligned", "barrier.cluster.wait.acquire.aligned",
        "membar.gl", "fence.acq_rel.gpu", "fence.sc.cluster", "nanosleep.u32 100", "griddepcontrol.wait",
        "griddepcontrol.launch_dependents", "mapa.shared::cluster.u32 %r1, %r2, %r3", "mapa.u64 %d1, %d2, %r3",
        "getctarank.shared::cluster.u32 %r1, %r2", "getctarank.u64 %r1, %d2", "brx.idx %r1, TABLE", "bra.uni END", "trap",
        "exit"})
    void loadsWithItsOwnNumberOfOperandsOnly(String instruction) {
        assertDoesNotThrow(() -> load(instruction));
        int blank = instruction.indexOf(' ');
        String name = blank < 0 ? instruction : instruction.substring(0, blank);
        String operands = blank < 0 ? "" : instruction.substring(blank + 1);
        assertRefused(name + " " + (operands.isEmpty() ? "%r8" : operands + ", %r8"), "");
        if (!operands.isEmpty() && !name.equals("cp.async.ca.shared.global.L2::128B")) {     // whose last one may be missing
            assertRefused(name + " " + operands.substring(0, Math.max(0, lastOperand(operands))), "");
        }
    }

    /** Where the comma before the last operand stands; commas between braces separate no operands. */
    private static int lastOperand(String operands) {
        int depth = 0;
        for (int i = operands.length() - 1; i >= 0; i--) {
            char c = operands.charAt(i);
            depth += c == '}' ? 1 : c == '{' ? -1 : 0;
            if (c == ',' && depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Operands that may be missing. */
    @ParameterizedTest
    @ValueSource(strings = {"bar.sync 0", "bar.sync 1, 64", "bar.red.popc.u32 %r1, 0, %p1", "bar.red.and.pred %p1, 0, 64, %p2",
        "barrier.sync.aligned 1, 64", "cp.async.ca.shared.global [tile], [%d1], 4", "cp.async.cg.shared.global [tile], [%d1], 16"})
    void loads(String instruction) {
        assertDoesNotThrow(() -> load(instruction));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "add.f32 %f1, %f2                                        | takes more than 2 operands",
        "add.f32 %f1, %f2, %f3, %f4                              | takes 3 operands, got 4",
        "min.f32 %f1, %f2, %f3, %f4                              | takes 3 operands, got 4",
        "cvt.rn.f16x2.f32 %r1, %f1                               | takes more than 2 operands",
        "cvt.rn.f16.f32 %h1, %f1, %f2                            | takes 2 operands, got 3",
        "add.u32 %d1, %r1, %r2                                   | expected a 32-bit register to write to, got %d1 of type .b64",
        "add.u64 %r1, %d1, %d2                                   | expected a 64-bit register to write to, got %r1 of type .b32",
        "mov.u32 %p1, %r1                                        | expected a 32-bit register to write to, got %p1 of type .pred",
        "mov.b64 %r1, {%r2, %r3}                                 | expected a 64-bit register to write to",
        "ld.global.v2.u32 %r1, [%d1]                             | has 1 registers for 2 elements",
        "ld.release.gpu.u32 %r1, [%d1]                           | modifier .release",
        "st.acquire.gpu.u32 [%d1], %r1                           | modifier .acquire",
        "red.acquire.gpu.global.add.u32 [%d1], %r1               | modifier .acquire",
        "ld.global.L2::64.u32 %r1, [%d1]                         | modifier .L2::64",
        "ld.global.L2::cache_hint.u32 %r1, [%d1]                 | expected a 64-bit register",
        "atom.global.inc.u64 %d1, [%d2], %d3                     | .inc is not supported for this type",
        "atom.global.min.b32 %r1, [%d2], %r3                     | .min is not supported for this type",
        "atom.global.add.noftz.f16x2 %r1, [%d2], %r3             | .add is not supported for this type",
        "atom.global.v2.f32.add %f1, [%d1], %f2                  | modifier .v2",
        "red.global.add.noftz.bf16x2 [%d1], %r1                  | .add is not supported for this type",
        "redux.sync.max.f32 %f1, %f2, -1                         | is not supported",
        "add.rn.f32x2 %d1, %d2, %d3                              | none of its modifiers is a type that is supported",
        "fma.rn.f32x2 %d1, %d2, %d3, %d4                         | is not supported",
        "tanh.approx.ftz.f32 %f1, %f2                            | modifier .ftz",
        "rcp.approx.sat.f32 %f1, %f2                             | modifier .sat",
        "cvt.rna.satfinite.tf32.f32 %r1, %f1                     | modifier .satfinite",
        "cvt.rn.tf32.f32 %r1, %f1                                | is supported as cvt.rna.tf32.f32",
        "cvt.rn.relu.bf16x2.f32 %r1, %f1, %f2                    | modifier .relu",
        "cvt.f32.f16x2 %f1, %r1                                  | is not supported",
        "shfl.sync.b32 %r1, %r2, 1, 31, -1                       | expected one of .up, .down, .bfly, .idx",
        "shf.b32 %r1, %r2, %r3, %r4                              | expected one of .l, .r",
        "griddepcontrol                                          | expected one of .launch_dependents, .wait",
        "mma.m16n8k8.row.col.f32.f16.f16.f32 {%f1}, {%r1}, {%r5}, {%f1}                  | expected .sync.aligned",
        "mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16 {%r1, %r2}, {%r3, %r4}, {%r5}, {%r6, %r7} | with sums in f32",
        "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%f1, %f2}, {%r1, %r2}, {%r5}, {%f1, %f2, %f3, %f4} | operand 0 has 2 registers",
        "mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32 {%f1}, {%r1}, {%r5}, {%f1}      | is supported for m16n8k4",
        "mma.sync.aligned.m16n8k8.col.row.f32.f16.f16.f32 {%f1}, {%r1}, {%r5}, {%f1}     | .row.col",
        "mma.sync.aligned.m16n8k4.row.col.f32.bf16.bf16.f32 {%f1, %f2, %f3, %f4}, {%r1}, {%r5}, {%f1, %f2, %f3, %f4} | no such shape",
        "mma.sync.aligned.m16n8k16.row.col.f32.tf32.tf32.f32 {%f1}, {%r1}, {%r5}, {%f1}  | no such shape",
        "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r1}, [%r2]   | operand 0 has 1 registers, expected 2",
        "ldmatrix.sync.aligned.m8n8.x1.b16 {%r1}, [%d2]          | is supported as ldmatrix",
        "stmatrix.sync.aligned.m8n8.x1.shared.b16 [%r2], {%r1}   | is not supported",
        "cp.async.cg.shared.global [tile], [%d1], 8              | size 8, expected 16",
        "cp.async.ca.shared.global [tile], [%d1], 4, %p1         | expected a 32-bit register or a constant, got %p1 of type .pred",
        "cp.async.bulk.commit_group                              | is not supported",
        "cp.async.mbarrier.arrive.shared.b64 [tile]              | is not supported",
        "mbarrier.init.shared.b64 [tile], 32                     | is not supported",
        "fence.proxy.async                                       | expected .cta",
        "st.async.shared::cluster.mbarrier::complete_tx::bytes.u32 [%r1], %r2, [%r3] | modifier",
        "createpolicy.fractional.L2::evict_last.b64 %d1, 1.0     | is not supported",
        "brx.idx %r1                                             | expected where to go"})
    void isRefused(String instruction, String why) {
        assertRefused(instruction, why);
    }

    @Test
    void aBranchNeedsALabel() {
        assertRefused("bra", "");
        assertRefused("bra.uni END, END", "takes 1 operands, got 2");
    }
}
