package dev.gateloom.cli;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.golden.Golden;
import dev.gateloom.golden.Verdict;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds an engine against golden test cases. */
@Command(name = "verify",
        description = {"Runs golden test cases on an engine and compares every output, gradient and training step.",
            "Prints for each case the tensor with the largest error and that error as a multiple of the tolerance: "
                + "|computed - expected| / (rtol * max(M, 1e-3)), M being the tensor's largest expected value."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every case passed", "1:a case failed, or needs what the engine lacks",
            "2:wrong arguments, or a file that is unreadable or no case of the families core, variant, train and keras"})
final class VerifyCommand implements Callable<Integer> {
    private static final String SUFFIX = ".safetensors";
    private static final String CUDA = "cuda";

    @Option(names = "--engine", paramLabel = "NAME",
            description = "The engine to run (\"gateloom info\" lists them). Default: the best one that is ready.")
    private String engineName;

    @Option(names = "--device", paramLabel = "NAME",
            description = "Runs the engine cuda on this device, \"emulator\" with all its checks or \"cuda\" for a GPU.")
    private String deviceName;

    @Mixin
    private CudaOptions cuda;

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR",
            description = "Cases as safetensors files, or folders that are searched for *.safetensors.")
    private List<Path> paths;

    @Spec
    private CommandSpec spec;

    private int passed;
    private int failed;
    private int unsupported;
    private int unreadable;

    @Override
    public Integer call() {
        List<Path> files = files();
        PrintWriter out = spec.commandLine().getOut();
        try (RnnEngine engine = engine(); ProgressBar progress = progress(files.size())) {
            out.printf(Locale.ROOT, "engine %s: %s%n", engine.name(), engine.description());
            int width = files.stream().mapToInt(f -> label(f).length()).max().orElse(1);
            String row = "%-" + width + "s  %-34s  %17s  %s%n";
            out.printf(Locale.ROOT, row, "case", "worst tensor", "error / tolerance", "");
            for (Path file : files) {
                verify(file, engine, row);
                out.flush();
                if (progress != null) {
                    progress.step();
                }
            }
        }
        out.printf(Locale.ROOT, "%d passed, %d failed%s%s%n", passed, failed,
                unsupported == 0 ? "" : ", " + unsupported + " not supported",
                unreadable == 0 ? "" : ", " + unreadable + " unreadable");
        out.flush();
        return unreadable > 0 ? Gateloom.WRONG_INPUT : failed + unsupported > 0 ? Gateloom.FAILED : 0;
    }

    private void verify(Path file, RnnEngine engine, String row) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Verdict verdict = Golden.read(file).verdict(engine, cuda.precision());
            if (verdict.passed()) {
                passed++;
            } else if (verdict.unsupported()) {
                unsupported++;
            } else {
                failed++;
            }
            String outcome = verdict.passed() ? "pass" : verdict.unsupported() ? "NOT RUN" : "FAIL";
            if (verdict.problem().isEmpty()) {
                String error = String.format(Locale.ROOT, "%.4f", verdict.error());
                out.printf(Locale.ROOT, row, label(file), verdict.tensor(), error, outcome);
            } else {
                out.println(label(file) + "  " + verdict.problem() + "  " + outcome);
            }
        } catch (SafetensorsException e) {
            unreadable++;
            err.println(e.getMessage());
            err.flush();
        } catch (OutOfMemoryError e) {
            unreadable++;
            err.println(file + ": needs more memory than this JVM has: " + Runtime.getRuntime().maxMemory()
                    + " bytes, raised by -Xmx");
            err.flush();
        }
    }

    private RnnEngine engine() {
        boolean given = cuda.given();           // before anything is opened
        if (deviceName != null) {
            if (engineName != null && !engineName.equals(CUDA)) {
                throw new ParameterException(spec.commandLine(),
                        "--device: only the engine " + CUDA + " runs on a device, got --engine " + engineName);
            }
            return cuda.owning(Devices.open(deviceName, spec));
        }
        if (given) {
            throw new ParameterException(spec.commandLine(), "--precision, --strategy: they are for the engine " + CUDA
                    + ": add --device");
        }
        List<String> names = Engines.list().stream().map(Engines.Info::name).toList();
        if (engineName != null && !names.contains(engineName)) {
            throw new ParameterException(spec.commandLine(),
                    "--engine: expected one of " + names + ", got " + engineName);
        }
        try {
            return engineName == null ? Engines.best() : Engines.get(engineName);
        } catch (EngineUnavailableException | IllegalStateException e) {    // it is not ready; none of them is
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new ParameterException(spec.commandLine(), path + ": no such file or folder");
            }
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            List<Path> found;
            try (Stream<Path> all = Files.walk(path)) {
                found = all.filter(p -> p.toString().endsWith(SUFFIX) && Files.isRegularFile(p)).sorted().toList();
            } catch (IOException | UncheckedIOException e) {
                throw new ParameterException(spec.commandLine(), path + ": cannot be searched: " + e.getMessage());
            }
            if (found.isEmpty()) {
                throw new ParameterException(spec.commandLine(),
                        path + ": no *" + SUFFIX + " file in this folder");
            }
            files.addAll(found);
        }
        return files;
    }

    private static String label(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    /** Where the lines do not show how far we are: the launcher sets the property if only stderr is a terminal. */
    private static ProgressBar progress(int files) {
        return Boolean.getBoolean("gateloom.progress")
                ? new ProgressBarBuilder().setTaskName("verify").setInitialMax(files).clearDisplayOnFinish().build()
                : null;
    }
}
