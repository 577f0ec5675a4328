package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Implemented;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.cuda.planner.Planner;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.cuda.planner.StepCost;
import dev.gateloom.device.GpuModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What KERNELS.md says of the three shapes that the kernels are built for, and of the one that others have published, is what the
 * model says: H100, LSTM with I = H, milliseconds of an inference and of a training step.
 */
class ReferenceShapesTest {
    private static final String BUILT = "| | B x T x H | inference | | target | training | | target |";
    private static final String PARTS = "| 16 bits | | step, µs | latency | arithmetic | shared | exchange | memory "
            + "| W_hh of a block: registers, shared memory |";
    private static final String IMAGINED = "| 16 bits | inference | | training | |";
    private static final double MILLI = 1e3;
    private static final double MICRO = 1e6;

    /** The targets are of 16 bits and were set before the model; of the published case they are cuDNN's times. */
    private record Case(int batch, int steps, int hidden, String whose, double inference, double training) {
        String shape() {
            return KernelsDocument.shape(batch, steps, hidden);
        }
    }

    private static final List<Case> TARGETS = List.of(new Case(1, 1000, 256, "", 0.35, 0.9), new Case(64, 256, 512, "", 0.20, 0.6),
            new Case(128, 128, 1024, "", 0.65, 2.0));
    private static final Case PUBLISHED = new Case(16, 1024, 768, "cuDNN ", 2.01, 5.19);

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>(TARGETS);
        cases.add(PUBLISHED);
        return cases;
    }

    /** What the engine chooses among the kernels that there are. */
    @Test
    void whatIsBuilt() {
        List<String> rows = new ArrayList<>();
        for (Precision precision : List.of(Precision.FP16, Precision.FP32)) {
            boolean aimed = precision == Precision.FP16;
            for (Case one : cases()) {
                Plan inference = built(one, Mode.INFERENCE, precision);
                Plan training = built(one, Mode.TRAINING, precision);
                rows.add(KernelsDocument.row(List.of(aimed ? "16 bits" : "fp32", one.shape(),
                        milliseconds(inference), divisions(inference), aimed ? target(one.whose, one.inference, inference) : "",
                        milliseconds(training), divisions(training), aimed ? target(one.whose, one.training, training) : "")));
                if (aimed) {
                    assertEquals(training.passes(), built(one, Mode.TRAINING, Precision.BF16).passes(), "bf16 and fp16 alike");
                }
            }
        }
        KernelsDocument.assertTable(BUILT, rows);
    }

    /** What a step of those that have targets is made of. */
    @Test
    void partsOfAStep() {
        List<String> rows = new ArrayList<>();
        for (Case one : TARGETS) {
            rows.add(parts(one.shape() + ", inference", built(one, Mode.INFERENCE, Precision.FP16), Phase.FORWARD));
            rows.add(parts("backward", built(one, Mode.TRAINING, Precision.FP16), Phase.BACKWARD));
        }
        KernelsDocument.assertTable(PARTS, rows);
    }

    /** As if there were a kernel for every layout that the model knows. */
    @Test
    void whatCouldBeBuilt() {
        List<String> rows = new ArrayList<>();
        for (Case one : cases()) {
            List<String> cells = new ArrayList<>(List.of(one.shape()));
            for (Mode mode : List.of(Mode.INFERENCE, Mode.TRAINING)) {
                Plan plan = Planner.plan(problem(one, mode, Precision.FP16), gpu(), Implemented.everything());
                double target = mode == Mode.INFERENCE ? one.inference : one.training;
                cells.addAll(List.of(milliseconds(plan) + " (" + missed(target, plan) + ")", divisions(plan)));
            }
            rows.add(KernelsDocument.row(cells));
        }
        KernelsDocument.assertTable(IMAGINED, rows);
    }

    private static String parts(String name, Plan plan, Phase phase) {
        PassPlan pass = plan.of(phase).chosen().orElseThrow();
        StepCost step = pass.step();
        List<String> cells = new ArrayList<>(List.of(name, KernelsDocument.division(pass)));
        for (double seconds : new double[] {step.seconds(), step.latency(), step.arithmetic(), step.shared(), step.exchange(), step.memory()}) {
            cells.add(String.format(Locale.ROOT, "%.2f", MICRO * seconds));
        }
        cells.add((pass.tiles().weightRegisterBytes() >> 10) + ", " + (pass.tiles().weightSharedBytes() >> 10) + " KiB");
        return KernelsDocument.row(cells);
    }

    private static String milliseconds(Plan plan) {
        return String.format(Locale.ROOT, "%.2f", MILLI * plan.seconds().orElseThrow());
    }

    private static String divisions(Plan plan) {
        return plan.passes().stream().map(choice -> KernelsDocument.division(choice.chosen().orElseThrow()))
                .collect(Collectors.joining(", "));
    }

    private static String target(String whose, double target, Plan plan) {
        return String.format(Locale.ROOT, "%s%.2f (%s)", whose, target, missed(target, plan));
    }

    /** By how much. */
    private static String missed(double target, Plan plan) {
        return String.format(Locale.ROOT, "%+.0f %%", 100 * (MILLI * plan.seconds().orElseThrow() / target - 1));
    }

    private static Plan built(Case one, Mode mode, Precision precision) {
        return CudaEngine.explain(problem(one, mode, precision), gpu());
    }

    private static Problem problem(Case one, Mode mode, Precision precision) {
        return new Problem(RnnConfig.lstm(one.hidden, one.hidden).build(), one.steps, one.batch, mode, precision);
    }

    private static Gpu gpu() {
        return Gpu.of(GpuModel.of("h100"));
    }
}
