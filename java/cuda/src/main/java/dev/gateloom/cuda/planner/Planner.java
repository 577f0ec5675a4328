package dev.gateloom.cuda.planner;

import dev.gateloom.Precision;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Candidate.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses a strategy for each pass: the cheapest one that is possible and implemented. */
public final class Planner {
    private static final double MICRO = 1e6;

    private Planner() {
    }

    /**
     * Plans a problem. The same arguments give the same plan.
     *
     * @param problem what to run
     * @param gpu where
     * @param implemented the kernels to choose among
     * @return the plan, with the reason against every strategy that was not chosen
     */
    public static Plan plan(Problem problem, Gpu gpu, Implemented implemented) {
        List<Choice> passes = new ArrayList<>();
        for (Phase phase : problem.phases()) {
            passes.add(choose(problem, gpu, implemented, phase));
        }
        return new Plan(problem, gpu, List.copyOf(passes));
    }

    /** What a strategy comes to, and whether there are kernels for it. */
    private record Priced(Assessment assessment, boolean exists) {
        PassPlan plan() {
            return assessment.plan();
        }
    }

    private static Choice choose(Problem problem, Gpu gpu, Implemented implemented, Phase phase) {
        Map<Strategy, Priced> all = new EnumMap<>(Strategy.class);
        PassPlan chosen = null;
        PassPlan preferred = null;
        for (Strategy strategy : Strategy.values()) {
            Priced priced = price(problem, gpu, strategy, phase, implemented);
            all.put(strategy, priced);
            if (priced.plan() != null) {
                preferred = cheaper(preferred, priced.plan());
                chosen = priced.exists ? cheaper(chosen, priced.plan()) : chosen;
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<Strategy, Priced> entry : all.entrySet()) {
            candidates.add(judge(entry.getKey(), entry.getValue(), chosen, preferred));
        }
        return new Choice(phase, List.copyOf(candidates));
    }

    /** By the kernels that there are; where there are none, as the model would have them. */
    private static Priced price(Problem problem, Gpu gpu, Strategy strategy, Phase phase, Implemented implemented) {
        Optional<String> obstacle = obstacle(problem, gpu, strategy);
        if (obstacle.isPresent()) {
            return new Priced(Assessment.impossible(obstacle.get()), true);
        }
        if (strategy == Strategy.D) {
            return new Priced(StepKernels.assess(problem, gpu, phase), true);
        }
        return implemented.assess(problem, gpu, strategy, phase).map(assessment -> new Priced(assessment, true))
                .orElseGet(() -> new Priced(Resident.assess(problem, gpu, strategy, phase), false));
    }

    private static Optional<String> obstacle(Problem problem, Gpu gpu, Strategy strategy) {
        if (!gpu.has(problem.precision())) {
            return Optional.of("sm_" + gpu.architecture() + " has no matrix units for " + name(problem.precision()));
        }
        Optional<String> option = Options.obstacle(problem.config(), problem.mode(), strategy);
        if (option.isPresent()) {
            return option;
        }
        if (strategy == Strategy.B && gpu.clusterLimit() == 0) {
            return Optional.of("sm_" + gpu.architecture() + " has no clusters");
        }
        return strategy == Strategy.C && !gpu.cooperative() ? Optional.of("the device launches no cooperative grids")
                : Optional.empty();
    }

    /** Something is chosen if anything is possible, since D is then. */
    private static Candidate judge(Strategy strategy, Priced priced, PassPlan chosen, PassPlan preferred) {
        PassPlan plan = priced.plan();
        if (plan == null) {
            return new Candidate(strategy, Verdict.IMPOSSIBLE, priced.assessment.obstacle(), null);
        }
        if (plan == chosen) {
            return new Candidate(strategy, Verdict.CHOSEN, plan == preferred ? "the cheapest" : "the cheapest that exists", plan);
        }
        if (plan == preferred) {
            return new Candidate(strategy, Verdict.NOT_IMPLEMENTED, "not implemented yet; it would be chosen", plan);
        }
        String times = String.format(Locale.ROOT, "%s: %.1f us against %.1f us",
                plan.seconds() < chosen.seconds() ? "faster" : "slower", MICRO * plan.seconds(), MICRO * chosen.seconds());
        return priced.exists ? new Candidate(strategy, Verdict.SLOWER, times, plan)
                : new Candidate(strategy, Verdict.NOT_IMPLEMENTED, "not implemented yet; " + times, plan);
    }

    private static PassPlan cheaper(PassPlan first, PassPlan second) {
        return first == null || second.seconds() < first.seconds() ? second : first;
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
