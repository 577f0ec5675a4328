package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import java.util.Arrays;

/** Instructions at which threads of a warp meet: {@code shfl}, {@code vote}, {@code match}, {@code redux}, {@code bar.warp}. */
final class WarpOps {

    private WarpOps() {
    }

    /** Waits until all members that still live are here. */
    abstract static class Meeting extends Op {
        private final int members;
        private final boolean anywhere;

        Meeting(Instruction source, InstructionClass counted, int members, boolean anywhere) {
            super(source, counted);
            this.members = members;
            this.anywhere = anywhere;
        }

        @Override
        void execute(Warp warp, int lanes) {
            int[] masks = warp.words[members];
            for (int left = lanes; left != 0; ) {
                int mask = masks[Integer.numberOfTrailingZeros(left)];
                int same = 0;
                for (int rest = left; rest != 0; rest &= rest - 1) {
                    int lane = Integer.numberOfTrailingZeros(rest);
                    same |= masks[lane] == mask ? 1 << lane : 0;
                }
                int met = warp.meet(this, same, mask, anywhere);
                if (met != 0) {
                    together(warp, met);
                }
                left &= ~same;
            }
            if (warp.active == 0) {
                warp.reconsider();
            }
        }

        abstract void together(Warp warp, int lanes);
    }

    /** {@code bar.warp.sync}. */
    static final class Sync extends Meeting {

        Sync(Instruction source, int members) {
            super(source, InstructionClass.BARRIER, members, true);
        }

        @Override
        void together(Warp warp, int lanes) {
            Observer observer = warp.cta().grid().observer();
            if (observer != null) {
                observer.warpSync(warp, lanes);
            }
        }
    }

    /** Whose register a shuffle reads. */
    enum Direction {
        /** A lane below. */
        UP,
        /** A lane above. */
        DOWN,
        /** The lane with some bits flipped. */
        BFLY,
        /** Any lane. */
        IDX
    }

    /** {@code shfl.sync}. */
    static final class Shuffle extends Meeting {
        private final Direction direction;
        private final int d;
        private final int p;
        private final int a;
        private final int b;
        private final int c;

        Shuffle(Instruction source, Direction direction, int d, int p, int a, int b, int c, int members) {
            super(source, InstructionClass.SHUFFLE, members, false);
            this.direction = direction;
            this.d = d;
            this.p = p;
            this.a = a;
            this.b = b;
            this.c = c;
        }

        @Override
        void together(Warp warp, int lanes) {
            int[] values = warp.words[a];
            int inRange = 0;
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                int from = source(lane, warp.words[b][lane] & 31, warp.words[c][lane]);
                inRange |= from >= 0 ? 1 << lane : 0;
                from = from < 0 ? lane : from;
                if ((lanes >>> from & 1) == 0) {
                    throw KernelFault.failed("shfl.sync at " + source.where() + ": " + warp.threadName(lane)
                            + " reads lane " + from + ", which does not take part: the value is undefined");
                }
                warp.scratchWords[lane] = values[from];
            }
            Compute.keep(warp.words[d], warp.scratchWords, lanes);
            if (p >= 0) {
                warp.predicates[p] = warp.predicates[p] & ~lanes | inRange;
            }
        }

