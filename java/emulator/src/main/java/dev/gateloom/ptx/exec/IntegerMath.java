package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.exec.Compute.Longs;
import dev.gateloom.ptx.exec.Compute.Narrow;
import dev.gateloom.ptx.exec.Compute.Widen;
import dev.gateloom.ptx.exec.Compute.Words;

/** Integers, lane by lane. Division by zero gives all ones, a remainder by zero the dividend, as NVIDIA's hardware does. */
final class IntegerMath {

    private IntegerMath() {
    }

    /** Instructions on words; 16-bit ones are extended before and cut off after. */
    static Words words(String opcode, boolean signed) {
        return switch (opcode) {
            case "add" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] + b[i];
                }
            };
            case "sub" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] - b[i];
                }
            };
            case "mul" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] * b[i];
                }
            };
            case "mad" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] * b[i] + c[i];
                }
            };
            case "and" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] & b[i];
                }
            };
            case "or" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] | b[i];
                }
            };
            case "xor" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] ^ b[i];
                }
            };
            case "shl" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = (b[i] & ~31) == 0 ? a[i] << b[i] : 0;
                }
            };
            case "shr" -> signed ? IntegerMath::shiftSigned : IntegerMath::shiftUnsigned;
            default -> rareWords(opcode, signed);
        };
    }

    private static Words rareWords(String opcode, boolean signed) {
        return switch (opcode) {
            case "div" -> signed ? (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = b[i] == 0 ? -1 : a[i] / b[i];
                }
            } : (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = b[i] == 0 ? -1 : Integer.divideUnsigned(a[i], b[i]);
                }
            };
            case "rem" -> signed ? (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = b[i] == 0 ? a[i] : a[i] % b[i];
                }
            } : (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = b[i] == 0 ? a[i] : Integer.remainderUnsigned(a[i], b[i]);
                }
            };
            case "min" -> signed ? (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Math.min(a[i], b[i]);
                }
            } : (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Integer.compareUnsigned(a[i], b[i]) <= 0 ? a[i] : b[i];
                }
            };
            case "max" -> signed ? (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Math.max(a[i], b[i]);
                }
            } : (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Integer.compareUnsigned(a[i], b[i]) >= 0 ? a[i] : b[i];
                }
            };
            case "abs" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Math.abs(a[i]);
                }
            };
            case "neg" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = -a[i];
                }
            };
            case "not" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = ~a[i];
                }
            };
            case "cnot" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] == 0 ? 1 : 0;
                }
            };
            case "popc" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Integer.bitCount(a[i]);
                }
            };
            case "clz" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Integer.numberOfLeadingZeros(a[i]);
                }
            };
            case "brev" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = Integer.reverse(a[i]);
                }
            };
            default -> throw new IllegalArgumentException(opcode);
        };
    }

    /** One pair of words: for what is too rare to have a loop of its own. */
    private interface Pair {
        int apply(int a, int b);
    }

    private static Words each(Pair pair) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = pair.apply(a[i], b[i]);
            }
        };
    }

    private static void shiftSigned(int[] d, int[] a, int[] b, int[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            d[i] = a[i] >> ((b[i] & ~31) == 0 ? b[i] : 31);
        }
    }

    private static void shiftUnsigned(int[] d, int[] a, int[] b, int[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            d[i] = (b[i] & ~31) == 0 ? a[i] >>> b[i] : 0;
        }
    }

    static Words shift16(String opcode, boolean signed) {
        boolean leftwards = opcode.equals("shl");
        return each((a, b) -> {
            int by = (b & ~31) == 0 ? b : 31;
            return leftwards ? (a & 0xffff) << by : signed ? (short) a >> by : (a & 0xffff) >>> by;
        });
    }

    /** Upper words of products. */
    static Words high(String opcode, boolean signed) {
        boolean mad = opcode.equals("mad");
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                long product = signed ? (long) a[i] * b[i] : (a[i] & 0xffffffffL) * (b[i] & 0xffffffffL);
                d[i] = (int) (product >>> 32) + (mad ? c[i] : 0);
            }
        };
    }

    static Words high16(String opcode) {
        boolean mad = opcode.equals("mad");
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = (a[i] * b[i] >> 16) + (mad ? c[i] : 0);
            }
        };
    }

    static void multiplyWideSigned(long[] d, int[] a, int[] b, long[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            d[i] = (long) a[i] * b[i] + c[i];
        }
    }

    static void multiplyWideUnsigned(long[] d, int[] a, int[] b, long[] c) {
        for (int i = 0; i < Warp.LANES; i++) {
            d[i] = (a[i] & 0xffffffffL) * (b[i] & 0xffffffffL) + c[i];
        }
    }

    /** Shifts of longs by words. */
    static Widen shiftLongs(String opcode, boolean signed) {
        if (opcode.equals("shl")) {
            return (d, by, none, a) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = (by[i] & ~63) == 0 ? a[i] << by[i] : 0;
                }
            };
        }
        return signed ? (d, by, none, a) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = a[i] >> ((by[i] & ~63) == 0 ? by[i] : 63);
            }
        } : (d, by, none, a) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = (by[i] & ~63) == 0 ? a[i] >>> by[i] : 0;
            }
        };
    }

    /** Instructions on longs. */
    static Longs longs(String opcode, boolean signed) {
        return switch (opcode) {
            case "sub" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] - b[i];
                }
            };
            case "mul" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] * b[i];
                }
            };
            case "mad" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] * b[i] + c[i];
                }
            };
            case "and" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] & b[i];
                }
            };
            case "or" -> (d, a, b, c) -> {
                for (int i = 0; i < Warp.LANES; i++) {
                    d[i] = a[i] | b[i];
                }
            };
            case "xor" -> eachLong((a, b) -> a ^ b);
            case "not" -> eachLong((a, b) -> ~a);
            case "cnot" -> eachLong((a, b) -> a == 0 ? 1 : 0);
            case "neg" -> eachLong((a, b) -> -a);
            case "abs" -> eachLong((a, b) -> Math.abs(a));
            case "brev" -> eachLong((a, b) -> Long.reverse(a));
            case "min" -> signed ? eachLong(Math::min) : eachLong((a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b);
            case "max" -> signed ? eachLong(Math::max) : eachLong((a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
            case "div" -> signed ? eachLong((a, b) -> b == 0 ? -1 : a / b)
                    : eachLong((a, b) -> b == 0 ? -1 : Long.divideUnsigned(a, b));
            case "rem" -> signed ? eachLong((a, b) -> b == 0 ? a : a % b)
                    : eachLong((a, b) -> b == 0 ? a : Long.remainderUnsigned(a, b));
            default -> throw new IllegalArgumentException(opcode);
        };
    }

    /** One pair of longs: for what is too rare to have a loop of its own. */
    private interface LongPair {
        long apply(long a, long b);
    }

    private static Longs eachLong(LongPair pair) {
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = pair.apply(a[i], b[i]);
            }
        };
    }

    static Longs highLongs(String opcode, boolean signed) {
        boolean mad = opcode.equals("mad");
        return (d, a, b, c) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                long high = Math.multiplyHigh(a[i], b[i]);
                if (!signed) {
                    high += (a[i] >> 63 & b[i]) + (b[i] >> 63 & a[i]);
                }
                d[i] = high + (mad ? c[i] : 0);
            }
        };
    }

    static Narrow countLongs(String opcode) {
        return opcode.equals("popc") ? (d, a) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Long.bitCount(a[i]);
            }
        } : (d, a) -> {
            for (int i = 0; i < Warp.LANES; i++) {
                d[i] = Long.numberOfLeadingZeros(a[i]);
            }
        };
    }
}
