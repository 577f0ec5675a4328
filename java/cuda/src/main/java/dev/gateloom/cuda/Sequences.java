package dev.gateloom.cuda;

import static dev.gateloom.cuda.planner.Exchange.PARTIAL_SUMS;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.cuda.planner.Candidate;
import dev.gateloom.cuda.planner.Choice;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.cuda.planner.Tiles;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the recurrence of a plan runs: as the planner chose, or as was asked; by which sequence kernels, or step by step. */
final class Sequences {
    private final Device device;
    private final Workspace workspace;
    private final Stream stream;
    private final SequenceOptions options;
    private final Plan plan;
    private final Map<Phase, SequenceLauncher> launchers = new EnumMap<>(Phase.class);
    private final Map<Phase, String> obstacles = new EnumMap<>(Phase.class);        // that only the device knew
    private Exchange exchange;                  // null if there is no launcher

    Sequences(Device device, Workspace workspace, Stream stream, SequenceOptions options, Plan plan) {
        this.device = device;
        this.workspace = workspace;
        this.stream = stream;
        this.options = options;
        this.plan = plan;
    }

    interface Maker<L extends SequenceLauncher> {
        L make(Kernel kernel, Partition partition, Exchange exchange);
    }

    /** The launcher of a kernel; null if its steps are to run. */
    <L extends SequenceLauncher> L make(SequenceKernel kernel, Maker<L> maker) {
        Candidate candidate = candidate(plan.of(kernel.phase()));
        if (candidate.strategy() == Strategy.D) {
            return null;
        }
        Tiles tiles = candidate.plan().tiles();
        int maxBatch = plan.problem().batch();
        int hidden = plan.problem().config().hiddenSize();
        SequenceLayout layout = kernel.in(candidate.strategy(), plan.problem().precision(), candidate.plan().exchange());
        int directions = tiles.directions();
        Partition partition = Partition.of(layout, hidden, maxBatch, tiles.chunk(), tiles.units(), tiles.groups() / directions)
                .directions(directions);
        Kernel loaded = layout.load(device, tiles.chunk());
        Optional<String> obstacle = partition.obstacle(device, loaded);
        if (obstacle.isPresent()) {
            obstacles.put(kernel.phase(), obstacle.get());
            return null;
        }
        if (exchange == null) {
            int most = plan.problem().config().numDirections() * maxBatch;
            exchange = new Exchange(workspace, stream, most, options.polls());
        }
        long words = directions * layout.handedWords(hidden, maxBatch, partition.parts());
        L launcher = maker.make(loaded, partition, plan.problem().precision() == Precision.FP32 ? exchange
                : exchange.handing(words == 0 ? 0 : workspace.words(words, "what blocks hand over")));
        launchers.put(kernel.phase(), launcher);
        return launcher;
    }

    /** Whether any sequence kernel runs. */
    boolean present() {
        return exchange != null;
    }

    /** Whether a sequence kernel runs the steps of a pass. */
    boolean runs(boolean backward) {
        return launchers.containsKey(backward ? Phase.BACKWARD : Phase.FORWARD);
    }

    /** Whether one runs those of a call. */
    boolean runs(boolean backward, Pass p) {
        SequenceLauncher launcher = launchers.get(backward ? Phase.BACKWARD : Phase.FORWARD);
        return launcher != null && launcher.takes(p);
    }

    /** Whether a sequence kernel is cooperative: those are not captured. */
    boolean isCooperative(boolean backward) {
        SequenceLauncher launcher = launchers.get(backward ? Phase.BACKWARD : Phase.FORWARD);
        return launcher != null && launcher.partition().cooperative();
    }

    /** Whether sequence kernels run the steps of all passes of a plan. */
    boolean runsAll(Mode mode) {
        return runs(false) && (mode == Mode.INFERENCE || runs(true));
    }

    /** Before the stream is waited for. */
    void ask() {
        if (exchange != null) {
            exchange.ask();
        }
    }

    /** After the stream has been waited for: throws if blocks waited for each other in vain. */
    void check() {
        if (exchange != null) {
            exchange.check();
        }
    }

    /** One line for each pass: what runs, and why nothing else does. */
    String description() {
        return plan.passes().stream().map(choice -> choice.phase().name().toLowerCase(Locale.ROOT) + ": " + description(choice))
                .collect(Collectors.joining("\n"));
    }

    private String description(Choice choice) {
        Candidate candidate = candidate(choice);
        SequenceLauncher launcher = launchers.get(choice.phase());
        String obstacle = launcher != null ? launcher.refusal() : obstacles.get(choice.phase());
        if (obstacle != null) {
            return "strategy D, not " + candidate.strategy() + ": " + obstacle;
        }
        String what = "strategy " + candidate.strategy() + (launcher == null ? "" : ", " + launcher.partition()
                + (candidate.plan().exchange() == PARTIAL_SUMS ? ", by partial sums" : ""));
        if (options.strategy() != null) {
            return what + (candidate.strategy() == options.strategy() ? ", as asked"
                    : ", not " + options.strategy() + ": " + choice.of(options.strategy()).reason());
        }
        return what + ", " + candidate.reason() + choice.candidates().stream().filter(other -> other != candidate)
                .map(other -> "; not " + other.strategy() + ": " + other.reason()).collect(Collectors.joining());
    }

    /** What was asked for, if that runs; else D, which always does. */
    private Candidate candidate(Choice choice) {
        if (options.strategy() == null) {
            return choice.of(choice.chosen().orElseThrow().strategy());
        }
        Candidate asked = choice.of(options.strategy());
        return asked.runs() ? asked : choice.of(Strategy.D);
    }
}
