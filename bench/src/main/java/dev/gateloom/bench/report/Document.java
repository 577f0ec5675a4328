package dev.gateloom.bench.report;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a report says, whatever it is written as: headings, lists, tables and pictures, one after the other. */
public final class Document {
    private final String title;
    private final ZonedDateTime when;
    private final String command;
    private final List<Block> blocks = new ArrayList<>();

    /** A part of the document. */
    sealed interface Block permits Heading, Warning, Lines, Facts, Rows, Text, Figures {
    }

    record Heading(String text) implements Block {
    }

    record Warning(String text) implements Block {
    }

    /** The style is a class of the style sheet. */
    record Lines(String style, List<String> lines) implements Block {
    }

    record Facts(Map<String, String> facts) implements Block {
    }

    record Rows(Table table) implements Block {
    }

    record Text(String text) implements Block {
    }

    record Figures(List<Figure> figures) implements Block {
    }

    /**
     * An empty document.
     *
     * @param title its heading
     * @param when the measurement began
     * @param command as it was typed
     */
    public Document(String title, ZonedDateTime when, String command) {
        this.title = title;
        this.when = when;
        this.command = command.strip();
    }

    /**
     * Begins a section.
     *
     * @param text its heading
     * @return this
     */
    public Document heading(String text) {
        return add(new Heading(text));
    }

    /**
     * Adds what a reader must not miss.
     *
     * @param text a sentence or two
     * @return this
     */
    public Document warning(String text) {
        return add(new Warning(text));
    }

    /**
     * Adds what was found out.
     *
     * @param lines sentences
     * @return this
     */
    public Document findings(List<String> lines) {
        return add(new Lines("findings", lines));
    }

    /**
     * Adds remarks.
     *
     * @param lines sentences
     * @return this
     */
    public Document notes(List<String> lines) {
        return add(new Lines("notes", lines));
    }

    /**
     * Adds labelled facts.
     *
     * @param facts label and text, in order
     * @return this
     */
    public Document facts(Map<String, String> facts) {
        return add(new Facts(facts));
    }

    /**
     * Adds a table.
     *
     * @param table the table
     * @return this
     */
    public Document table(Table table) {
        return add(new Rows(table));
    }

    /**
     * Adds a paragraph.
     *
     * @param text sentences
     * @return this
     */
    public Document text(String text) {
        return add(new Text(text));
    }

    /**
     * Adds pictures, which only HTML shows.
     *
     * @param figures side by side where there is room
     * @return this
     */
    public Document figures(List<Figure> figures) {
        return add(new Figures(figures));
    }

    /**
     * As one HTML file without scripts.
     *
     * @return the page
     */
    public String html() {
        return Html.of(this);
    }

    /**
     * As Markdown, without pictures.
     *
     * @return the text
     */
    public String markdown() {
        return Markdown.of(this);
    }

    String title() {
        return title;
    }

    ZonedDateTime when() {
        return when;
    }

    /** With its arguments. */
    String command() {
        return ("bench/run " + command).strip();
    }

    List<Block> blocks() {
        return blocks;
    }

    private Document add(Block block) {
        blocks.add(block);
        return this;
    }
}
