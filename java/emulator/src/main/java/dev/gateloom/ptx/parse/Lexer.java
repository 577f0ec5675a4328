package dev.gateloom.ptx.parse;

import java.util.ArrayList;
import java.util.List;

/** Cuts PTX text into tokens. Comments vanish. */
final class Lexer {
    private final String text;
    private int at;
    private int line = 1;

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (token.kind() != Token.Kind.END);
        return tokens;
    }

    private Token next() {
        skipBlanks();
        int start = at;
        if (at == text.length()) {
            return new Token(Token.Kind.END, "the end of the file", line);
        }
        char c = text.charAt(at);
        if (c == '"') {
            return string();
        }
        if (Character.isDigit(c)) {
            while (at < text.length() && isInWord(text.charAt(at))) {
                at++;
            }
            return new Token(Token.Kind.NUMBER, text.substring(start, at), line);
        }
        if (isInWord(c)) {
            word();
            return new Token(Token.Kind.WORD, text.substring(start, at), line);
        }
        at++;
        return new Token(Token.Kind.SIGN, String.valueOf(c), line);
    }

    private void word() {
        do {
            at++;
            if (text.startsWith("::", at) && at + 2 < text.length() && isInWord(text.charAt(at + 2))) {
                at += 2;                                        // .shared::cta, but not the colon of a label
            }
        } while (at < text.length() && isInWord(text.charAt(at)));
    }

    private Token string() {
        int start = ++at;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\n') {
                throw new PtxException(line, "a string has no end");
            }
            at++;
        }
        if (at == text.length()) {
            throw new PtxException(line, "a string has no end");
        }
        return new Token(Token.Kind.STRING, text.substring(start, at++), line);
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                at++;
            } else if (Character.isWhitespace(c) || c == 0) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw new PtxException(line, "a comment has no end");
        }
        line += (int) text.substring(at, end).chars().filter(c -> c == '\n').count();
        at = end + 2;
    }

    private static boolean isInWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c == '%'
                || c == '.';
    }
}
