package dev.gateloom.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Drawings in the formats of the Quick, Draw! collection, which is not part of this project: ndjson, a drawing in each line
 * (also {@code .ndjson.gz}), and the npz of SketchRNN, whose file name is the label. A folder stands for all such files in it.
 */
final class QuickDraw {
    private static final ObjectMapper JSON = new ObjectMapper();

    private QuickDraw() {
    }

    static SketchData read(Path path) throws IOException {
        List<Sketch> sketches = sketches(path);
        try {
            return SketchData.of(sketches);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static List<Sketch> sketches(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            List<Sketch> all = new ArrayList<>();
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.filter(f -> isNdjson(f) || isNpz(f)).sorted().toList()) {
                    all.addAll(sketches(file));
                }
            }
            return all;
        }
        if (isNpz(path)) {
            return npz(path);
        }
        if (isNdjson(path)) {
            return ndjson(path);
        }
        throw new IOException(path + ": expected a file .ndjson, .ndjson.gz or .npz, or a folder of such files");
    }

    private static boolean isNdjson(Path file) {
        return file.toString().endsWith(".ndjson") || file.toString().endsWith(".ndjson.gz");
    }

    private static boolean isNpz(Path file) {
        return file.toString().endsWith(".npz");
    }

    private static List<Sketch> ndjson(Path file) throws IOException {
        List<Sketch> sketches = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            try {
                JsonNode drawing = JSON.readTree(line);
                List<double[][]> strokes = new ArrayList<>();
                for (JsonNode stroke : drawing.required("drawing")) {
                    strokes.add(stroke(stroke));
                }
                if (!drawing.required("word").isTextual()) {
                    throw new IllegalArgumentException("the word is no text");
                }
                sketches.add(new Sketch(drawing.get("word").textValue(), strokes));
            } catch (IOException | IllegalArgumentException e) {
                throw new IOException(file + ", line " + number + ": expected {\"word\": ..., \"drawing\": [[[x...], [y...]], "
                        + "...]}: " + e.getMessage(), e);
            }
        }
        return sketches;
    }

    private static List<String> lines(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return Context.lines(in);
        } catch (IOException | IllegalArgumentException | UncheckedIOException e) {
            throw new IOException(file + ": " + Context.reason(e), e);
        }
    }

    /** {@code [[x...], [y...]]}, and in raw drawings the times, which are not used. */
    private static double[][] stroke(JsonNode stroke) {
        JsonNode x = stroke.required(0);
        JsonNode y = stroke.required(1);
        if (x.size() != y.size()) {
            throw new IllegalArgumentException("a stroke has " + x.size() + " x and " + y.size() + " y");
        }
        double[][] points = new double[x.size()][];
        for (int p = 0; p < points.length; p++) {
            if (!x.get(p).isNumber() || !y.get(p).isNumber()) {
                throw new IllegalArgumentException("a point is " + x.get(p) + ", " + y.get(p));
            }
            points[p] = new double[] {x.get(p).doubleValue(), y.get(p).doubleValue()};
        }
        return points;
    }

    private static List<Sketch> npz(Path file) throws IOException {
        String label = file.getFileName().toString().replaceFirst("(\\.full)?\\.npz$", "");
        List<Sketch> sketches = new ArrayList<>();
        for (Map.Entry<String, List<int[][]>> part : ObjectArrays.read(file).entrySet()) {
            for (int[][] offsets : part.getValue()) {
                if (offsets.length == 0 || offsets[0].length != Sketch.FEATURES) {
                    throw new IOException(file + ", array " + part.getKey() + ": expected drawings [points, 3], got one of ["
                            + offsets.length + ", " + (offsets.length == 0 ? 0 : offsets[0].length) + "]");
                }
                sketches.add(Sketch.ofOffsets(label, offsets));
            }
        }
        return sketches;
    }
}
