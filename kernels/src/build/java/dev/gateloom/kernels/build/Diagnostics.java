package dev.gateloom.kernels.build;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The compiler's messages, with places as editors and build logs understand them: {@code path/gemm.cu:12: error: ...}. */
final class Diagnostics {
    private static final Pattern PLACE = Pattern.compile("(?m)^([\\w./-]+\\.cuh?)\\((\\d+)\\): ");
    private static final Pattern WARNING = Pattern.compile("(?m)^(.*: warning|ptxas warning|nvrtc: warning)\\b.*$");
    private static final Pattern RESOURCES = Pattern.compile("(?m)^(ptxas info .*| +\\d+ bytes stack frame.*)\\R?");

    private Diagnostics() {
    }

    /** Names files by their path and drops the lines that only report resources. */
    static String readable(String log, Path sources) {
        return PLACE.matcher(RESOURCES.matcher(log).replaceAll(""))
                .replaceAll(m -> Matcher.quoteReplacement(sources.resolve(m.group(1)) + ":" + m.group(2) + ": ")).strip();
    }

    /** Whether the compiler warns of anything; kernels compile without a warning. */
    static boolean hasWarning(String log) {
        return WARNING.matcher(log).find();
    }
}
