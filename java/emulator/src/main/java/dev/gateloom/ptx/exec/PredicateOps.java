package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;

/** What makes or uses predicates: masks with a bit for each lane. */
final class PredicateOps {

    /** A function of masks. */
    interface Masks {
        int apply(int a, int b);
    }

    /** A predicate operand: its slot, and -1 if it is negated. */
    record Source(int slot, int flip) {

        int of(Warp warp) {
            return warp.predicates[slot] ^ flip;
        }
    }

    private PredicateOps() {
    }

    private static void put(Warp warp, int slot, int mask, int lanes) {
        warp.predicates[slot] = warp.predicates[slot] & ~lanes | mask & lanes;
    }

    /** {@code setp}: p = (a cmp b) op c, q = !(a cmp b) op c. */
    static final class Set extends Op {
        private final int p;
        private final int q;
        private final int a;
        private final int b;
        private final Compute.TestWords words;
        private final Compute.TestLongs longs;
        private final Compute.Adapt adapt;
        private final Masks combine;
        private final Source c;

        Set(Instruction source, int p, int q, int a, int b, Compute.TestWords words, Compute.TestLongs longs,
                Compute.Adapt adapt, Masks combine, Source c) {
            super(source, InstructionClass.PREDICATE);
            this.p = p;
            this.q = q;
            this.a = a;
            this.b = b;
            this.words = words;
            this.longs = longs;
            this.adapt = adapt;
            this.combine = combine;
            this.c = c;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int test;
            if (longs != null) {
                test = longs.apply(warp.longs[a], warp.longs[b]);
            } else if (adapt == Compute.Adapt.NONE) {
                test = words.apply(warp.words[a], warp.words[b]);
            } else {
                Compute.adapt(warp.words[a], warp.adapted[0], adapt);
                Compute.adapt(warp.words[b], warp.adapted[1], adapt);
                test = words.apply(warp.adapted[0], warp.adapted[1]);
            }
            int third = c == null ? 0 : c.of(warp);
            put(warp, p, c == null ? test : combine.apply(test, third), lanes);
            if (q >= 0) {
                put(warp, q, c == null ? ~test : combine.apply(~test, third), lanes);
            }
        }
    }

    /** Logic on predicates, and their moves. */
    static final class Logic extends Op {
        private final int d;
        private final Source a;
        private final Source b;
        private final Masks body;

        Logic(Instruction source, int d, Source a, Source b, Masks body) {
            super(source, InstructionClass.PREDICATE);
            this.d = d;
            this.a = a;
            this.b = b;
            this.body = body;
        }

        @Override
        void execute(Warp warp, int lanes) {
            put(warp, d, body.apply(a.of(warp), b.of(warp)), lanes);
        }
    }

    /** {@code selp} of words. */
    static final class SelectWords extends Op {
        private final int d;
        private final int a;
        private final int b;
        private final Source p;

        SelectWords(Instruction source, int d, int a, int b, Source p) {
            super(source, InstructionClass.MOVE);
            this.d = d;
            this.a = a;
            this.b = b;
            this.p = p;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int mask = p.of(warp);
            int[] x = warp.words[a];
            int[] y = warp.words[b];
            int[] to = lanes == Warp.ALL ? warp.words[d] : warp.scratchWords;
            for (int i = 0; i < Warp.LANES; i++) {
                to[i] = (mask >> i & 1) != 0 ? x[i] : y[i];
            }
            if (lanes != Warp.ALL) {
                Compute.keep(warp.words[d], to, lanes);
            }
        }
    }

    /** {@code selp} of longs. */
    static final class SelectLongs extends Op {
        private final int d;
        private final int a;
        private final int b;
        private final Source p;

        SelectLongs(Instruction source, int d, int a, int b, Source p) {
            super(source, InstructionClass.MOVE);
            this.d = d;
            this.a = a;
            this.b = b;
            this.p = p;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int mask = p.of(warp);
            long[] x = warp.longs[a];
            long[] y = warp.longs[b];
            for (int left = lanes; left != 0; left &= left - 1) {
                int i = Integer.numberOfTrailingZeros(left);
                warp.longs[d][i] = (mask >> i & 1) != 0 ? x[i] : y[i];
            }
        }
    }
}
