package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.Strategy;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where one strategy would end and the next begin if there were a kernel for every layout that the model knows: what its constants
 * lead to, which nobody should change unseen. What the engine chooses among the kernels that there are is in
 * {@code PlannerChoiceTest}.
 */
class PlannerBordersTest {
    private static final int LARGEST = 4096;
    private static final int ROWS = 16;

    // The largest H that fits, LSTM forward, 16 rows: A, B with at most 8 blocks, B, C.
    @ParameterizedTest
    @CsvSource({
        "t4,      FP32, 103,   0,   0,  537",
        "t4,      FP16, 144,   0,   0,  800",
        "a100,    FP32, 130,   0,   0, 1068",
        "a100,    BF16, 176,   0,   0, 1696",
        "rtx4090, FP32, 113,   0,   0, 1024",
        "rtx4090, BF16, 156,   0,   0, 1536",
        "h100,    FP32, 145, 403, 576, 1324",
        "h100,    TF32, 140, 384, 512, 1312",
        "h100,    BF16, 196, 544, 768, 2112",
        "h100,    FP16, 196, 544, 768, 2112",
        "b200,    FP32, 145, 403, 576, 1324",
        "b200,    BF16, 196, 544, 768, 2112",
    })
    void capacities(String gpu, Precision precision, int a, int b8, int b, int c) {
        Gpu whole = Problems.gpu(gpu);
        assertEquals(a + ", " + b8 + ", " + b + ", " + c, largest(whole, Strategy.A, precision) + ", "
                + largest(portableClusters(whole), Strategy.B, precision) + ", " + largest(whole, Strategy.B, precision) + ", "
                + largest(whole, Strategy.C, precision));
    }

