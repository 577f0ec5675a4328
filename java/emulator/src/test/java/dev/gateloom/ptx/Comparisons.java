package dev.gateloom.ptx;

import java.util.List;

/** Comparisons of numbers, and what a NaN makes of them. */
final class Comparisons extends InstructionCases {

    Comparisons() {
        comparisons();
        predicates();
    }

    /** A comparison of numbers. */
    private interface Relation {
        boolean holds(float x, float y);
    }

    private void comparisons() {
        compare("eq", false, (x, y) -> x == y);
        compare("ne", false, (x, y) -> x != y);
        compare("lt", false, (x, y) -> x < y);
        compare("le", false, (x, y) -> x <= y);
        compare("gt", false, (x, y) -> x > y);
        compare("ge", false, (x, y) -> x >= y);
        compare("equ", true, (x, y) -> x == y);
        compare("neu", true, (x, y) -> x != y);
        compare("ltu", true, (x, y) -> x < y);
        compare("leu", true, (x, y) -> x <= y);
        compare("gtu", true, (x, y) -> x > y);
        compare("geu", true, (x, y) -> x >= y);
        compare("num", false, (x, y) -> true);
        compare("nan", true, (x, y) -> false);
        word("setp.gt.s32 %q, %a, 0; setp.lt.and.f32 %p|%r, %a, %b, %q; selp.b32 %x, 1, 0, %p; selp.b32 %d, 2, 0, %r;"
                + " add.s32 %d, %d, %x;", (a, b, c) -> (int) a > 0 ? f(a) < f(b) ? 1 : 2 : 0);
        for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
            word("setp." + name + ".s32 %p, %a, %b; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, signed(a, 32).compareTo(signed(b, 32))));
            wide("setp." + name + ".s64 %p, %a, %b; selp.b64 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, signed(a, 64).compareTo(signed(b, 64))));
            wide("setp." + name + ".u64 %p, %a, %b; selp.b64 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, unsigned(a, 64).compareTo(unsigned(b, 64))));
            word("setp." + name + ".u32 %p, %a, %b; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, unsigned(a, 32).compareTo(unsigned(b, 32))));
            word("cvt.u16.u32 %h, %a; cvt.u16.u32 %g, %b; setp." + name + ".s16 %p, %h, %g; selp.b32 %d, 1, 0, %p;",
                    (a, b, c) -> holds(name, Short.compare((short) a, (short) b)));
        }
    }

    /** Of two signs. */
    private void predicates() {
        String signs = "setp.lt.s32 %p, %a, 0; setp.lt.s32 %q, %b, 0; ";
        String result = " selp.b32 %d, 1, 0, %r;";
        word(signs + "mov.pred %r, %p;" + result, (a, b, c) -> a >>> 31 & 1);
        word(signs + "not.pred %r, %p;" + result, (a, b, c) -> ~a >>> 31 & 1);
        word(signs + "and.pred %r, %p, %q;" + result, (a, b, c) -> (a & b) >>> 31 & 1);
        word(signs + "or.pred %r, %p, %q;" + result, (a, b, c) -> (a | b) >>> 31 & 1);
        word(signs + "xor.pred %r, %p, %q;" + result, (a, b, c) -> (a ^ b) >>> 31 & 1);
        word("setp.eq.b32 %p, %a, %b; selp.f32 %d, %a, %c, %p;", (a, b, c) -> a == b ? a : c);
        word("setp.lt.s32 %p, %a, 0; cvt.u16.u32 %h, %b; cvt.u16.u32 %g, %c; selp.u16 %h, %h, %g, %p; cvt.u32.u16 %d, %h;",
                (a, b, c) -> ((int) a < 0 ? b : c) & 0xffff);
    }

    private static long holds(String name, int sign) {
        return switch (name) {
            case "eq" -> sign == 0;
            case "ne" -> sign != 0;
            case "lt" -> sign < 0;
            case "le" -> sign <= 0;
            case "gt" -> sign > 0;
            default -> sign >= 0;
        } ? 1 : 0;
    }

    private void compare(String name, boolean unordered, Relation relation) {
        word("setp." + name + ".f32 %p, %a, %b; selp.b32 %d, 1, 0, %p;", (a, b, c) -> {
            boolean nan = Float.isNaN(f(a)) || Float.isNaN(f(b));
            return (nan ? unordered : relation.holds(f(a), f(b))) ? 1 : 0;
        });
    }
}
