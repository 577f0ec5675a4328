package dev.gateloom.ptx.parse;

/**
 * A piece of the text.
 *
 * @param kind what it is
 * @param text as written; the content of a string
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        /** A name with all its dots: {@code ld.global.f32}, {@code .reg}, {@code %tid.x}. */
        WORD,
        /** Starts with a digit. */
        NUMBER,
        STRING,
        /** One other character. */
        SIGN,
        END
    }

    boolean is(String sign) {
        return (kind == Kind.SIGN || kind == Kind.WORD) && text.equals(sign);
    }
}
