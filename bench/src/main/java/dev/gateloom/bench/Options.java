package dev.gateloom.bench;

import dev.gateloom.CellType;
import dev.gateloom.bench.models.ModelCase;
import dev.gateloom.bench.models.ModelContender;
import dev.gateloom.bench.models.ModelContenders;
import dev.gateloom.bench.models.ModelKind;
import dev.gateloom.bench.models.ModelSelection;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code bench/run} and what they select. */
final class Options {
    private static final int RIVAL_ROUNDS = 7;
    private static final int FULL_ROUNDS = 3;
    private static final double MODEL_SECONDS = 0.5;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--device", paramLabel = "cpu|cuda|emulator", description = {
        "Where to run: this suite on the CPU; or that of a GPU, on a GPU or on the emulator (--device cuda --help). Default: "
            + "the GPU's if there is an NVIDIA driver, unless rivals are asked for."})
    private String device = "cpu";

    @Option(names = "--attest", description = {
        "Holds every ready engine against the bundled golden vectors, measures, and packs all that into one zip "
            + "file. Builds the GPU's suite too."})
    private boolean attest;

    @Option(names = "--full", description = {"Longer, all engines, larger slices for the slow ones.",
        "Takes about twenty minutes on two cores."})
    private boolean full;

    @Option(names = "--rivals", arity = "0..1", fallbackValue = "all", paramLabel = "NAME,…", split = ",",
            hideParamSyntax = true,
            description = {"Adds PyTorch (through DJL), ONNX Runtime, DL4J and, where a python3 with torch is found, "
                + "PyTorch from Python: all or those named (djl-pytorch, onnxruntime, dl4j, python-pytorch). "
                + "Contenders take turns in seven rounds."})
    private List<String> rivals = List.of();

    @Option(names = "--models", description = {
        "Instead of single passes: a training step of two whole models (letter by letter, forecast) by our trainer and by those "
            + "rivals that can train them, and what the trainer costs beside the bare engine. "
            + "About seven minutes with --rivals=djl-pytorch on two cores, three times as long with DL4J. --shape gives all of them other sizes; of the rivals "
            + "djl-pytorch and dl4j take part."})
    private boolean models;

    @Option(names = "--shape", paramLabel = "BxTxIxH", description = {
        "Batch, steps, input size, hidden size in place of the five shapes S1 to S5; repeatable. "
            + "A number may be a range: 1..64 doubles, 100..400:100 adds; an input size of = is the hidden size."})
    private List<String> shapes = List.of();

    @Option(names = "--cell", paramLabel = "lstm|gru", description = "Only this cell; repeatable.")
    private List<CellType> cells = List.of(CellType.LSTM, CellType.GRU);

    @Option(names = "--kind", paramLabel = "forward|training|step", description = "Only this kind of call; repeatable.")
    private List<Kind> kinds = List.of();

    @Option(names = "--engine", paramLabel = "NAME[@THREADS]", description = {
        "Only this engine, with all cores or so many threads; repeatable. The first one is compared with the rivals."})
    private List<String> engines = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Forks of each contender for each case. "
            + "Default: 1; 7 with rivals or --models; 3 with --full.")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "S", description = "Measurement in each fork; the warm-up "
            + "ends when nothing has become faster for as long. Default: 1; 2 with --full; 0.5 with --models.")
    private Double seconds;

    @Option(names = "--no-job", description = "Leaves out the forecast on real data.")
    private boolean noJob;

    @Option(names = "--compare", paramLabel = "OLD.json", description = "Shows what changed since the run that wrote "
            + "this jmh.json.")
    private Path compare;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the report; must not exist. "
            + "Default: results/<time>.")
    private Path outFolder;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Shows this.")
    private boolean help;

    /** Cases and contenders. */
    Selection selection() {
        return new Selection(cases(), engines(), rivals());
    }

    /** Models and contenders, if that is what is measured. */
    Optional<ModelSelection> models() {
        if (!models) {
            return Optional.empty();
        }
        for (String option : List.of("--cell", "--kind", "--compare", "--full")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new IllegalArgumentException("--models: expected without " + option + ", which is for single passes");
            }
        }
        Selection chosen = selection();
        if (spec.commandLine().getParseResult().hasMatchedOption("--engine") && chosen.engines().size() > 1) {
            throw new IllegalArgumentException("--models: expected one --engine, got " + chosen.engines());
        }
        List<String> training = ModelContenders.rivals().stream().map(ModelContender::name).toList();
        List<ModelCase> cases = Arrays.stream(ModelKind.values()).flatMap(kind -> (shapes.isEmpty() ? kind.sizes() : dims())
                .stream().map(dims -> new ModelCase(kind, dims))).toList();
        return Optional.of(new ModelSelection(cases, chosen.engines().get(0),
                chosen.rivals().stream().filter(training::contains).toList()));
    }

    Settings settings() {
        double measured = seconds != null ? seconds : full ? 2 : models ? MODEL_SECONDS : 1;
        int forks = rounds != null ? rounds : models || !rivals.isEmpty() ? RIVAL_ROUNDS : full ? FULL_ROUNDS : 1;
        return new Settings(forks, measured, measured, full);
    }

    boolean job() {
        return !noJob;
    }

    Optional<Comparison> comparison() {
        return Optional.ofNullable(compare).map(Comparison::read);
    }

    /** As typed. */
    String commandLine() {
        return String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    /** Checks that the report can be written, before anything takes time. */
    Path folder(ZonedDateTime started) {
        return ResultsFolder.of(outFolder, started);
    }

    private List<Case> cases() {
        if (!device.equals("cpu") || attest) {
            throw new IllegalArgumentException((attest ? "--attest" : "--device " + device)
                    + ": expected the suite of the GPU, which bench/run builds and starts; this is the suite of the CPU");
        }
        if (rounds != null && rounds < 1) {
            throw new IllegalArgumentException("--rounds: expected at least 1, got " + rounds);
        }
        if (seconds != null && !(seconds > 0 && seconds <= 3600)) {
            throw new IllegalArgumentException("--seconds: expected more than 0 and at most 3600, got " + seconds);
        }
        List<CellType> chosen = new ArrayList<>(new LinkedHashSet<>(cells));
        for (CellType cell : chosen) {
            if (cell != CellType.LSTM && cell != CellType.GRU) {
                throw new IllegalArgumentException("--cell: expected lstm or gru, got " + cell.name().toLowerCase(Locale.ROOT));
            }
        }
        Set<Case> cases = new LinkedHashSet<>();
        for (Dims dims : dims()) {
            for (CellType cell : chosen) {
                for (Kind kind : kinds.isEmpty() ? List.of(Kind.FORWARD, Kind.TRAINING) : kinds) {
                    if (kind != Kind.STEP || !shapes.isEmpty()) {
                        cases.add(new Case(cell, dims, kind));
                    }
                }
            }
        }
        if (shapes.isEmpty() && (kinds.isEmpty() || kinds.contains(Kind.STEP))) {
            for (CellType cell : chosen) {
                for (int hidden : new int[] {128, 512}) {
                    cases.add(new Case(cell, new Dims(1, 1, hidden, hidden), Kind.STEP));
                }
            }
        }
        for (Case c : cases) {
            try {
                c.check();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--shape: " + c.dims() + " is too large: " + e.getMessage(), e);
            }
        }
        return List.copyOf(cases);
    }

    private List<Dims> dims() {
        if (shapes.isEmpty()) {
            return Arrays.stream(NamedShape.values()).map(NamedShape::dims).toList();
        }
        try {
            return shapes.stream().flatMap(s -> DimsRange.parse(s).stream()).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--shape: " + e.getMessage(), e);
        }
    }

    private List<String> engines() {
        if (engines.isEmpty()) {
            List<String> ready = Contenders.readyEngines();
            return full ? ready : ready.stream().filter(n -> !n.equals("cpu-scalar") || ready.get(0).equals(n)).toList();
        }
        for (String engine : engines) {
            try {
                new EngineContender(engine).obstacle().ifPresent(o -> {
                    throw new IllegalArgumentException(engine + " cannot run here: " + o);
                });
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--engine: " + e.getMessage(), e);
            }
        }
        return List.copyOf(new LinkedHashSet<>(engines));
    }

    private List<String> rivals() {
        if (rivals.isEmpty()) {
            return List.of();
        }
        List<String> found = Stream.concat(Contenders.rivals().stream().map(Contender::name),
                PythonRival.find().stream().map(p -> PythonRival.NAME)).toList();
        if (rivals.equals(List.of("all"))) {
            return found;
        }
        for (String rival : rivals) {
            if (!found.contains(rival)) {
                throw new IllegalArgumentException("--rivals: expected some of " + found + ", got \"" + rival + "\"");
            }
        }
        return List.copyOf(new LinkedHashSet<>(rivals));
    }
}
