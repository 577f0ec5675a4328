package dev.gateloom.kernels;

import dev.gateloom.device.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The kernels of this jar. A jar that was built where NVIDIA's compiler does not exist (macOS, ARM) has none;
 * {@link #obstacle} says so.
 */
public final class Kernels {
    private static final List<KernelReport> REPORT = readReport();
    private static final List<String> NAMES = REPORT.stream().map(KernelReport::program).distinct().sorted().toList();

    private Kernels() {
    }

    /**
     * What stands in the way of using them.
     *
     * @return the reason and what to do; empty if the jar has its kernels
     */
    public static Optional<String> obstacle() {
        return NAMES.isEmpty() ? Optional.of("this build of gateloom-kernels has no compiled kernels, because NVIDIA's compiler "
                + "does not exist for the platform it was built on: build it on Linux or Windows on x86-64") : Optional.empty();
    }

    /**
     * The programs: one for each {@code .cu} file.
     *
     * @return their names, ascending
     */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The compiled code of one {@code .cu} file.
     *
     * @param name without {@code .cu}
     * @return the program
     * @throws IllegalArgumentException if there is none of that name
     * @throws IllegalStateException if this jar has no kernels at all
     */
    public static Program program(String name) {
        obstacle().ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("name: expected one of " + NAMES + ", got " + name);
        }
        return new Program(name, Kernels.class);
    }

    /**
     * What each kernel needs, on each architecture that there is machine code for.
     *
     * @return by program, then architecture, then kernel
     */
    public static List<KernelReport> report() {
        return REPORT;
    }

    /**
     * A source file, for messages that name a line of it.
     *
     * @param fileName as the compiled code names it: {@code gemm.cu} or {@code common.cuh}
     * @return its text; empty if this jar has no such file
     */
    public static Optional<String> source(String fileName) {
        String path = fileName.endsWith(".cu") ? fileName.substring(0, fileName.length() - 3) + "/" + fileName : fileName;
        return Optional.ofNullable(read(path));
    }

    private static List<KernelReport> readReport() {
        String report = read("report.csv");
        return report == null ? List.of() : KernelReport.parse(report.lines().toList());
    }

    private static String read(String resource) {
        try (InputStream in = Kernels.class.getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource, e);
        }
    }
}
