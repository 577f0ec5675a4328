package dev.gateloom.kernels.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A {@code .cu} file with all that it includes.
 *
 * @param name without {@code .cu}
 * @param text of the file
 * @param headers text of each included file by its name, directly included or not
 * @param options that the file asks for by a line {@code // nvrtc: --option}
 */
record SourceFile(String name, String text, Map<String, String> headers, List<String> options) {
    private static final Pattern INCLUDE = Pattern.compile("^\\s*#\\s*include\\s*([\"<])([^\">]+)[\">]");
    private static final Pattern OPTION = Pattern.compile("^// nvrtc:(.*)$");
    private static final String SUFFIX = ".cu";

    /** All of a folder, in the order of their names. */
    static List<SourceFile> readAll(Path folder) throws IOException, CompileException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.filter(f -> f.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new CompileException(folder + ": no " + SUFFIX + " file");
        }
        List<SourceFile> all = new ArrayList<>();
        for (Path file : files) {
            all.add(read(file));
        }
        return all;
    }

    static SourceFile read(Path file) throws IOException, CompileException {
        String fileName = file.getFileName().toString();
        String text = readText(file);
        Map<String, String> headers = new TreeMap<>();
        include(file, text, headers);
        return new SourceFile(fileName.substring(0, fileName.length() - SUFFIX.length()), text, headers, options(file, text));
    }

    String fileName() {
        return name + SUFFIX;
    }

    private static List<String> options(Path file, String text) throws CompileException {
        List<String> options = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n")) {
            number++;
            Matcher option = OPTION.matcher(line);
            if (!option.find()) {
                continue;
            }
            String value = option.group(1).strip();
            if (!value.matches("--\\S+")) {
                throw new CompileException(file + ":" + number + ": error: expected one option, as in \"// nvrtc: --use_fast_math\", got \""
                        + line + "\"");
            }
            options.add(value);
        }
        return options;
    }

    /** Adds what a file includes, and what that includes; each once, so that files may include each other. */
    private static void include(Path file, String text, Map<String, String> headers) throws IOException, CompileException {
        int number = 0;
        for (String line : text.split("\n")) {
            number++;
            Matcher include = INCLUDE.matcher(line);
            if (!include.find()) {
                continue;
            }
            String name = include.group(2);
            Path header = file.resolveSibling(name);
            if (include.group(1).equals("<") || !Files.isRegularFile(header)) {
                throw new CompileException(file + ":" + number + ": error: " + line.strip()
                        + ": only files of " + file.getParent() + " can be included: there are no CUDA or C++ headers at build time");
            }
            if (!headers.containsKey(name)) {
                String content = readText(header);
                headers.put(name, content);
                include(header, content, headers);
            }
        }
    }

    /** With one kind of line end, so that a check-out on Windows compiles to the same code. */
    private static String readText(Path file) throws IOException {
        return Files.readString(file).replace("\r\n", "\n");
    }
}
