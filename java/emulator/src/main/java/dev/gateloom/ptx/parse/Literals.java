package dev.gateloom.ptx.parse;

import java.util.Locale;

/** Numbers as PTX writes them. */
final class Literals {

    private Literals() {
    }

    /** An operand of a number token, {@code minus} telling whether a sign stood before it. */
    static Operand number(Token token, boolean minus) {
        String text = token.text().toLowerCase(Locale.ROOT);
        try {
            if (text.startsWith("0f")) {
                return single(Integer.parseUnsignedInt(text.substring(2), 16), minus);
            }
            if (text.startsWith("0d")) {
                double value = Double.longBitsToDouble(Long.parseUnsignedLong(text.substring(2), 16));
                return real(minus ? -value : value);
            }
            if (!text.startsWith("0x") && (text.indexOf('.') >= 0 || text.indexOf('e') >= 0)) {
                double value = Double.parseDouble(text);
                return real(minus ? -value : value);
            }
            long value = integer(text);
            return new Operand.Int(minus ? -value : value);
        } catch (NumberFormatException e) {
            throw new PtxException(token.line(), "expected a number, got '" + token.text() + "'");
        }
    }

    /** A whole number of a directive. */
    static long integer(Token token) {
        if (number(token, false) instanceof Operand.Int value) {
            return value.value();
        }
        throw new PtxException(token.line(), "expected a whole number, got '" + token.text() + "'");
    }

    private static long integer(String text) {
        String digits = text.endsWith("u") ? text.substring(0, text.length() - 1) : text;
        if (digits.startsWith("0x")) {
            return Long.parseUnsignedLong(digits.substring(2), 16);
        }
        if (digits.startsWith("0b")) {
            return Long.parseUnsignedLong(digits.substring(2), 2);
        }
        if (digits.length() > 1 && digits.startsWith("0")) {
            return Long.parseUnsignedLong(digits.substring(1), 8);
        }
        return Long.parseUnsignedLong(digits);
    }

    private static Operand single(int bits, boolean minus) {
        int signed = minus ? bits ^ Integer.MIN_VALUE : bits;
        return new Operand.Real(Float.intBitsToFloat(signed), signed);
    }

    private static Operand real(double value) {
        return new Operand.Real(value, Float.floatToRawIntBits((float) value));
    }
}
