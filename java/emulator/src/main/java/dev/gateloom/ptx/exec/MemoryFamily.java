package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.AtomicOp.Update;
import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Access.Kind;
import dev.gateloom.ptx.memory.Access.Order;
import dev.gateloom.ptx.memory.Access.Scope;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.List;

/** Loads, stores, atomics and asynchronous copies. */
final class MemoryFamily {

    private MemoryFamily() {
    }

    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "ld", "ldu" -> load(s);
            case "st" -> store(s);
            case "atom", "red" -> atomic(s);
            case "cp" -> copy(s);
            case "prefetch", "prefetchu" -> hint(s);
            default -> null;
        };
    }

    static Space space(Statement s) {
        String name = s.takeAny("global", "shared", "shared::cta", "shared::cluster", "local", "param", "param::entry", "const");
        return name == null ? Space.GENERIC : switch (name) {
            case "global" -> Space.GLOBAL;
            case "shared::cluster" -> Space.CLUSTER_SHARED;
            case "local" -> Space.LOCAL;
            case "const" -> Space.CONST;
            case "param", "param::entry" -> Space.PARAM;
            default -> Space.SHARED;
        };
    }

    private static Order order(Statement s, Order otherwise, String... possible) {
        String name = s.takeAny(possible);
        return name == null ? otherwise : switch (name) {
            case "volatile" -> Order.VOLATILE;
            case "relaxed" -> Order.RELAXED;
            case "acquire" -> Order.ACQUIRE;
            case "release" -> Order.RELEASE;
            case "acq_rel" -> Order.ACQUIRE_RELEASE;
            default -> Order.WEAK;
        };
    }

    /** The scope of an ordered access; a volatile one is seen by everybody. */
    private static Scope scope(Statement s, Order order, Scope otherwise) {
        String name = s.takeAny("cta", "cluster", "gpu", "sys");
        return name != null ? Scope.of(name) : order == Order.VOLATILE ? Scope.SYS : otherwise;
    }

    /** Cache hints change nothing that a program may rely on, but for {@code .nc}, which is the caller's. */
    private static void cacheHints(Statement s) {
        s.takeAny("ca", "cg", "cs", "lu", "cv", "wb", "wt");
        s.takeAny("L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate");
        s.takeAny("L2::evict_normal", "L2::evict_first", "L2::evict_last");
        s.takeAny("L2::64B", "L2::128B", "L2::256B");
        if (s.take("L2::cache_hint")) {
            s.wide(s.count() - 1, PtxType.B64);                 // the policy comes last
        }
    }

    private static int vector(Statement s) {
        String name = s.takeAny("v2", "v4");
        return name == null ? 1 : name.charAt(1) - '0';
    }

    private static Op load(Statement s) {
        Space space = space(s);
        Order order = order(s, Order.WEAK, "weak", "volatile", "relaxed", "acquire");
        Scope scope = scope(s, order, Scope.CTA);
        boolean nonCoherent = s.take("nc");
        cacheHints(s);
        int elements = vector(s);
        PtxType type = s.type();
        List<Operand> to = s.elements(0);
        checkCount(s, to, elements);
        Access access = new Access(Kind.READ, type.bytes() * elements, elements, order, scope, nonCoherent, false);
        boolean wide = type.bits() == 64 || to.stream().anyMatch(Slots::isWide);
        int[] slots = to.stream().mapToInt(register -> s.destination(register, wide)).toArray();
        return new LoadOp(s.source, space, access, s.place(1, space), type, wide, slots);
    }

    private static Op store(Statement s) {
        Space space = space(s);
        if (space == Space.CONST || space == Space.PARAM) {
            throw s.refuse("writes to memory that a kernel cannot write to");
        }
        Order order = order(s, Order.WEAK, "weak", "volatile", "relaxed", "release");
        Scope scope = scope(s, order, Scope.CTA);
        cacheHints(s);
        int elements = vector(s);
        PtxType type = s.type();
        List<Operand> from = s.elements(1);
        checkCount(s, from, elements);
        Access access = new Access(Kind.WRITE, type.bytes() * elements, elements, order, scope, false, false);
        boolean wide = type.bits() == 64 || Slots.isWide(from.get(0));
        int[] slots = from.stream().mapToInt(e -> wide ? s.wide(e, type) : s.word(e, type)).toArray();
        return new StoreOp(s.source, space, access, s.place(0, space), type.bytes(), wide, slots);
    }

    private static void checkCount(Statement s, List<Operand> registers, int elements) {
        if (registers.size() != elements) {
            throw s.refuse("has " + registers.size() + " registers for " + elements + " elements");
        }
    }

    private static Op atomic(Statement s) {
        Space space = space(s);
        boolean returns = s.opcode().equals("atom");
        Order order = returns ? order(s, Order.RELAXED, "relaxed", "acquire", "release", "acq_rel")
                : order(s, Order.RELAXED, "relaxed", "release");
        Scope scope = scope(s, order, Scope.GPU);
        cacheHints(s);
        String operation = s.takeOne("add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas");
        PtxType type = s.type();
        if (!isDefined(operation, type)) {
            throw s.refuse("." + operation + " is not supported for this type");
        }
        boolean wide = type.bits() == 64;
        int base = returns ? 1 : 0;
        Access access = new Access(Kind.ATOMIC, type.bytes(), 1, order, scope, false, false);
        int operand = wide ? s.wide(base + 1, type) : s.word(base + 1, type);
        int third = !operation.equals("cas") ? -1 : wide ? s.wide(base + 2, type) : s.word(base + 2, type);
        return new AtomicOp(s.source, space, access, s.place(base, space), wide,
                returns ? s.destination(s.operand(0), wide) : -1, operand,
                third, update(operation, type), operation.equals("add") && type == PtxType.F32);
    }

    private static boolean isDefined(String operation, PtxType type) {
        return type.bits() >= 32 && switch (operation) {
            case "add" -> type.integral() || type == PtxType.F32 || type == PtxType.F64;
            case "min", "max" -> type.integral() && type != PtxType.B32 && type != PtxType.B64;
            case "inc", "dec" -> type == PtxType.U32;
            default -> type.integral();
        };
    }

    private static Update update(String operation, PtxType type) {
        return switch (operation) {
            case "add" -> type == PtxType.F32
                    ? (old, x, c) -> Floats.bits(Floats.of((int) old) + Floats.of((int) x))
                    : type == PtxType.F64 ? (old, x, c) -> Double.doubleToRawLongBits(
                            Double.longBitsToDouble(old) + Double.longBitsToDouble(x)) : (old, x, c) -> old + x;
            case "and" -> (old, x, c) -> old & x;
            case "or" -> (old, x, c) -> old | x;
            case "xor" -> (old, x, c) -> old ^ x;
            case "exch" -> (old, x, c) -> x;
            case "cas" -> (old, x, c) -> old == x ? c : old;
            case "inc" -> (old, x, c) -> Long.compareUnsigned(old, x) >= 0 ? 0 : old + 1;
            case "dec" -> (old, x, c) -> old == 0 || Long.compareUnsigned(old, x) > 0 ? x : old - 1;
            case "min" -> (old, x, c) -> less(old, x, type) ? old : x;
            default -> (old, x, c) -> less(old, x, type) ? x : old;
        };
    }

    private static boolean less(long a, long b, PtxType type) {
        return !type.signed() ? Long.compareUnsigned(a, b) < 0 : type.bits() == 64 ? a < b : (int) a < (int) b;
    }

    private static Op copy(Statement s) {
        if (!s.take("async")) {
            throw s.refuse("is not supported");
        }
        if (s.take("commit_group")) {
            return new CopyOps.Commit(s.source);
        }
        if (s.take("wait_all")) {
            return new CopyOps.Wait(s.source, 0, true);
        }
        if (s.take("wait_group")) {
            return new CopyOps.Wait(s.source, (int) s.integer(0), false);
        }
        boolean cg = s.take("cg");
        if (!cg && !s.take("ca")) {
            throw s.refuse("is not supported");
        }
        cacheHints(s);
        if (!s.take("shared") && !s.take("shared::cta") || !s.take("global")) {
            throw s.refuse("copies from global to shared memory only");
        }
        int bytes = (int) s.integer(2);
        if (bytes != 16 && (cg || bytes != 4 && bytes != 8)) {
            throw s.refuse("size " + bytes + ", expected " + (cg ? "16" : "4, 8 or 16"));
        }
        boolean partial = s.count() > (s.source.modifiers().contains("L2::cache_hint") ? 4 : 3);
        int size = partial ? s.word(3, PtxType.B32) : -1;
        return new CopyOps.Copy(s.source, s.place(0, Space.SHARED), s.place(1, Space.GLOBAL), bytes, size);
    }

    private static Op hint(Statement s) {
        s.place(0, space(s));
        s.takeAny("L1", "L2");
        cacheHints(s);
        return new ControlOps.Hint(s.source);
    }
}
