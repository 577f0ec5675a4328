package dev.gateloom.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into maps, lists, strings, doubles, booleans and nulls: as much as the golden files need. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.blank();
        json.require(json.at == text.length(), "the end");
        return (Map<String, Object>) value;
    }

    private Object value() {
        blank();
        require(at < text.length(), "a value");
        return switch (text.charAt(at)) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!closes('}', members.isEmpty())) {
            blank();
            String key = string();
            blank();
            word(":", null);
            members.put(key, value());
        }
        return members;
    }

    private List<Object> elements() {
        List<Object> elements = new ArrayList<>();
        at++;
        while (!closes(']', elements.isEmpty())) {
            elements.add(value());
        }
        return elements;
    }

    /** Passes the closing bracket, or the comma before the next element. */
    private boolean closes(char bracket, boolean first) {
        blank();
        require(at < text.length(), "" + bracket);
        if (text.charAt(at) == bracket) {
            at++;
            return true;
        }
        if (!first) {
            word(",", null);
        }
        return false;
    }

    private String string() {
        StringBuilder s = new StringBuilder();
        word("\"", null);
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                char escaped = text.charAt(at++);
                int special = "nrtbf".indexOf(escaped);
                if (escaped == 'u') {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else {
                    c = special < 0 ? escaped : "\n\r\t\b\f".charAt(special);
                }
            }
            s.append(c);
        }
        at++;
        return s.toString();
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        require(at > start, "a number");
        return Double.valueOf(text.substring(start, at));
    }

    private Object word(String word, Object meaning) {
        require(text.startsWith(word, at), word);
        at += word.length();
        return meaning;
    }

    private void blank() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("JSON: expected " + expected + " at " + at + " of " + text);
        }
    }
}
