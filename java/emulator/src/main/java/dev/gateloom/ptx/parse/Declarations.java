package dev.gateloom.ptx.parse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Declarations of variables: {@code .shared .align 4 .b8 tile[1024];} after the space. */
final class Declarations {
    private final Tokens tokens;

    Declarations(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Variables of one declaration, up to and with its semicolon. */
    List<Variable> variables(Space space, boolean external) {
        List<Variable> result = new ArrayList<>();
        Header header = header();
        do {
            result.add(variable(space, header, external));
        } while (tokens.take(","));
        tokens.expect(";");
        return result;
    }

    /** A parameter of a kernel; what ends it is left to the caller. */
    Variable parameter() {
        return variable(Space.PARAM, header(), false);
    }

    private record Header(PtxType type, int alignment, int vector) {
    }

    private Header header() {
        int alignment = 0;
        int vector = 1;
        while (true) {
            Token token = tokens.next();
            switch (token.text()) {
                case ".align" -> alignment = (int) tokens.integer();
                case ".v2" -> vector = 2;
                case ".v4" -> vector = 4;
                case ".ptr" -> pointer();
                default -> {
                    PtxType type = token.text().startsWith(".") ? PtxType.of(token.text().substring(1)) : null;
                    if (type == null || type == PtxType.PRED) {
                        throw new PtxException(token.line(), "expected the type of a variable, got '" + token.text() + "'");
                    }
                    if (tokens.peek().is(".ptr")) {
                        tokens.next();
                        pointer();
                    }
                    return new Header(type, Math.max(alignment, type.bytes() * vector), vector);
                }
            }
        }
    }

    /** Attributes of a pointer parameter say nothing that the emulator uses. */
    private void pointer() {
        while (tokens.peek().text().startsWith(".")) {
            if (tokens.next().is(".align")) {
                tokens.integer();
            }
        }
    }

    private Variable variable(Space space, Header header, boolean external) {
        Token name = tokens.peek();
        String text = tokens.word("the name of a variable");
        long count = header.vector();
        boolean unsized = false;
        while (tokens.take("[")) {
            if (tokens.peek().is("]")) {
                unsized = true;
            } else {
                count *= tokens.integer();
            }
            tokens.expect("]");
        }
        byte[] initial = tokens.take("=") ? initial(header.type()) : null;
        if (unsized) {
            count = initial == null ? 0 : initial.length / header.type().bytes();
            if (initial == null && !external) {
                throw new PtxException(name.line(), "the array " + text + " has no size");
            }
        }
        return new Variable(space, text, header.type(), header.alignment(), count, initial, external);
    }

    private byte[] initial(PtxType type) {
        List<Operand> values = new ArrayList<>();
        values(values);
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Operand value : values) {
            put(bytes, type, value);
        }
        return bytes.array();
    }

    private void values(List<Operand> values) {
        if (tokens.take("{")) {
            do {
                if (!tokens.peek().is("}")) {
                    values(values);
                }
            } while (tokens.take(","));
            tokens.expect("}");
            return;
        }
        boolean minus = tokens.take("-");
        values.add(Literals.number(tokens.next(), minus));
    }

    private static void put(ByteBuffer bytes, PtxType type, Operand value) {
        long bits;
        if (value instanceof Operand.Real real) {
            bits = type.bits() == 64 ? Double.doubleToRawLongBits(real.value()) : real.single();
        } else {
            bits = ((Operand.Int) value).value();
        }
        switch (type.bytes()) {
            case 1 -> bytes.put((byte) bits);
            case 2 -> bytes.putShort((short) bits);
            case 4 -> bytes.putInt((int) bits);
            default -> bytes.putLong(bits);
        }
    }
}
