package dev.gateloom.ptx.parse;

import java.util.List;

/** Reads tokens one after the other. */
final class Tokens {
    private final List<Token> tokens;
    private int at;

    Tokens(String text) {
        tokens = Lexer.tokens(text);
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    /** Takes the sign or word if it is next. */
    boolean take(String sign) {
        if (peek().is(sign)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String sign) {
        Token token = next();
        if (!token.is(sign)) {
            throw new PtxException(token.line(), "expected '" + sign + "', got '" + token.text() + "'");
        }
    }

    String word(String what) {
        Token token = next();
        if (token.kind() != Token.Kind.WORD) {
            throw new PtxException(token.line(), "expected " + what + ", got '" + token.text() + "'");
        }
        return token.text();
    }

    long integer() {
        return Literals.integer(next());
    }

    /** Skips to the matching brace; the next token opens it. */
    void skipBraces() {
        expect("{");
        for (int depth = 1; depth > 0; ) {
            Token token = next();
            if (token.kind() == Token.Kind.END) {
                throw new PtxException(token.line(), "a brace is not closed");
            }
            depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
        }
    }

    /** Skips everything up to and with the next semicolon. */
    void skipStatement() {
        while (!atEnd() && !next().is(";")) {
            continue;
        }
    }

    /** Skips what is left of a line. */
    void skipLine(int line) {
        while (!atEnd() && peek().line() == line) {
            at++;
        }
    }
}
