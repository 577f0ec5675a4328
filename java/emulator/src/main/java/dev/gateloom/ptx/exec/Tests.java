package dev.gateloom.ptx.exec;

/** Comparisons of {@code setp}: a bit for each lane. */
final class Tests {

    private Tests() {
    }

    /** Whether three-way results satisfy a comparison. */
    private interface Sign {
        boolean holds(int sign);
    }

    /** Comparison of signed words; unsigned ones are shifted by the sign bit first. Null if there is none of that name. */
    static Compute.TestWords words(String comparison, boolean signed) {
        int flip = signed ? 0 : Integer.MIN_VALUE;
        return switch (comparison) {
            case "eq" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= a[i] == b[i] ? 1 << i : 0;
                }
                return mask;
            };
            case "ne" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= a[i] != b[i] ? 1 << i : 0;
                }
                return mask;
            };
            case "lt", "lo" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= (a[i] ^ flip) < (b[i] ^ flip) ? 1 << i : 0;
                }
                return mask;
            };
            case "le", "ls" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= (a[i] ^ flip) <= (b[i] ^ flip) ? 1 << i : 0;
                }
                return mask;
            };
            case "gt", "hi" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= (a[i] ^ flip) > (b[i] ^ flip) ? 1 << i : 0;
                }
                return mask;
            };
            case "ge", "hs" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= (a[i] ^ flip) >= (b[i] ^ flip) ? 1 << i : 0;
                }
                return mask;
            };
            default -> null;
        };
    }

    static Compute.TestLongs longs(String comparison, boolean signed) {
        Sign sign = sign(comparison);
        if (sign == null) {
            return null;
        }
        long flip = signed ? 0 : Long.MIN_VALUE;
        return (a, b) -> {
            int mask = 0;
            for (int i = 0; i < Warp.LANES; i++) {
                mask |= sign.holds(Long.compare(a[i] ^ flip, b[i] ^ flip)) ? 1 << i : 0;
            }
            return mask;
        };
    }

    private static Sign sign(String comparison) {
        return switch (comparison) {
            case "eq" -> s -> s == 0;
            case "ne" -> s -> s != 0;
            case "lt", "lo" -> s -> s < 0;
            case "le", "ls" -> s -> s <= 0;
            case "gt", "hi" -> s -> s > 0;
            case "ge", "hs" -> s -> s >= 0;
            default -> null;
        };
    }

    /** Ordered comparisons are false for NaN, those that end in u are true. */
    private interface Real {
        boolean holds(double a, double b);
    }

    private static Real real(String comparison) {
        return switch (comparison) {
            case "eq" -> (a, b) -> a == b;
            case "ne" -> (a, b) -> a < b || a > b;
            case "lt" -> (a, b) -> a < b;
            case "le" -> (a, b) -> a <= b;
            case "gt" -> (a, b) -> a > b;
            case "ge" -> (a, b) -> a >= b;
            case "equ" -> (a, b) -> !(a < b || a > b);
            case "neu" -> (a, b) -> a != b;
            case "ltu" -> (a, b) -> !(a >= b);
            case "leu" -> (a, b) -> !(a > b);
            case "gtu" -> (a, b) -> !(a <= b);
            case "geu" -> (a, b) -> !(a < b);
            case "num" -> (a, b) -> a == a && b == b;
            case "nan" -> (a, b) -> a != a || b != b;
            default -> null;
        };
    }

    /** Operands are flushed before, if they are to be. Null if there is no comparison of that name. */
    static Compute.TestWords floats(String comparison) {
        return switch (comparison) {
            case "lt" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) < Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            case "le" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) <= Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            case "gt" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) > Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            case "ge" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) >= Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            case "eq" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) == Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            case "neu" -> (a, b) -> {
                int mask = 0;
                for (int i = 0; i < Warp.LANES; i++) {
                    mask |= Floats.of(a[i]) != Floats.of(b[i]) ? 1 << i : 0;
                }
                return mask;
            };
            default -> rareFloats(comparison);
        };
    }

    private static Compute.TestWords rareFloats(String comparison) {
        Real real = real(comparison);
        return real == null ? null : (a, b) -> {
            int mask = 0;
            for (int i = 0; i < Warp.LANES; i++) {
                mask |= real.holds(Floats.of(a[i]), Floats.of(b[i])) ? 1 << i : 0;
            }
            return mask;
        };
    }

    /** Numbers of 16 bits, as floats. */
    static Compute.TestWords halves(String comparison, boolean brain) {
        Compute.TestWords floats = floats(comparison);
        return floats == null ? null : (a, b) -> {
            int[] x = new int[Warp.LANES];
            int[] y = new int[Warp.LANES];
            for (int i = 0; i < Warp.LANES; i++) {
                x[i] = Floats.bits(brain ? BrainFloats.toFloat(a[i]) : Halves.toFloat(a[i] & 0xffff));
                y[i] = Floats.bits(brain ? BrainFloats.toFloat(b[i]) : Halves.toFloat(b[i] & 0xffff));
            }
            return floats.apply(x, y);
        };
    }

    static Compute.TestLongs doubles(String comparison) {
        Real real = real(comparison);
        return real == null ? null : (a, b) -> {
            int mask = 0;
            for (int i = 0; i < Warp.LANES; i++) {
                mask |= real.holds(Double.longBitsToDouble(a[i]), Double.longBitsToDouble(b[i])) ? 1 << i : 0;
            }
            return mask;
        };
    }
}
