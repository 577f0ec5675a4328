package dev.gateloom.profile;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Candidate;
import dev.gateloom.cuda.planner.Choice;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.cuda.planner.StepCost;
import dev.gateloom.cuda.planner.Tiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan, in words and figures: what was chosen for each pass, what it would cost, and why nothing else. */
public final class Explanation {
    private static final double MICRO = 1e6;
    private static final double MILLI = 1e3;
    private static final String NONE = "-";

    private Explanation() {
    }

    /**
     * The problem of a workload.
     *
     * @param work the pass
     * @param precision of the products
     * @return what the planner takes
     */
    public static Problem problem(Workload work, Precision precision) {
        return new Problem(work.config(), work.steps(), work.batch(), work.mode(), precision);
    }

    /**
     * How a training step in fp32 runs of the shapes that the kernels are built for.
     *
     * @param gpu where
     * @return each with the strategies of forward and backward, in one line
     */
    public static String strategies(Gpu gpu) {
        return Stream.of(new Workload(CellType.LSTM, 1, 1000, 256, 256, 1, false, Mode.TRAINING),
                new Workload(CellType.LSTM, 64, 256, 512, 512, 1, false, Mode.TRAINING),
                new Workload(CellType.LSTM, 128, 128, 1024, 1024, 1, false, Mode.TRAINING)).map(work -> "LSTM " + work.shape() + " "
                + CudaEngine.explain(problem(work, Precision.FP32), gpu).passes().stream()
                        .map(choice -> choice.chosen().orElseThrow().strategy().name()).collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
    }

    /**
     * For people.
     *
     * @param work what was planned
     * @param plan the plan
     * @return tables and sentences, with a line break at the end
     */
    public static String text(Workload work, Plan plan) {
        Gpu gpu = plan.gpu();
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s, %s\n%s (sm_%d, %d multiprocessors, %.0f MHz)\n",
                work, name(plan.problem().precision()), gpu.label(), gpu.architecture(), gpu.multiprocessors(),
                gpu.clock() / MICRO));
        for (Choice choice : plan.passes()) {
            text.append('\n').append(name(choice.phase())).append(": ").append(headline(choice)).append('\n');
            if (choice.preferred().isPresent()) {
                text.append(figures(choice));
            }
            for (Candidate candidate : choice.candidates()) {
                text.append(candidate.strategy()).append(", ").append(candidate.strategy().summary())
                        .append(way(choice.phase(), candidate)).append(": ").append(candidate.reason()).append('\n');
            }
        }
        plan.seconds().ifPresent(seconds -> text.append(String.format(Locale.ROOT, "\nall passes: %.3f ms\n", MILLI * seconds)));
        return text.append("""

                No measurement: a model of published constants, explained in kernels/KERNELS.md. us: of one step of a layer. step is
                latency and the longest of the four after it: arithmetic of the recurrent product, bytes through shared memory, bytes
                from L2 or from the cluster, and bytes of device memory. start: launches, and weights onto the chip. products: those
                over all steps, the same for every strategy. directions: of a layer in one launch; groups: of blocks, in all of them.
                rows: of the batch that a group shares; units: of a block. launches: of a layer, for all its directions.
                """).toString();
    }

    /**
     * For further use: an object with the same figures.
     *
     * @param work what was planned
     * @param plan the plan
     * @return JSON, with a line break at the end
     */
    public static String json(Workload work, Plan plan) {
        Map<String, Object> top = new LinkedHashMap<>();
        JsonFormat.describe(top, work);
        top.put("precision", name(plan.problem().precision()));
        top.put("gpu", plan.gpu().label());
        top.put("architecture", plan.gpu().architecture());
        top.put("multiprocessors", plan.gpu().multiprocessors());
        List<Map<String, Object>> passes = new ArrayList<>();
        for (Choice choice : plan.passes()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("pass", name(choice.phase()));
            members.put("chosen", choice.chosen().map(p -> p.strategy().name()).orElse(null));
            members.put("preferred", choice.preferred().map(p -> p.strategy().name()).orElse(null));
            members.put("strategies", choice.candidates().stream().map(Explanation::members).toList());
            passes.add(members);
        }
        top.put("passes", passes);
        top.put("estimated_us", plan.seconds().isPresent() ? MICRO * plan.seconds().getAsDouble() : null);
        return JsonFormat.print(top);
    }

    private static String headline(Choice choice) {
        return choice.chosen().map(plan -> String.format(Locale.ROOT, "%s, estimated %.3f ms", plan.strategy(),
                MILLI * plan.seconds())).orElse("no kernel");
    }

    /** How blocks that share W_hh go back, which there are two ways to do. */
    private static String way(Phase phase, Candidate candidate) {
        boolean shares = candidate.strategy() == Strategy.B || candidate.strategy() == Strategy.C;
        return phase == Phase.BACKWARD && shares && candidate.plan() != null ? ", by " + candidate.plan().exchange().text() : "";
    }

    private static TextTable figures(Choice choice) {
        TextTable table = new TextTable();
        table.row(List.of("", "directions", "groups", "rows", "blocks each", "units", "threads", "registers", "shared B", "launches",
                "step us", "latency", "arithmetic", "shared", "exchange", "memory", "start us", "products us", "pass us"));
        for (Candidate candidate : choice.candidates()) {
            List<String> row = new ArrayList<>(List.of(candidate.strategy().name()));
            PassPlan plan = candidate.plan();
            if (plan == null) {
                continue;
            }
            Tiles tiles = plan.tiles();
            StepCost step = plan.step();
            for (long count : new long[] {tiles.directions(), tiles.groups(), tiles.rows(), tiles.blocksPerGroup(), tiles.units(),
                tiles.threads(), tiles.registers(), tiles.sharedBytes(), plan.launchesPerLayer()}) {
                row.add(count == 0 ? NONE : String.valueOf(count));
            }
            for (double seconds : new double[] {step.seconds(), step.latency(), step.arithmetic(), step.shared(),
                step.exchange(), step.memory()}) {
                row.add(String.format(Locale.ROOT, "%.2f", MICRO * seconds));
            }
            for (double seconds : new double[] {plan.launchSeconds(), plan.productSeconds(), plan.seconds()}) {
                row.add(String.format(Locale.ROOT, "%.1f", MICRO * seconds));
            }
            table.row(row);
        }
        return table;
    }

    private static Map<String, Object> members(Candidate candidate) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("strategy", candidate.strategy().name());
        members.put("verdict", name(candidate.verdict()));
        members.put("reason", candidate.reason());
        PassPlan plan = candidate.plan();
        if (plan != null) {
            Tiles tiles = plan.tiles();
            members.put("exchange", name(plan.exchange()));
            members.put("directions", tiles.directions());
            members.put("groups", tiles.groups());
            members.put("rows", tiles.rows());
            members.put("rows_at_a_time", tiles.chunk());
            members.put("blocks_per_group", tiles.blocksPerGroup());
            members.put("blocks", tiles.blocks());
            members.put("waves", tiles.waves());
            members.put("units", tiles.units());
            members.put("split", tiles.split());
            members.put("threads", tiles.threads());
            members.put("registers", tiles.registers());
            members.put("weight_register_bytes", tiles.weightRegisterBytes());
            members.put("weight_shared_bytes", tiles.weightSharedBytes());
            members.put("shared_bytes", tiles.sharedBytes());
            members.put("launches_per_layer", plan.launchesPerLayer());
            members.put("step_us", MICRO * plan.step().seconds());
            members.put("latency_us", MICRO * plan.step().latency());
            members.put("arithmetic_us", MICRO * plan.step().arithmetic());
            members.put("shared_us", MICRO * plan.step().shared());
            members.put("exchange_us", MICRO * plan.step().exchange());
            members.put("memory_us", MICRO * plan.step().memory());
            members.put("start_us", MICRO * plan.launchSeconds());
            members.put("products_us", MICRO * plan.productSeconds());
            members.put("estimated_us", MICRO * plan.seconds());
        }
        return members;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
