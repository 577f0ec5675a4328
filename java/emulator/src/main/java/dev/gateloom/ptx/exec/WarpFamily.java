package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;

/** Barriers, fences, shuffles, votes and what ends a thread. */
final class WarpFamily {

    private WarpFamily() {
    }

    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "bar", "barrier" -> barrier(s);
            case "membar", "fence" -> fence(s);
            case "shfl" -> shuffle(s);
            case "vote" -> vote(s);
            case "redux" -> reduce(s);
            case "match" -> match(s);
            case "elect" -> {
                s.take("sync");
                if (!(s.operand(0) instanceof Operand.Pair to)) {
                    throw s.refuse("expected a register and a predicate to write to");
                }
                yield new WarpOps.Elect(s.source, s.destination(to.first(), false), s.predicateDestination(to.second()),
                        s.word(1, PtxType.B32));
            }
            case "griddepcontrol" -> {
                s.takeOne("launch_dependents", "wait");
                yield new ControlOps.Hint(s.source);
            }
            case "brx" -> {
                s.take("idx");
                s.take("uni");
                s.operand(1);                                   // the table, which ControlFlow reads
                yield new ControlOps.IndexedBranch(s.source, s.word(0, PtxType.U32));
            }
            case "activemask" -> {
                s.type();
                yield new WarpOps.ActiveMask(s.source, s.destination(0));
            }
            case "nanosleep" -> {
                s.word(0, s.type());
                yield new ControlOps.Hint(s.source);
            }
            case "bra" -> {
                s.take("uni");
                s.operand(0);
                yield new ControlOps.Branch(s.source);
            }
            case "ret", "exit" -> {
                s.take("uni");
                yield new ControlOps.Exit(s.source);
            }
            case "trap" -> new ControlOps.Trap(s.source);
            default -> null;
        };
    }

    private static Op barrier(Statement s) {
        if (s.take("warp")) {
            s.take("sync");
            return new WarpOps.Sync(s.source, s.word(0, PtxType.B32));
        }
        if (s.take("cluster")) {
            return ClusterFamily.barrier(s);
        }
        s.take("cta");
        s.take("aligned");
        String kind = s.takeOne("sync", "arrive", "red");
        if (kind.equals("red")) {
            return reduction(s);
        }
        int count = s.count() > 1 ? s.word(1, PtxType.B32) : -1;
        if (kind.equals("arrive") && count < 0) {
            throw s.refuse("expected a number of threads");
        }
        return new BarrierOp(s.source, s.word(0, PtxType.B32), count, kind.equals("sync"), BarrierOp.Reduction.NONE, -1,
                null);
    }

    private static Op reduction(Statement s) {
        String name = s.takeOne("popc", "and", "or");
        s.type();
        boolean counted = s.count() > 3;
        BarrierOp.Reduction reduction = BarrierOp.Reduction.valueOf(name.toUpperCase(java.util.Locale.ROOT));
        int to = reduction == BarrierOp.Reduction.POPC ? s.destination(0) : s.predicateDestination(s.operand(0));
        return new BarrierOp(s.source, s.word(1, PtxType.B32), counted ? s.word(2, PtxType.B32) : -1, true, reduction, to,
                s.predicate(counted ? 3 : 2));
    }

    private static Op fence(Statement s) {
        boolean sequential = s.take("sc") || s.opcode().equals("membar");
        s.take("acq_rel");
        Access.Scope scope = Access.Scope.of(s.takeFirst("a scope"));
        if (scope == null) {
            throw s.refuse("expected .cta, .cluster, .gpu, .gl or .sys");
        }
        return new ControlOps.Fence(s.source, sequential ? Access.Order.SEQUENTIAL : Access.Order.ACQUIRE_RELEASE, scope);
    }

    private static Op shuffle(Statement s) {
        if (!s.take("sync")) {
            throw s.refuse("expected .sync: shuffles without members are undefined on diverged warps");
        }
        String direction = s.takeOne("up", "down", "bfly", "idx");
        PtxType type = s.type();
        Operand to = s.operand(0);
        int d = s.destination(to instanceof Operand.Pair pair ? pair.first() : to, false);
        int p = to instanceof Operand.Pair pair ? s.predicateDestination(pair.second()) : -1;
        return new WarpOps.Shuffle(s.source, WarpOps.Direction.valueOf(direction.toUpperCase(java.util.Locale.ROOT)), d, p,
                s.word(1, type), s.word(2, PtxType.B32), s.word(3, PtxType.B32), s.word(4, PtxType.B32));
    }

    private static Op vote(Statement s) {
        if (!s.take("sync")) {
            throw s.refuse("expected .sync");
        }
        WarpOps.Ballot kind = WarpOps.Ballot.valueOf(
                s.takeOne("all", "any", "uni", "ballot").toUpperCase(java.util.Locale.ROOT));
        s.type();
        int d = kind == WarpOps.Ballot.BALLOT ? s.destination(0) : s.predicateDestination(s.operand(0));
        return new WarpOps.Vote(s.source, kind, d, s.predicate(1), s.word(2, PtxType.B32));
    }

    private static Op match(Statement s) {
        boolean all = s.takeOne("all", "any").equals("all");
        if (!s.take("sync")) {
            throw s.refuse("expected .sync");
        }
        PtxType type = s.type();
        boolean wide = type.bits() == 64;
        Operand to = s.operand(0);
        int d = s.destination(to instanceof Operand.Pair pair ? pair.first() : to, false);
        int p = to instanceof Operand.Pair pair ? s.predicateDestination(pair.second()) : -1;
        return new WarpOps.Match(s.source, all, wide, d, p, wide ? s.wide(1, type) : s.word(1, type),
                s.word(2, PtxType.B32));
    }

    private static Op reduce(Statement s) {
        s.take("sync");
        String operation = s.takeOne("add", "min", "max", "and", "or", "xor");
        PtxType type = s.type();
        if (!type.integral() || type.bits() != 32) {
            throw s.refuse("is not supported");
        }
        WarpOps.Combine combine = switch (operation) {
            case "add" -> (x, y) -> x + y;
            case "and" -> (x, y) -> x & y;
            case "or" -> (x, y) -> x | y;
            case "xor" -> (x, y) -> x ^ y;
            case "min" -> type.signed() ? (WarpOps.Combine) Math::min
                    : (x, y) -> Integer.compareUnsigned(x, y) <= 0 ? x : y;
            default -> type.signed() ? (WarpOps.Combine) Math::max
                    : (x, y) -> Integer.compareUnsigned(x, y) >= 0 ? x : y;
        };
        return new WarpOps.Reduce(s.source, s.destination(0), s.word(1, type), s.word(2, PtxType.B32), combine);
    }
}
