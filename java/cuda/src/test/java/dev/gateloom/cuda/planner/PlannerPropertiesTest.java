package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Candidate.Verdict;
import dev.gateloom.device.Architecture;
import dev.gateloom.device.GpuModel;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every plan, whatever the constants. */
class PlannerPropertiesTest {
    private static final int LARGEST = 4096;
    private static final int PROBLEMS = 200;
    private static final long SEED = 20260101;

    /** Every H, at a batch that changes with it. */
    @ParameterizedTest
    @ValueSource(strings = {"t4", "a100", "rtx4090", "h100", "b200"})
    void everyHiddenSizeHasAPlan(String name) {
        Gpu gpu = Problems.gpu(name);
        for (int hidden = 1; hidden <= LARGEST; hidden++) {
            int batch = 1 + hidden * 37 % 64;
            Precision precision = hidden % 2 == 0 ? Precision.FP16 : Precision.FP32;
            check(Planner.plan(Problems.lstm(batch, 100, hidden, Mode.INFERENCE, precision), gpu, Implemented.everything()));
        }
    }

    /** All cells, precisions, modes and directions, from one row of one step to thousands. */
    @ParameterizedTest
    @ValueSource(strings = {"t4", "a100", "rtx4090", "h100", "b200"})
    void randomProblemsHaveAPlan(String name) {
        Gpu gpu = Problems.gpu(name);
        Random random = new Random(SEED);
        for (int n = 0; n < PROBLEMS; n++) {
            CellType cell = CellType.values()[random.nextInt(CellType.values().length)];
            RnnConfig config = RnnConfig.of(cell, random.nextInt(1000), size(random, LARGEST)).layers(1 + random.nextInt(3))
                    .bidirectional(random.nextBoolean()).build();
            Precision precision = Precision.values()[random.nextInt(Precision.values().length)];
            Problem problem = new Problem(config, size(random, 5000), size(random, 5000),
                    Mode.values()[random.nextInt(Mode.values().length)], precision);
            if (gpu.has(precision)) {
                check(Planner.plan(problem, gpu, Implemented.everything()));
                checkToday(CudaEngine.explain(problem, gpu));
            }
        }
    }

    /** Other sizes than those of the table, down to one multiprocessor. */
    @Test
    void everyDeviceHasAPlan() {
        Gpu h100 = Problems.gpu("h100");
        for (int multiprocessors : new int[] {1, 2, 4, 8, 16, 17, 114}) {
            Gpu gpu = new Gpu("small", h100.architecture(), multiprocessors, h100.clock(), h100.registers(),
                    h100.sharedPerBlock(), true, h100.coreFlops(), h100.mmaFlops(), h100.l2Latency(), h100.l2BytesPerClock(),
                    h100.l2Bytes(), h100.memoryBytesPerClock());
            for (int hidden : new int[] {1, 4, 5, 100, 577, 1500}) {
                check(Planner.plan(Problems.lstm(33, 50, hidden, Mode.TRAINING, Precision.BF16), gpu, Implemented.everything()));
            }
        }
    }

    @Test
    void withoutMatrixUnitsForItNothingIsChosen() {
        Plan plan = Planner.plan(Problems.lstm(8, 10, 64, Mode.TRAINING, Precision.BF16), Problems.gpu("t4"),
                Implemented.everything());
        for (Choice choice : plan.passes()) {
            assertTrue(choice.chosen().isEmpty() && choice.preferred().isEmpty());
            assertEquals(List.of("sm_75 has no matrix units for bf16"),
                    choice.candidates().stream().map(Candidate::reason).distinct().toList());
        }
        assertTrue(plan.seconds().isEmpty());
    }

    /** Sizes of all magnitudes. */
    private static int size(Random random, int largest) {
        return (int) Math.round(Math.exp(random.nextDouble() * Math.log(largest)));
    }

