package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Adapt;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;

/** Barriers and addresses of clusters. Their loads and stores are like any other. */
final class ClusterFamily {

    private ClusterFamily() {
    }

    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "mapa" -> map(s);
            case "getctarank" -> rank(s);
            default -> null;
        };
    }

    /** {@code barrier.cluster}; its name up to there is accounted for. */
    static Op barrier(Statement s) {
        boolean aligned = s.take("aligned");
        if (s.take("arrive")) {
            boolean relaxed = "relaxed".equals(s.takeAny("release", "relaxed"));
            return new Arrive(s.source, !relaxed, aligned);
        }
        if (s.take("wait")) {
            s.take("acquire");
            return new Wait(s.source, aligned);
        }
        throw s.refuse("expected .arrive or .wait");
    }

    /** {@code mapa}: of an address in shared memory, or of a generic one that points there. */
    private static Op map(Statement s) {
        boolean generic = !s.take("shared::cluster");
        PtxType type = s.type();
        if (type.bits() == 32) {
            if (generic) {
                throw s.refuse("a generic address has 64 bits");
            }
            return new Compute.WordOp(s.source, InstructionClass.INTEGER,
                    new int[] {s.destination(0), s.word(1, type), s.word(2, PtxType.U32)}, Adapt.NONE, Adapt.NONE,
                    (d, a, b, c) -> {
                        for (int i = 0; i < Warp.LANES; i++) {
                            d[i] = (int) Cluster.map(a[i], b[i]);
                        }
                    });
        }
        int rank = s.word(2, PtxType.U32);
        long window = generic ? Region.SHARED_WINDOW << Region.WINDOW_BITS : 0;
        return new Compute.WidenOp(s.source, InstructionClass.INTEGER, s.wideDestination(0), rank, rank, s.wide(1, type),
                (d, a, b, c) -> {
                    for (int i = 0; i < Warp.LANES; i++) {
                        d[i] = Cluster.map(c[i], a[i]) | window;
                    }
                });
    }

    /** {@code getctarank}: whose shared memory an address points to. */
    private static Op rank(Statement s) {
        s.take("shared::cluster");
        PtxType type = s.type();
        boolean wide = type.bits() == 64;
        return new Rank(s.source, s.destination(0), wide, wide ? s.wide(1, type) : s.word(1, type));
    }

    private static final class Rank extends Op {
        private final int d;
        private final boolean wide;
        private final int a;

        Rank(Instruction source, int d, boolean wide, int a) {
            super(source, InstructionClass.INTEGER);
            this.d = d;
            this.wide = wide;
            this.a = a;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                long address = wide ? warp.longs[a][lane] & Region.OFFSET_MASK : warp.words[a][lane] & 0xffffffffL;
                int rank = (int) (address >>> Cluster.WINDOW_BITS) - 1;
                warp.words[d][lane] = rank < 0 ? warp.cta().rank() : rank;
            }
        }
    }

    /** {@code barrier.cluster.arrive}. */
    private static final class Arrive extends Op {
        private final boolean release;
        private final boolean aligned;

        Arrive(Instruction source, boolean release, boolean aligned) {
            super(source, InstructionClass.BARRIER);
            this.release = release;
            this.aligned = aligned;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int together = aligned ? warp.align(this, lanes) : lanes;
            if (together != 0) {
                warp.cta().cluster().arrive(warp, this, together, release);
            }
        }
    }

    /** {@code barrier.cluster.wait}. */
    private static final class Wait extends Op {
        private final boolean aligned;

        Wait(Instruction source, boolean aligned) {
            super(source, InstructionClass.BARRIER);
            this.aligned = aligned;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int together = aligned ? warp.align(this, lanes) : lanes;
            if (together != 0) {
                warp.cta().cluster().await(warp, this, together);
            }
        }
    }
}
