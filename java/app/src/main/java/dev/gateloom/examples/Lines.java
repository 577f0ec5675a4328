package dev.gateloom.examples;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;

/** Checks of what is read line by line; errors say which line, counted from 1. */
final class Lines {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("u-M-d").withResolverStyle(ResolverStyle.STRICT);

    private Lines() {
    }

    /** Refuses a line unless what is expected of it holds. */
    static void check(boolean holds, int line, String expected, Object came) {
        if (!holds) {
            throw new IllegalArgumentException("line " + line + ": expected " + expected + ", got " + came);
        }
    }

    /** A number. NaN and infinities, which {@link Float#parseFloat} takes, would only be noticed when training fails. */
    static float number(String field, int line) {
        float value = Float.NaN;
        try {
            value = Float.parseFloat(field);
        } catch (NumberFormatException e) {
            // refused below
        }
        check(Float.isFinite(value), line, "a finite number", field);
        return value;
    }

    /** A day as {@code 2012-01-31}. */
    static LocalDate date(String field, int line) {
        LocalDate date = null;
        try {
            date = LocalDate.parse(field, DATE);
        } catch (DateTimeException e) {
            // refused below
        }
        check(date != null, line, "a date", field);
        return date;
    }
}