    private static void check(Plan plan) {
        Gpu gpu = plan.gpu();
        for (Choice choice : plan.passes()) {
            String what = plan.problem() + " on " + gpu.label() + ": " + choice;
            assertEquals(List.of(Strategy.values()), choice.candidates().stream().map(Candidate::strategy).toList(), what);
            assertEquals(1, choice.candidates().stream().filter(c -> c.verdict() == Verdict.CHOSEN).count(), what);
            assertEquals(choice.preferred(), choice.chosen(), what);
            assertTrue(choice.of(Strategy.D).plan() != null, "D is always possible: " + what);
            for (Candidate candidate : choice.candidates()) {
                assertFalse(candidate.reason().isBlank(), what);
                assertTrue(candidate.verdict() != Verdict.NOT_IMPLEMENTED, what);
                assertEquals(candidate.verdict() == Verdict.IMPOSSIBLE, candidate.plan() == null, what);
                if (candidate.plan() != null) {
                    checkFit(plan.problem(), gpu, candidate.plan());
                    assertTrue(candidate.plan().seconds() >= choice.chosen().orElseThrow().seconds(), what);
                }
            }
        }
    }

    /** The kernels that there are: of what exists the cheapest is chosen, and what would be better is named. */
    private static void checkToday(Plan plan) {
        for (Choice choice : plan.passes()) {
            String what = plan.problem() + " on " + plan.gpu().label() + ": " + choice;
            PassPlan chosen = choice.chosen().orElseThrow();
            for (Candidate candidate : choice.candidates()) {
                assertEquals(candidate.verdict() == Verdict.IMPOSSIBLE, candidate.plan() == null, what);
                if (candidate.plan() != null) {
                    checkFit(plan.problem(), plan.gpu(), candidate.plan());
                }
                assertTrue(!candidate.runs() || candidate.plan().seconds() >= chosen.seconds(), what);
            }
            PassPlan preferred = choice.preferred().orElseThrow();
            Candidate best = choice.of(preferred.strategy());
            assertEquals(preferred == chosen ? Verdict.CHOSEN : Verdict.NOT_IMPLEMENTED, best.verdict(), what);
            assertEquals(preferred == chosen ? "the cheapest" : "not implemented yet; it would be chosen", best.reason(), what);
        }
    }

    /** All blocks of a copy together hold W_hh, none more than a multiprocessor has, and all of them are resident. */
    private static void checkFit(Problem problem, Gpu gpu, PassPlan plan) {
        Tiles tiles = plan.tiles();
        assertTrue(plan.seconds() > 0 && Double.isFinite(plan.seconds()), plan::toString);
        if (plan.strategy() == Strategy.D) {
            return;
        }
        assertTrue(tiles.sharedBytes() <= gpu.sharedPerBlock(), plan::toString);
        assertTrue(tiles.registers() <= Architecture.MAX_REGISTERS, plan::toString);
        assertTrue(tiles.threads() * tiles.registers() <= gpu.registers(), plan::toString);
        // Of what is built the compiler's report knows the registers.
        assertTrue(tiles.registers() == 0 || tiles.weightRegisterBytes() <= (long) tiles.threads() * tiles.registers() * Float.BYTES, plan::toString);
        assertTrue(tiles.weightSharedBytes() <= tiles.sharedBytes(), plan::toString);
        assertTrue(tiles.blocksPerGroup() * (tiles.weightRegisterBytes() + tiles.weightSharedBytes()) >= problem.weightBytes(),
                plan::toString);
        assertTrue((long) tiles.units() * tiles.blocksPerGroup() >= problem.hidden(), plan::toString);
        // Where a launch has one direction, they follow each other.
        assertTrue((long) tiles.rows() * tiles.groups() * plan.launchesPerLayer() >= (long) problem.batch() * problem.directions(),
                plan::toString);
        int atATime = ResidentLayout.ceil(tiles.groups(), tiles.waves()) * tiles.blocksPerGroup();
        assertTrue(atATime <= gpu.multiprocessors(), plan::toString);
    }
}