        /** The lane to read, or -1 if it lies outside of the segment that {@code c} describes. */
        private int source(int lane, int by, int control) {
            int segment = control >> 8 & 31;
            int clamp = control & 31;
            int most = lane & segment | clamp & ~segment;
            int least = lane & segment;
            int from = switch (direction) {
                case UP -> lane - by;
                case DOWN -> lane + by;
                case BFLY -> lane ^ by;
                case IDX -> least | by & ~segment;
            };
            boolean inside = direction == Direction.UP ? from >= most : from <= most;
            return inside ? from : -1;
        }
    }

    /** Kinds of votes. */
    enum Ballot {
        /** Whether all are true. */
        ALL,
        /** Whether any is. */
        ANY,
        /** Whether all are the same. */
        UNI,
        /** A bit for each. */
        BALLOT
    }

    /** {@code vote.sync}. */
    static final class Vote extends Meeting {
        private final Ballot kind;
        private final int d;
        private final PredicateOps.Source p;

        Vote(Instruction source, Ballot kind, int d, PredicateOps.Source p, int members) {
            super(source, InstructionClass.SHUFFLE, members, false);
            this.kind = kind;
            this.d = d;
            this.p = p;
        }

        @Override
        void together(Warp warp, int lanes) {
            int votes = p.of(warp) & lanes;
            if (kind == Ballot.BALLOT) {
                for (int left = lanes; left != 0; left &= left - 1) {
                    warp.words[d][Integer.numberOfTrailingZeros(left)] = votes;
                }
                return;
            }
            boolean result = switch (kind) {
                case ALL -> votes == lanes;
                case ANY -> votes != 0;
                default -> votes == lanes || votes == 0;
            };
            warp.predicates[d] = warp.predicates[d] & ~lanes | (result ? lanes : 0);
        }
    }

    /** A sum of two. */
    interface Combine {
        int apply(int x, int y);
    }

    /** {@code redux.sync}. */
    static final class Reduce extends Meeting {
        private final int d;
        private final int a;
        private final Combine combine;

        Reduce(Instruction source, int d, int a, int members, Combine combine) {
            super(source, InstructionClass.SHUFFLE, members, false);
            this.d = d;
            this.a = a;
            this.combine = combine;
        }

        @Override
        void together(Warp warp, int lanes) {
            int first = Integer.numberOfTrailingZeros(lanes);
            int result = warp.words[a][first];
            for (int left = lanes & lanes - 1; left != 0; left &= left - 1) {
                result = combine.apply(result, warp.words[a][Integer.numberOfTrailingZeros(left)]);
            }
            for (int left = lanes; left != 0; left &= left - 1) {
                warp.words[d][Integer.numberOfTrailingZeros(left)] = result;
            }
        }
    }

    /** {@code match.sync}: lanes that hold the same value. */
    static final class Match extends Meeting {
        private final boolean all;
        private final boolean wide;
        private final int d;
        private final int p;
        private final int a;

        /** A predicate of -1 stands for none. */
        Match(Instruction source, boolean all, boolean wide, int d, int p, int a, int members) {
            super(source, InstructionClass.SHUFFLE, members, false);
            this.all = all;
            this.wide = wide;
            this.d = d;
            this.p = p;
            this.a = a;
        }

        @Override
        void together(Warp warp, int lanes) {
            boolean same = true;
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                int equal = 0;
                for (int rest = lanes; rest != 0; rest &= rest - 1) {
                    int other = Integer.numberOfTrailingZeros(rest);
                    equal |= value(warp, lane) == value(warp, other) ? 1 << other : 0;
                }
                same &= equal == lanes;
                warp.scratchWords[lane] = equal;
            }
            if (all) {
                Arrays.fill(warp.scratchWords, same ? lanes : 0);
            }
            Compute.keep(warp.words[d], warp.scratchWords, lanes);
            if (p >= 0) {
                warp.predicates[p] = warp.predicates[p] & ~lanes | (same ? lanes : 0);
            }
        }

        private long value(Warp warp, int lane) {
            return wide ? warp.longs[a][lane] : warp.words[a][lane];
        }
    }

    /** {@code elect.sync}: the lowest lane leads, always. */
    static final class Elect extends Meeting {
        private final int d;
        private final int p;

        Elect(Instruction source, int d, int p, int members) {
            super(source, InstructionClass.SHUFFLE, members, false);
            this.d = d;
            this.p = p;
        }

        @Override
        void together(Warp warp, int lanes) {
            int leader = Integer.lowestOneBit(lanes);
            for (int left = lanes; left != 0; left &= left - 1) {
                warp.words[d][Integer.numberOfTrailingZeros(left)] = Integer.numberOfTrailingZeros(leader);
            }
            warp.predicates[p] = warp.predicates[p] & ~lanes | leader;
        }
    }

    /** {@code activemask}: the group that runs now. */
    static final class ActiveMask extends Op {
        private final int d;

        ActiveMask(Instruction source, int d) {
            super(source, InstructionClass.SHUFFLE);
            this.d = d;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; left &= left - 1) {
                warp.words[d][Integer.numberOfTrailingZeros(left)] = lanes;
            }
        }
    }
}
