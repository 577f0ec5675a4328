package dev.gateloom.ptx;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Instructions and what they compute, by arithmetic written independently: big integers and big decimals where Java's own
 * operators are what the emulator uses.
 */
abstract class InstructionCases {
    private final List<Case> cases = new ArrayList<>();

    /** Operands and result as bits. */
    interface Expected {
        long of(long a, long b, long c);
    }

    /**
     * An instruction.
     *
     * @param ptx with {@code %d} for the result and {@code %a %b %c} for the operands
     * @param in bits of an operand
     * @param out bits of the result
     */
    record Case(String ptx, int in, int out, Expected expected) {

        @Override
        public String toString() {
            return ptx;
        }
    }

    /** Of all groups. */
    static Stream<Case> all() {
        return Stream.of(new IntegerInstructions(), new FloatInstructions(), new Comparisons(), new Conversions(),
                new HalfInstructions()).flatMap(group -> group.cases.stream());
    }

    final void add(Case one) {
        cases.add(one);
    }

    final void word(String ptx, Expected expected) {
        add(new Case(ptx, 32, 32, expected));
    }

    final void wide(String ptx, Expected expected) {
        add(new Case(ptx, 64, 64, expected));
    }

    final void widen(String ptx, Expected expected) {
        add(new Case(ptx, 32, 64, expected));
    }

    final void narrow(String ptx, Expected expected) {
        add(new Case(ptx, 64, 32, expected));
    }

    final void both(int size, String ptx, Expected expected) {
        add(new Case(ptx, size, size, expected));
    }

    static BigInteger signed(long bits, int size) {
        BigInteger value = unsigned(bits, size);
        return value.testBit(size - 1) ? value.subtract(BigInteger.ONE.shiftLeft(size)) : value;
    }

    static BigInteger unsigned(long bits, int size) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < size; i++) {
            value = (bits >>> i & 1) != 0 ? value.setBit(i) : value;
        }
        return value;
    }

    static float f(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    static double d(long bits) {
        return Double.longBitsToDouble(bits);
    }

    static long bits(float value) {
        return Float.isNaN(value) ? 0x7fffffff : Float.floatToRawIntBits(value);
    }

    static long flush(long bits) {
        return (bits & 0x7f800000) == 0 ? bits & 0x80000000L : bits;
    }

    static long saturate(float x) {
        return Float.isNaN(x) || x <= 0 ? 0 : bits(Math.min(x, 1));
    }
}
