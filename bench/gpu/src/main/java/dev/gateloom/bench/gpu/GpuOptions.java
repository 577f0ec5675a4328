package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.DimsRange;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.ResultsFolder;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code bench/run} where it runs on a GPU, and what they select. */
final class GpuOptions {
    private static final String OUT = "--out";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--device", paramLabel = "cuda|emulator|cpu", description = {
        "Where to run: on a GPU; on the emulator, which executes the kernels without timing them, on tiny shapes; or the suite of "
            + "the CPU, which has options of its own. Default: a GPU if one can be used, else the CPU."})
    private String device;

    @Option(names = "--attest", description = {
        "First holds every ready engine against the bundled golden vectors, then measures, and packs results, "
            + "environment and log into one zip file."})
    private boolean attest;

    @Option(names = "--shape", paramLabel = "BxTxIxH", description = {
        "Batch, steps, input size, hidden size in place of the built-in cases; repeatable. A number may be a range: 1..64 doubles, "
            + "100..400:100 adds; an input size of = is the hidden size. Two ranges or more also draw a map of who wins where."})
    private List<String> shapes = List.of();

    @Option(names = "--cell", paramLabel = "lstm|gru", description = "Only this cell; repeatable.")
    private List<CellType> cells = List.of(CellType.LSTM, CellType.GRU);

    @Option(names = "--kind", paramLabel = "forward|training|step", description = "Only this kind of call; repeatable.")
    private List<Kind> kinds = List.of();

    @Option(names = "--precision", paramLabel = "fp32|tf32|bf16|fp16", description = "Only in this precision; repeatable.")
    private List<Precision> precisions = List.of();

    @Option(names = "--layers", paramLabel = "N", description = "Layers of the stacks that --shape names.")
    private Integer layers;

    @Option(names = "--ragged", description = "Sequences of different lengths in the batches that --shape names.")
    private boolean ragged;

    @Option(names = "--contender", paramLabel = "NAME", description = {
        "Only this contender, such as \"cuda\", \"cuda A\", \"cudnn\" or \"cpu\", with all that begin with this word; repeatable."})
    private List<String> contenders = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds in which the contenders take turns. Default: 15.")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "S", description = "Measurement of each contender on each case; the warm-up ends "
            + "when nothing has become faster for twice as long. Default: 0.15.")
    private Double seconds;

    @Option(names = OUT, paramLabel = "DIR", description = "Folder for the report; must not exist. "
            + "Default: results/<time>.")
    private Path out;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this.")
    private boolean help;

    /** As asked for; empty to choose. */
    Optional<String> device() {
        if (device != null && !List.of("cuda", "emulator", "cpu").contains(device)) {
            throw new IllegalArgumentException("--device: expected cuda, emulator or cpu, got \"" + device + "\"");
        }
        return Optional.ofNullable(device);
    }

    boolean attest() {
        return attest;
    }

    /** What is measured on that device. */
    List<GpuCase> cases(boolean onGpu) {
        for (CellType cell : cells) {
            if (cell != CellType.LSTM && cell != CellType.GRU) {
                throw new IllegalArgumentException("--cell: expected lstm or gru, got " + cell.name().toLowerCase(Locale.ROOT));
            }
        }
        if (shapes.isEmpty() && (layers != null || ragged)) {
            throw new IllegalArgumentException((ragged ? "--ragged" : "--layers") + ": expected --shape too; the built-in cases have "
                    + "a ragged batch and a deep stack already");
        }
        if (layers != null && layers < 1) {
            throw new IllegalArgumentException("--layers: expected at least 1, got " + layers);
        }
        List<Kind> chosen = kinds.isEmpty() ? shapes.isEmpty() ? List.of(Kind.values()) : List.of(Kind.FORWARD, Kind.TRAINING)
                : kinds;
        Set<Case> cases = !shapes.isEmpty() ? given(chosen)
                : onGpu ? GpuCases.of(GpuCases.GPU, GpuCases.MODERATE, GpuCases.LAYERS, GpuCases.STEPS_OF, cells, chosen)
                : GpuCases.of(GpuCases.EMULATOR, GpuCases.EMULATOR.get(0), GpuCases.EMULATOR_LAYERS, GpuCases.EMULATOR_STEPS_OF,
                        cells, chosen);
        Set<GpuCase> all = GpuCases.in(cases, precisions.isEmpty() ? List.of(Precision.values()) : precisions);
        if (shapes.isEmpty()) {
            all.addAll(GpuCases.in(GpuCases.sweep(sweep(onGpu), cells, chosen), precisions.isEmpty() ? GpuCases.SWEEP_IN : precisions));
        }
        return List.copyOf(all);
    }

    private static List<Dims> sweep(boolean onGpu) {
        return onGpu ? GpuCases.SWEEP : GpuCases.EMULATOR_SWEEP;
    }

    /** Whether a case is run with host arrays too: all but those that are there for the maps alone. */
    boolean withHostArrays(GpuCase c) {
        return !shapes.isEmpty() || !GpuCases.isForMapsOnly(c.of());
    }

    private Set<Case> given(List<Kind> chosen) {
        Set<Case> cases = new LinkedHashSet<>();
        for (CellType cell : cells) {
            for (Kind kind : chosen) {
                for (Dims dims : dims()) {
                    Case given = new Case(cell, dims, kind, layers == null ? 1 : layers, ragged);
                    try {
                        given.check();
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("--shape: " + dims + " is too large: " + e.getMessage(), e);
                    }
                    cases.add(given);
                }
            }
        }
        return cases;
    }

    private List<Dims> dims() {
        try {
            return shapes.stream().flatMap(s -> DimsRange.parse(s).stream()).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--shape: " + e.getMessage(), e);
        }
    }

    /** Whether a contender was asked for. */
    boolean wanted(String contender) {
        return contenders.isEmpty() || contenders.stream().anyMatch(c -> contender.equals(c) || contender.startsWith(c + " "));
    }

    /**
     * Every word must name somebody.
     *
     * @param all who is there
     * @param absent who is not, with a colon and the reason
     */
    void checkContenders(List<String> all, List<String> absent) {
        for (String name : contenders) {
            if (all.stream().noneMatch(c -> c.equals(name) || c.startsWith(name + " "))) {
                String why = absent.stream().filter(a -> a.startsWith(Entrant.family(name) + ":")).map(a -> "; " + a)
                        .collect(Collectors.joining());
                throw new IllegalArgumentException("--contender: expected some of " + all + ", got \"" + name + "\"" + why);
            }
        }
    }

    GpuSettings settings(boolean onGpu) {
        if (rounds != null && rounds < 1) {
            throw new IllegalArgumentException("--rounds: expected at least 1, got " + rounds);
        }
        if (seconds != null && !(seconds > 0 && seconds <= 3600)) {
            throw new IllegalArgumentException("--seconds: expected more than 0 and at most 3600, got " + seconds);
        }
        return onGpu ? GpuSettings.gpu(rounds, seconds) : GpuSettings.emulator();
    }

    Path folder(ZonedDateTime started) {
        return ResultsFolder.of(out, started);
    }

    /** As typed, but for the place of the report, which is nobody else's business. */
    String commandLine() {
        List<String> told = new ArrayList<>();
        String previous = "";
        for (String typed : spec.commandLine().getParseResult().originalArgs()) {
            if (!previous.equals(OUT) && !typed.equals(OUT) && !typed.startsWith(OUT + "=")) {
                told.add(typed);
            }
            previous = typed;
        }
        return String.join(" ", told);
    }

    /**
     * What the suite of the CPU understands of these, for an attestation there.
     *
     * @throws IllegalArgumentException naming what it has not
     */
    List<String> forCpu(Path folder) {
        refuseOnCpu("--layers", layers != null, "stacks of one layer");
        refuseOnCpu("--ragged", ragged, "batches of one length");
        refuseOnCpu("--precision", precisions.stream().anyMatch(p -> p != Precision.FP32), "fp32");
        List<String> arguments = new ArrayList<>(List.of("--no-job", OUT, folder.toString()));
        shapes.forEach(s -> arguments.addAll(List.of("--shape", s)));
        cells.forEach(c -> arguments.addAll(List.of("--cell", c.name())));
        kinds.forEach(k -> arguments.addAll(List.of("--kind", k.text())));
        contenders.forEach(c -> arguments.addAll(List.of("--engine", c)));
        if (rounds != null) {
            arguments.addAll(List.of("--rounds", rounds.toString()));
        }
        if (seconds != null) {
            arguments.addAll(List.of("--seconds", seconds.toString()));
        }
        return arguments;
    }

    private static void refuseOnCpu(String option, boolean given, String has) {
        if (given) {
            throw new IllegalArgumentException(option + ": expected only what the suite of the CPU has too, " + has
                    + "; leave it out, or name --device emulator or cuda");
        }
    }
}
