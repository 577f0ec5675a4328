package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;

/**
 * Instructions that compute registers from registers. Each computes all 32 lanes in one plain loop, and the result is
 * kept for the lanes that execute it: there is nothing that a lane too many could break.
 */
final class Compute {

    /** Words from words. Operands that an instruction does not have are any array. */
    interface Words {
        void apply(int[] d, int[] a, int[] b, int[] c);
    }

    /** Longs from longs. */
    interface Longs {
        void apply(long[] d, long[] a, long[] b, long[] c);
    }

    /** Longs from words, and a long: {@code mul.wide}, conversions, shifts of longs. */
    interface Widen {
        void apply(long[] d, int[] a, int[] b, long[] c);
    }

    /** Words from longs. */
    interface Narrow {
        void apply(int[] d, long[] a);
    }

    /** A mask from words. */
    interface TestWords {
        int apply(int[] a, int[] b);
    }

    /** A mask from longs. */
    interface TestLongs {
        int apply(long[] a, long[] b);
    }

    /** What is done to operands before, and to results after. */
    enum Adapt {
        /** Nothing. */
        NONE,
        /** Denormal floats become zeros of their sign. */
        FLUSH,
        /** The low 16 bits count as signed. */
        SIGNED16,
        /** The low 16 bits count as unsigned. */
        UNSIGNED16,
        /** Floats are clamped to 0 to 1; NaN becomes 0. */
        SATURATE,
        /** Both. */
        FLUSH_SATURATE
    }

    private Compute() {
    }

    /** Words from words. */
    static final class WordOp extends Op {
        private final int d;
        private final int a;
        private final int b;
        private final int c;
        private final int operands;
        private final Adapt before;
        private final Adapt after;
        private final Words body;

        WordOp(Instruction source, InstructionClass counted, int[] slots, Adapt before, Adapt after, Words body) {
            super(source, counted);
            d = slots[0];
            a = slots[1];
            b = slots.length > 2 ? slots[2] : a;
            c = slots.length > 3 ? slots[3] : a;
            operands = slots.length - 1;
            this.before = before;
            this.after = after;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] result = lanes == Warp.ALL ? warp.words[d] : warp.scratchWords;
            if (before == Adapt.NONE) {
                body.apply(result, warp.words[a], warp.words[b], warp.words[c]);
            } else {
                adapt(warp.words[a], warp.adapted[0], before);
                if (operands > 1) {
                    adapt(warp.words[b], warp.adapted[1], before);
                }
                if (operands > 2) {
                    adapt(warp.words[c], warp.adapted[2], before);
                }
                body.apply(result, warp.adapted[0], warp.adapted[1], warp.adapted[2]);
            }
            if (after != Adapt.NONE) {
                adapt(result, result, after);
            }
            if (lanes != Warp.ALL) {
                keep(warp.words[d], result, lanes);
            }
        }
    }

    /** Longs from longs. */
    static final class LongOp extends Op {
        private final int d;
        private final int a;
        private final int b;
        private final int c;
        private final Longs body;

        LongOp(Instruction source, InstructionClass counted, int[] slots, Longs body) {
            super(source, counted);
            d = slots[0];
            a = slots[1];
            b = slots.length > 2 ? slots[2] : a;
            c = slots.length > 3 ? slots[3] : a;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            if (lanes == Warp.ALL) {
                body.apply(warp.longs[d], warp.longs[a], warp.longs[b], warp.longs[c]);
            } else {
                body.apply(warp.scratchLongs, warp.longs[a], warp.longs[b], warp.longs[c]);
                keep(warp.longs[d], warp.scratchLongs, lanes);
            }
        }
    }

    /** Longs from words and a long. */
    static final class WidenOp extends Op {
        private final int d;
        private final int a;
        private final int b;
        private final int c;
        private final Widen body;

        WidenOp(Instruction source, InstructionClass counted, int d, int a, int b, int c, Widen body) {
            super(source, counted);
            this.d = d;
            this.a = a;
            this.b = b;
            this.c = c;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            if (lanes == Warp.ALL) {
                body.apply(warp.longs[d], warp.words[a], warp.words[b], warp.longs[c]);
            } else {
                body.apply(warp.scratchLongs, warp.words[a], warp.words[b], warp.longs[c]);
                keep(warp.longs[d], warp.scratchLongs, lanes);
            }
        }
    }

    /** Words from longs. */
    static final class NarrowOp extends Op {
        private final int d;
        private final int a;
        private final Narrow body;

        NarrowOp(Instruction source, InstructionClass counted, int d, int a, Narrow body) {
            super(source, counted);
            this.d = d;
            this.a = a;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            if (lanes == Warp.ALL) {
                body.apply(warp.words[d], warp.longs[a]);
            } else {
                body.apply(warp.scratchWords, warp.longs[a]);
                keep(warp.words[d], warp.scratchWords, lanes);
            }
        }
    }

    static void keep(int[] to, int[] from, int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            to[lane] = from[lane];
        }
    }

    static void keep(long[] to, long[] from, int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            to[lane] = from[lane];
        }
    }

    static void adapt(int[] from, int[] to, Adapt how) {
        switch (how) {
            case FLUSH -> flush(from, to);
            case SIGNED16 -> signExtend(from, to);
            case UNSIGNED16 -> zeroExtend(from, to);
            case SATURATE -> saturate(from, to);
            case FLUSH_SATURATE -> {
                flush(from, to);
                saturate(to, to);
            }
            default -> System.arraycopy(from, 0, to, 0, Warp.LANES);
        }
    }

    private static void flush(int[] from, int[] to) {
        for (int i = 0; i < Warp.LANES; i++) {
            to[i] = Floats.flush(from[i]);
        }
    }

    private static void signExtend(int[] from, int[] to) {
        for (int i = 0; i < Warp.LANES; i++) {
            to[i] = (short) from[i];
        }
    }

    private static void zeroExtend(int[] from, int[] to) {
        for (int i = 0; i < Warp.LANES; i++) {
            to[i] = from[i] & 0xffff;
        }
    }

    private static void saturate(int[] from, int[] to) {
        for (int i = 0; i < Warp.LANES; i++) {
            float value = Float.intBitsToFloat(from[i]);
            to[i] = value > 0 ? value < 1 ? from[i] : Floats.ONE : 0;          // NaN and -0 become +0
        }
    }
}
