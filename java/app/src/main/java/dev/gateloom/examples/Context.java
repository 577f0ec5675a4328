package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Weights;
import dev.gateloom.train.TrainingListener;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/**
 * What an {@link Example} is run with.
 *
 * @param engine computes the recurrent layers
 * @param seed of what is random in training: first weights, order of samples, dropout; {@link Split} does not depend on it
 * @param epochs rounds over the training samples
 * @param data a file to read instead of the example's own; null for none
 * @param folder where files go; made when the first one is written
 * @param listener gives who hears of the progress of a training, by its name
 * @param log what an example shows beside its scores
 */
record Context(RnnEngine engine, long seed, int epochs, Path data, Path folder,
        Function<String, TrainingListener> listener, PrintWriter log) {

    /** Makes something of a file. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(InputStream in) throws IOException;
    }

    /** Engine and seed for a model. */
    Setup setup() {
        return Setup.of(engine, seed);
    }

    /** Who hears of the progress of a training. */
    TrainingListener progress(String training) {
        return listener.apply(training);
    }

    /** Shows a line. */
    void print(String format, Object... values) {
        log.printf(Locale.ROOT, format + "%n", values);
        log.flush();
    }

    /**
     * Reads the file that was asked for, or else the resource; one whose name ends in {@code .gz} is unpacked.
     *
     * @throws IOException if there is no such file, or the parser refuses it; the message names the file
     */
    <T> T read(String resource, Parser<T> parser) throws IOException {
        String name = data == null ? resource : data.toString();
        if (data != null && !Files.exists(data)) {
            throw new IOException(name + ": no such file");
        }
        if (data != null && Files.isDirectory(data)) {
            throw new IOException(name + ": expected a file, got a folder");
        }
        try (InputStream raw = data == null ? Context.class.getResourceAsStream(resource) : Files.newInputStream(data);
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : new BufferedInputStream(raw)) {
            return parser.parse(in);
        } catch (IOException | IllegalArgumentException | DateTimeException | UncheckedIOException e) {
            throw new IOException(name + ": " + reason(e), e);
        }
    }

    /** What went wrong, in words: of some exceptions the message is no more than a name. */
    static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        return cause instanceof FileSystemException ? cause.getClass().getSimpleName() + ": " + cause.getMessage() : cause.getMessage();
    }

    /**
     * The lines of a text: what many parsers start with.
     *
     * @throws IllegalArgumentException if it is no text in UTF-8
     */
    static List<String> lines(InputStream in) {
        try {
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder())).lines().toList();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw new IllegalArgumentException("expected a text in UTF-8, got other bytes", e);
            }
            throw e;
        }
    }

    /** Writes the weights of a model, as {@link Weights#load} reads them. */
    void save(Layer model, String name) throws IOException {
        Weights.save(model, file(name + ".safetensors"));
    }

    /** Writes a picture. */
    void save(Svg picture, String name) throws IOException {
        Files.writeString(file(name + ".svg"), picture.build());
    }

    /** Where to write a file, in a folder that is there. */
    Path file(String name) throws IOException {
        return Files.createDirectories(folder).resolve(name);
    }
}
