package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;

/**
 * What kernels are mostly made of. {@link Compute} has one way to execute an instruction and a call for its arithmetic; here
 * each instruction has a loop of its own, which saves the call.
 */
final class Direct {

    private Direct() {
    }

    /** Words from words. */
    abstract static class WordOp extends Op {
        private final int d;
        private final int[] sources;

        /** The destination comes first among the slots. */
        WordOp(Instruction source, InstructionClass counted, int[] slots) {
            super(source, counted);
            d = slots[0];
            sources = slots;
        }

        final int[] source(Warp warp, int number) {
            return warp.words[sources[number]];
        }

        /** Where to write all lanes: the destination, or what {@link #keep} copies from. */
        final int[] target(Warp warp, int lanes) {
            return lanes == Warp.ALL ? warp.words[d] : warp.scratchWords;
        }

        final void keep(Warp warp, int lanes) {
            if (lanes != Warp.ALL) {
                Compute.keep(warp.words[d], warp.scratchWords, lanes);
            }
        }
    }

    /** Longs from words or longs. */
    abstract static class LongOp extends Op {
        private final int d;

        LongOp(Instruction source, InstructionClass counted, int d) {
            super(source, counted);
            this.d = d;
        }

        final long[] target(Warp warp, int lanes) {
            return lanes == Warp.ALL ? warp.longs[d] : warp.scratchLongs;
        }

        final void keep(Warp warp, int lanes) {
            if (lanes != Warp.ALL) {
                Compute.keep(warp.longs[d], warp.scratchLongs, lanes);
            }
        }
    }

    /** {@code add.f32}, {@code mul.f32}, {@code fma.rn.f32}; null for others. */
    static Op floats(Instruction source, String opcode, int[] slots) {
        return switch (opcode) {
            case "add" -> new AddFloats(source, slots);
            case "mul" -> new MultiplyFloats(source, slots);
            case "fma" -> new FuseFloats(source, slots);
            default -> null;
        };
    }

    /** {@code add.f32}. */
    private static final class AddFloats extends WordOp {

        AddFloats(Instruction source, int[] slots) {
            super(source, InstructionClass.FLOAT32, slots);
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] d = target(warp, lanes);
            int[] a = source(warp, 1);
            int[] b = source(warp, 2);
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Floats.bits(Floats.of(a[i]) + Floats.of(b[i]));
            }
            keep(warp, lanes);
        }
    }

    /** {@code mul.f32}. */
    private static final class MultiplyFloats extends WordOp {

        MultiplyFloats(Instruction source, int[] slots) {
            super(source, InstructionClass.FLOAT32, slots);
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] d = target(warp, lanes);
            int[] a = source(warp, 1);
            int[] b = source(warp, 2);
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Floats.bits(Floats.of(a[i]) * Floats.of(b[i]));
            }
            keep(warp, lanes);
        }
    }

    /** {@code fma.rn.f32}. */
    private static final class FuseFloats extends WordOp {

        FuseFloats(Instruction source, int[] slots) {
            super(source, InstructionClass.FLOAT32, slots);
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] d = target(warp, lanes);
            int[] a = source(warp, 1);
            int[] b = source(warp, 2);
            int[] c = source(warp, 3);
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Floats.bits(Math.fma(Floats.of(a[i]), Floats.of(b[i]), Floats.of(c[i])));
            }
            keep(warp, lanes);
        }
    }

    /** {@code add.s32}. */
    static final class AddWords extends WordOp {

        AddWords(Instruction source, int[] slots) {
            super(source, InstructionClass.INTEGER, slots);
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] d = target(warp, lanes);
            int[] a = source(warp, 1);
            int[] b = source(warp, 2);
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = a[i] + b[i];
            }
            keep(warp, lanes);
        }
    }

    /** {@code mov.b32}. */
    static final class MoveWords extends WordOp {

        MoveWords(Instruction source, int[] slots) {
            super(source, InstructionClass.MOVE, slots);
        }

        @Override
        void execute(Warp warp, int lanes) {
            System.arraycopy(source(warp, 1), 0, target(warp, lanes), 0, Warp.LANES);
            keep(warp, lanes);
        }
    }

    /** {@code add.s64}. */
    static final class AddLongs extends LongOp {
        private final int a;
        private final int b;

        AddLongs(Instruction source, int d, int a, int b) {
            super(source, InstructionClass.INTEGER, d);
            this.a = a;
            this.b = b;
        }

        @Override
        void execute(Warp warp, int lanes) {
            long[] d = target(warp, lanes);
            long[] x = warp.longs[a];
            long[] y = warp.longs[b];
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = x[i] + y[i];
            }
            keep(warp, lanes);
        }
    }

    /** {@code mul.wide.s32}. */
    static final class MultiplyWide extends LongOp {
        private final int a;
        private final int b;

        MultiplyWide(Instruction source, int d, int a, int b) {
            super(source, InstructionClass.INTEGER, d);
            this.a = a;
            this.b = b;
        }

        @Override
        void execute(Warp warp, int lanes) {
            long[] d = target(warp, lanes);
            int[] x = warp.words[a];
            int[] y = warp.words[b];
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = (long) x[i] * y[i];
            }
            keep(warp, lanes);
        }
    }

    /** {@code cvt.s64.s32}. */
    static final class Extend extends LongOp {
        private final int a;

        Extend(Instruction source, int d, int a) {
            super(source, InstructionClass.CONVERT, d);
            this.a = a;
        }

        @Override
        void execute(Warp warp, int lanes) {
            long[] d = target(warp, lanes);
            int[] x = warp.words[a];
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = x[i];
            }
            keep(warp, lanes);
        }
    }
}
