package dev.gateloom.profile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README tells NVIDIA's profilers to look for is there. */
class RecipesTest {
    private static final Path README = Path.of("../../README.md");

    private static Set<String> kernels() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        return Kernels.report().stream().map(KernelReport::kernel).collect(Collectors.toSet());
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    /** ncu looks for the expression anywhere in a kernel's name. */
    @Test
    void expressionsFindKernels() throws Exception {
        Set<String> kernels = kernels();
        List<String> expressions = found(Files.readString(README), "--kernel-name regex:'([^']+)'");
        assertFalse(expressions.isEmpty());
        for (String expression : expressions) {
            Pattern pattern = Pattern.compile(expression);
            assertTrue(kernels.stream().anyMatch(name -> pattern.matcher(name).find()), expression + " finds none of " + kernels);
        }
        Pattern recurrences = Pattern.compile(expressions.get(0));
        for (String kernel : List.of("lstm_forward", "gru_forward", "lstm_sequence_forward_4", "gru_sequence_forward_cluster_bf16")) {
            assertTrue(kernels.contains(kernel) && recurrences.matcher(kernel).find(), kernel);
        }
    }

    /** Those that are named beside them exist; a star stands for the rest of a name. */
    @Test
    void namedKernelsExist() throws Exception {
        Set<String> kernels = kernels();
        String sentence = Files.readString(README).lines().filter(line -> line.startsWith("`round_rows_*`")).findFirst().orElseThrow();
        for (String name : found(sentence, "`([a-z_*]+)`")) {
            String expression = name.replace("*", ".*");
            assertTrue(kernels.stream().anyMatch(kernel -> kernel.matches(expression)), name + " is none of " + kernels);
        }
    }
}
