package dev.gateloom.bench.gpu;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts for others to read: without the places that name a user or are nobody else's business. */
final class Published {
    private static final String LOADER = "LD_LIBRARY_PATH";
    private final Map<String, String> names = new LinkedHashMap<>();

    /**
     * Of a user.
     *
     * @param home replaced by {@code ~}
     * @param libraries folders of {@code LD_LIBRARY_PATH}; null if it is not set
     */
    Published(String home, String libraries) {
        Arrays.stream((libraries == null ? "" : libraries).split(File.pathSeparator)).filter(Published::tells)
                .sorted(Comparator.comparing(String::length).reversed()).forEach(folder -> names.put(folder, "$" + LOADER));
        if (tells(home)) {
            names.put(home, "~");
        }
    }

    static Published here() {
        return new Published(System.getProperty("user.home"), System.getenv(LOADER));
    }

    /** Neither a root nor relative. */
    private static boolean tells(String folder) {
        return !folder.isEmpty() && Path.of(folder).isAbsolute() && Path.of(folder).getNameCount() > 0;
    }

    String text(String text) {
        String published = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            for (String path : new String[] {name.getKey(), name.getKey().replace("\\", "\\\\")}) {          // as in JSON
                published = published.replaceAll(Pattern.quote(path) + "(?![\\w-])", Matcher.quoteReplacement(name.getValue()));
            }
        }
        return published;
    }
}