    // What would be chosen for LSTM training, forward and backward, and how the batch and the units are shared out.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "t4      | FP32 |    1 | 100 |   64 | A 1x1, A 1x1",
        "t4      | FP32 |    1 | 100 |  200 | C 1x25, C 1x25 sums",
        "t4      | FP32 |    1 | 100 |  512 | C 1x32, C 1x32 sums",
        "t4      | FP32 |    1 | 100 | 1024 | D, D",
        "t4      | FP32 |    1 | 100 | 2048 | D, D",
        "t4      | FP32 |   64 | 100 |  512 | C 1x32, C 1x32 sums",
        "t4      | FP32 |  128 | 100 | 1024 | D, D",
        "t4      | FP32 | 1024 | 100 |  128 | C 5x8, C 10x4",
        "t4      | FP32 | 1024 | 100 | 1024 | D, D",
        "t4      | FP32 | 4096 | 100 | 1024 | D, D",
        "t4      | FP16 |    1 | 100 |   64 | A 1x1, A 1x1",
        "t4      | FP16 |    1 | 100 |  200 | C 1x25, C 1x25 sums",
        "t4      | FP16 |    1 | 100 |  512 | C 1x32, C 1x32",
        "t4      | FP16 |    1 | 100 | 1024 | D, D",
        "t4      | FP16 |    1 | 100 | 2048 | D, D",
        "t4      | FP16 |   64 | 100 |  512 | C 1x32, C 3x13 sums",
        "t4      | FP16 |  128 | 100 | 1024 | D, D",
        "t4      | FP16 | 1024 | 100 |  128 | A 13x1, A 64x1",
        "t4      | FP16 | 1024 | 100 | 1024 | D, D",
        "t4      | FP16 | 4096 | 100 | 1024 | D, D",
        "a100    | FP32 |    1 | 100 |   64 | A 1x1, A 1x1",
        "a100    | FP32 |    1 | 100 |  200 | C 1x50, C 1x50 sums",
        "a100    | FP32 |    1 | 100 |  512 | C 1x64, C 1x64 sums",
        "a100    | FP32 |    1 | 100 | 1024 | C 1x86, C 1x86 sums",
        "a100    | FP32 |    1 | 100 | 2048 | D, D",
        "a100    | FP32 |   64 | 100 |  512 | C 4x26, C 4x26 sums",
        "a100    | FP32 |  128 | 100 | 1024 | D, D",
        "a100    | FP32 | 1024 | 100 |  128 | A 103x1, C 27x4",
        "a100    | FP32 | 1024 | 100 | 1024 | D, D",
        "a100    | FP32 | 4096 | 100 | 1024 | D, D",
        "a100    | FP16 |    1 | 100 |   64 | A 1x1, A 1x1",
        "a100    | FP16 |    1 | 100 |  200 | C 1x50, C 1x50 sums",
        "a100    | FP16 |    1 | 100 |  512 | C 1x64, C 1x64 sums",
        "a100    | FP16 |    1 | 100 | 1024 | C 1x86, C 1x86 sums",
        "a100    | FP16 |    1 | 100 | 2048 | D, D",
        "a100    | FP16 |   64 | 100 |  512 | C 4x26, C 8x13 sums",
        "a100    | FP16 |  128 | 100 | 1024 | C 2x52, C 3x32 sums",
        "a100    | FP16 | 1024 | 100 |  128 | A 41x1, A 41x1",
        "a100    | FP16 | 1024 | 100 | 1024 | C 2x52, C 3x32 sums",
        "a100    | FP16 | 4096 | 100 | 1024 | D, D",
        "rtx4090 | FP32 |    1 | 100 |   64 | A 1x1, A 1x1",
        "rtx4090 | FP32 |    1 | 100 |  200 | C 1x50, C 1x50 sums",
        "rtx4090 | FP32 |    1 | 100 |  512 | C 1x128, C 1x128 sums",
        "rtx4090 | FP32 |    1 | 100 | 1024 | C 1x128, C 1x128 sums",
        "rtx4090 | FP32 |    1 | 100 | 2048 | D, D",
        "rtx4090 | FP32 |   64 | 100 |  512 | C 4x32, C 4x32 sums",
        "rtx4090 | FP32 |  128 | 100 | 1024 | D, C 1x128 sums",
        "rtx4090 | FP32 | 1024 | 100 |  128 | C 4x32, C 13x8",
        "rtx4090 | FP32 | 1024 | 100 | 1024 | D, D",
        "rtx4090 | FP32 | 4096 | 100 | 1024 | D, D",
        "rtx4090 | FP16 |    1 | 100 |   64 | A 1x1, A 1x1",
        "rtx4090 | FP16 |    1 | 100 |  200 | C 1x50, C 1x50 sums",
        "rtx4090 | FP16 |    1 | 100 |  512 | C 1x128, C 1x128 sums",
        "rtx4090 | FP16 |    1 | 100 | 1024 | C 1x128, C 1x128 sums",
        "rtx4090 | FP16 |    1 | 100 | 2048 | D, D",
        "rtx4090 | FP16 |   64 | 100 |  512 | C 2x64, C 8x16",
        "rtx4090 | FP16 |  128 | 100 | 1024 | C 2x64, C 2x64 sums",
        "rtx4090 | FP16 | 1024 | 100 |  128 | A 27x1, A 32x1",
        "rtx4090 | FP16 | 1024 | 100 | 1024 | C 2x64, C 2x64 sums",
        "rtx4090 | FP16 | 4096 | 100 | 1024 | D, D",
        "h100    | FP32 |    1 | 100 |   64 | A 1x1, A 1x1",
        "h100    | FP32 |    1 | 100 |  200 | B 1x8, B 1x8 sums",
        "h100    | FP32 |    1 | 100 |  512 | C 1x128, C 1x128 sums",
        "h100    | FP32 |    1 | 100 | 1024 | C 1x128, C 1x128 sums",
        "h100    | FP32 |    1 | 100 | 2048 | D, D",
        "h100    | FP32 |   64 | 100 |  512 | B 8x16, B 8x16 sums",
        "h100    | FP32 |  128 | 100 | 1024 | C 2x64, C 2x64 sums",
        "h100    | FP32 | 1024 | 100 |  128 | A 128x1, A 128x1",
        "h100    | FP32 | 1024 | 100 | 1024 | C 2x64, C 2x64 sums",
        "h100    | FP32 | 4096 | 100 | 1024 | D, D",
        "h100    | FP16 |    1 | 100 |   64 | A 1x1, A 1x1",
        "h100    | FP16 |    1 | 100 |  200 | B 1x8, B 1x8 sums",
        "h100    | FP16 |    1 | 100 |  512 | B 1x16, B 1x16 sums",
        "h100    | FP16 |    1 | 100 | 1024 | C 1x128, C 1x128 sums",
        "h100    | FP16 |    1 | 100 | 2048 | C 1x128, C 1x128 sums",
        "h100    | FP16 |   64 | 100 |  512 | B 8x16, B 8x16 sums",
        "h100    | FP16 |  128 | 100 | 1024 | C 2x64, C 5x26 sums",
        "h100    | FP16 | 1024 | 100 |  128 | A 52x1, A 52x1",
        "h100    | FP16 | 1024 | 100 | 1024 | D, C 4x32 sums",
        "h100    | FP16 | 4096 | 100 | 1024 | D, D",
        "b200    | FP16 |    1 | 100 |   64 | A 1x1, A 1x1",
        "b200    | FP16 |    1 | 100 |  200 | B 1x8, B 1x8 sums",
        "b200    | FP16 |    1 | 100 |  512 | B 1x16, B 1x16 sums",
        "b200    | FP16 |    1 | 100 | 1024 | C 1x128, C 1x128 sums",
        "b200    | FP16 |    1 | 100 | 2048 | C 1x128, C 1x128 sums",
        "b200    | FP16 |   64 | 100 |  512 | B 8x16, B 8x16 sums",
        "b200    | FP16 |  128 | 100 | 1024 | C 4x37, C 5x29 sums",
        "b200    | FP16 | 1024 | 100 |  128 | A 114x1, A 114x1",
        "b200    | FP16 | 1024 | 100 | 1024 | C 4x37, C 5x29 sums",
        "b200    | FP16 | 4096 | 100 | 1024 | D, D",
    })
    void choices(String gpu, Precision precision, int batch, int steps, int hidden, String expected) {
        assertEquals(expected, choice(CellType.LSTM, Problems.gpu(gpu), precision, batch, steps, hidden));
    }

    private static String choice(CellType cell, Gpu gpu, Precision precision, int batch, int steps, int hidden) {
        Plan plan = Planner.plan(Problems.of(cell, batch, steps, hidden, Mode.TRAINING, precision), gpu,
                Implemented.everything());
        return plan.passes().stream().map(choice -> describe(choice.chosen().orElseThrow())).collect(Collectors.joining(", "));
    }

    /** Strategy, groups x blocks of each, and whether they would hand out partial sums. */
    private static String describe(PassPlan plan) {
        return plan.strategy() + (plan.strategy() == Strategy.D ? "" : " " + plan.tiles().groups() + "x"
                + plan.tiles().blocksPerGroup()) + (plan.exchange() == Exchange.PARTIAL_SUMS ? " sums" : "");
    }

    private static int largest(Gpu gpu, Strategy strategy, Precision precision) {
        if (!gpu.has(precision)) {
            return 0;
        }
        for (int hidden = LARGEST; hidden > 0; hidden--) {
            Problem problem = new Problem(RnnConfig.lstm(0, hidden).build(), 1, ROWS, Mode.INFERENCE, precision);
            if (Resident.assess(problem, gpu, strategy, Phase.FORWARD).possible()) {
                return hidden;
            }
        }
        return 0;
    }

    /** The same GPU with the clusters of one whose sizes are all portable. */
    private static Gpu portableClusters(Gpu gpu) {
        return gpu.clusterLimit() == 0 ? gpu : new Gpu(gpu.label(), 120, gpu.multiprocessors(), gpu.clock(), gpu.registers(),
                gpu.sharedPerBlock(), gpu.cooperative(), gpu.coreFlops(), gpu.mmaFlops(), gpu.l2Latency(), gpu.l2BytesPerClock(),
                gpu.l2Bytes(), gpu.memoryBytesPerClock());
    }
}
