package dev.gateloom.cuda.planner;

import dev.gateloom.Precision;
import dev.gateloom.cuda.planner.Candidate.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    private static Choice choose(Problem problem, Gpu gpu, Implemented implemented, Phase phase) {
        Map<Strategy, Assessment> all = new EnumMap<>(Strategy.class);
        PassPlan chosen = null;
        PassPlan preferred = null;
        for (Strategy strategy : Strategy.values()) {
            Assessment best = assess(problem, gpu, strategy, phase, implemented);
            all.put(strategy, best);
            if (best.possible()) {
                preferred = cheaper(preferred, best.plan());
                chosen = exists(problem, implemented, best) ? cheaper(chosen, best.plan()) : chosen;
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<Strategy, Assessment> entry : all.entrySet()) {
            candidates.add(judge(entry.getKey(), entry.getValue(), exists(problem, implemented, entry.getValue()), chosen,
                    preferred));
        }
        return new Choice(phase, List.copyOf(candidates));
    }

    /** The best of a strategy: of what exists, or if nothing does, of all. */
    private static Assessment assess(Problem problem, Gpu gpu, Strategy strategy, Phase phase, Implemented implemented) {
        if (!gpu.has(problem.precision())) {
            return Assessment.impossible("sm_" + gpu.architecture() + " has no matrix units for " + name(problem.precision()));
        }
        String option = Options.obstacle(problem.config(), problem.mode(), strategy).orElse(null);
        if (option != null) {
            return Assessment.impossible(option);
        }
        Assessment best = null;
        for (boolean existing : new boolean[] {true, false}) {
            for (Exchange exchange : Exchange.of(strategy, phase)) {
                if (implemented.has(problem, strategy, exchange) == existing) {
                    Assessment one = strategy == Strategy.D ? StepKernels.assess(problem, gpu, phase, exchange)
                            : Resident.assess(problem, gpu, strategy, phase, exchange);
                    best = best == null ? one : best.or(one);
                }
            }
            if (best != null && best.possible()) {
                return best;
            }
        }
        return best;
    }

    private static boolean exists(Problem problem, Implemented implemented, Assessment assessment) {
        return assessment.possible()
                && implemented.has(problem, assessment.plan().strategy(), assessment.plan().exchange());
    }

    private static Candidate judge(Strategy strategy, Assessment assessment, boolean exists, PassPlan chosen,
            PassPlan preferred) {
        PassPlan plan = assessment.plan();
        if (plan == null) {
            return new Candidate(strategy, Verdict.IMPOSSIBLE, assessment.obstacle(), null);
        }
        if (plan == chosen) {
            return new Candidate(strategy, Verdict.CHOSEN, plan == preferred ? "the cheapest" : "the cheapest that exists", plan);
        }
        if (plan == preferred) {
            return new Candidate(strategy, Verdict.NOT_IMPLEMENTED, "not implemented yet; it would be chosen", plan);
        }
        PassPlan rival = chosen == null ? preferred : chosen;
        if (!exists && plan.seconds() < rival.seconds()) {
            return new Candidate(strategy, Verdict.NOT_IMPLEMENTED, "not implemented yet", plan);
        }
        return new Candidate(strategy, Verdict.SLOWER, String.format(Locale.ROOT, "slower: %.1f us against %.1f us%s",
                MICRO * plan.seconds(), MICRO * rival.seconds(), exists ? "" : "; not implemented yet either"), plan);
    }

    private static PassPlan cheaper(PassPlan first, PassPlan second) {
        return first == null || second.seconds() < first.seconds() ? second : first;
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
