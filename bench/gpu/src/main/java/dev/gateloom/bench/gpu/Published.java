package dev.gateloom.bench.gpu;

import dev.gateloom.cuda.libraries.CudaLibraries;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts for others to read: without the places that name a user or are nobody else's business. */
final class Published {
    private static final List<String> VARIABLES = List.of(CudaLibraries.VARIABLE, "LD_LIBRARY_PATH", "XDG_CACHE_HOME");
    private final List<Place> places = new ArrayList<>();

    /** A folder, and what stands for it. */
    private record Place(String folder, String name) {
    }

    /**
     * Of a user.
     *
     * @param home replaced by {@code ~}
     * @param folders those of variables and the like, separated as in a class path, by what replaces them
     */
    Published(String home, Map<String, String> folders) {
        folders.forEach((name, all) -> {
            for (String folder : all.split(File.pathSeparator)) {
                add(folder, name);
            }
        });
        add(home, "~");
        places.sort(Comparator.comparing((Place place) -> place.folder.length()).reversed());        // what lies in another first
    }

    static Published here() {
        Map<String, String> folders = new LinkedHashMap<>();
        folders.put("${" + CudaLibraries.PROPERTY + "}", System.getProperty(CudaLibraries.PROPERTY, ""));
        VARIABLES.forEach(name -> folders.put("$" + name, System.getenv().getOrDefault(name, "")));
        return new Published(System.getProperty("user.home"), folders);
    }

    /** Not a root. One that is relative is never shown so. */
    private void add(String folder, String name) {
        if (!folder.isBlank()) {
            Path path = Path.of(folder).toAbsolutePath();
            if (path.getNameCount() > 0) {
                places.add(new Place(path.toString(), name));
            }
        }
    }

    String text(String text) {
        String published = text;
        for (Place place : places) {
            for (String path : new String[] {place.folder, place.folder.replace("\\", "\\\\")}) {          // as in JSON
                published = published.replaceAll(Pattern.quote(path) + "(?![\\w-])", Matcher.quoteReplacement(place.name));
            }
        }
        return published;
    }
}
