package dev.gateloom.ptx;

/** Two numbers of 16 bits in each register. */
final class HalfInstructions extends InstructionCases {

    HalfInstructions() {
        halves();
    }

    /** Bits of one result from bits of three operands. */
    private interface Triple {
        int of(int x, int y, int z);
    }

    /** Two numbers of 16 bits in each register. */
    private void halves() {
        for (HalfFormat format : HalfFormat.values()) {
            String pair = format.name().toLowerCase(java.util.Locale.ROOT) + "x2 %d, %a, %b";
            word("add.rn." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(x, format.one, y)));
            word("sub.rn." + pair + ";",
                    (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(y, format.one | 0x8000, x)));
            word("mul.rn." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.fma(x, y, 0x8000 & (x ^ y))));
            word("fma.rn." + pair + ", %c;", (a, b, c) -> twice(a, b, c, format::fma));
            word("fma.rn.relu." + pair + ", %c;", (a, b, c) -> twice(a, b, c, (x, y, z) -> {
                int result = format.fma(x, y, z);
                return (result & 0x8000) != 0 ? 0 : result;
            }));
            word("min." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.least(x, y, 0)));
            word("max." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) -> format.least(x, y, 0x8000)));
            word("max.NaN." + pair + ";", (a, b, c) -> twice(a, b, c, (x, y, z) ->
                    format.isNaN(x) || format.isNaN(y) ? 0x7fff : format.least(x, y, 0x8000)));
            String one = "." + format.name().toLowerCase(java.util.Locale.ROOT);
            word("mov.b32 {%h, %g}, %a; neg" + one + " %h, %h; abs" + one + " %g, %g; mov.b32 %d, {%h, %g};",
                    (a, b, c) -> (format.isNaN((int) a & 0xffff) ? 0x7fff : (a ^ 0x8000) & 0xffff)
                            | (format.isNaN((int) a >>> 16) ? 0x7fff : a >>> 16 & 0x7fff) << 16);
            word("mov.b32 {%h, %g}, %a; setp.lt" + one + " %p, %h, %g; selp.b32 %d, 1, 0, %p;", (a, b, c) -> {
                int x = (int) a & 0xffff;
                int y = (int) a >>> 16;
                return !format.isNaN(x) && !format.isNaN(y) && format.value(x).compareTo(format.value(y)) < 0 ? 1 : 0;
            });
        }
        word("fma.rn.ftz.f16x2 %d, %a, %b, %c;", (a, b, c) -> twice(a, b, c, (x, y, z) ->
                flushHalf(HalfFormat.F16.fma(flushHalf(x), flushHalf(y), flushHalf(z)))));
        word("add.rn.sat.f16x2 %d, %a, %b;", (a, b, c) -> twice(a, b, c, (x, y, z) -> {
            int sum = HalfFormat.F16.fma(x, HalfFormat.F16.one, y);
            return HalfFormat.F16.isNaN(sum) || (sum & 0x8000) != 0 ? 0 : Math.min(sum, HalfFormat.F16.one);
        }));
        word("mov.b32 {%h, %g}, %a; add.rn.f16 %h, %h, %g; mov.b32 %d, {%h, %h};", (a, b, c) ->
                HalfFormat.F16.fma((int) a & 0xffff, HalfFormat.F16.one, (int) a >>> 16) * 0x10001L);
    }

    private static int flushHalf(int bits) {
        return (bits & 0x7c00) == 0 ? bits & 0x8000 : bits;
    }

    private static long twice(long a, long b, long c, Triple one) {
        int low = one.of((int) a & 0xffff, (int) b & 0xffff, (int) c & 0xffff);
        return low | (long) one.of((int) a >>> 16, (int) b >>> 16, (int) c >>> 16) << 16;
    }
}
