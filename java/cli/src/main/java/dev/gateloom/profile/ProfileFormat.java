package dev.gateloom.profile;

import java.util.function.Function;

/** How a report is written. */
public enum ProfileFormat {
    /** Tables for people, with what the figures mean. */
    TEXT(TextFormat::of),
    /** A line for each kernel. */
    CSV(CsvFormat::of),
    /** One object. */
    JSON(JsonFormat::of);

    private final Function<ProfileReport, String> writer;

    ProfileFormat(Function<ProfileReport, String> writer) {
        this.writer = writer;
    }

    /**
     * Writes a report.
     *
     * @param report what to write
     * @return the text, with a line break at its end
     */
    public String write(ProfileReport report) {
        return writer.apply(report);
    }
}
