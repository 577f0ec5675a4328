package dev.gateloom.cuda;

import static dev.gateloom.cuda.planner.Exchange.GATE_GRADIENTS;
import static dev.gateloom.cuda.planner.Exchange.PARTIAL_SUMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.device.DeviceException;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.mutation.Mutant;
import dev.gateloom.ptx.mutation.Mutations;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each barrier, fence, acquire, release and scope of the shipped PTX is taken away in turn, and the engine runs the mutant:
 * a check reports it (a wrong result alone is not enough), or it is listed here with the reason why the kernel is right
 * without. So no barrier is there for nothing, and none could be lost unseen.
 *
 * <p>{@code verify} mutates the PTX for sm_80: the kernels of single steps and of options, the products in fp32 and fp16, the sequence kernels
 * in fp32 with tiles of 8 rows and the LSTM's in fp16; and the PTX for sm_90 of the LSTM's in clusters, in fp32 with tiles of 8 rows and in
 * fp16. It tries two schedules. {@code -Pexhaustive} mutates all kernels of all architectures, under ten schedules.
 */
class KernelMutationTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final int SEEDS = EXHAUSTIVE ? 10 : 2;
    private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90, 100, 120);
    private static final int FIRST_WITH_CLUSTERS = 90;
    /** Of the tiles of sequence kernels, which are one template. */
    private static final List<Integer> ROWS = EXHAUSTIVE ? List.of(1, 4, 8) : List.of(8);

    /** Mutants that are right, as {@link Mutant#toString} names them, and why. */
    private static final Map<String, String> REDUNDANT = Map.of();

    /** How a mutant was noticed. */
    private enum Outcome {
        RACE("Race reported"), BARRIER("Barrier error"), UNINITIALISED("Uninitialized"), DEADLOCK("Deadlock"), HANG("Hanging"),
        OTHER_FAULT(""), WRONG_RESULT(null), SURVIVED(null);

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        static Outcome of(DeviceException e) {
            return Arrays.stream(values()).filter(outcome -> e.getMessage().contains(outcome.words)).findFirst()
                    .orElseThrow();
        }
    }

    /** Work that launches some kernels. */
    private interface Workload {
        /** All that the kernels wrote. */
        float[] run(MutantDevice device);
    }

    /** A training step: all its kernels. */
    private record Training(RnnConfig config, int steps, int batch, Precision precision, SequenceOptions options)
            implements Workload {

        Training(RnnConfig config, int steps, int batch) {
            this(config, steps, batch, Precision.FP32, SequenceOptions.of(Strategy.D));
        }

        /**
         * Sequence kernels with tiles of so many rows, two tiles at least: three blocks that share the units, in fp32 two warps for
         * each quad; or clusters, of whose blocks some have no units; or blocks that are alone. An LSTM's both directions are one launch.
         */
        static Training ofSequences(CellType cell, Precision precision, Strategy strategy, int rows) {
            SequenceOptions options = SequenceOptions.of(strategy).backward(GATE_GRADIENTS);
            return new Training(RnnConfig.of(cell, 2, 44).bidirectional(cell == CellType.LSTM).build(), 3, rows + 1, precision,
                    strategy == Strategy.C ? options.tiles(rows, 16, 1) : options.tiles(rows, 0, 0));
        }

        /** The same in 16 bits, back by partial sums. */
        static Training ofSums(CellType cell, Precision precision) {
            Training gathered = ofSequences(cell, precision, Strategy.C, 8);
            return new Training(gathered.config, gathered.steps, gathered.batch, precision, gathered.options.backward(PARTIAL_SUMS));
        }

        @Override
        public float[] run(MutantDevice device) {
            Random random = new Random(1);
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            RnnWeights gradients = RnnWeights.zeros(config);
            float[] y = new float[steps * batch * config.numDirections() * config.outputSize()];
            float[] dx = new float[steps * batch * config.inputSize()];
            int[] lengths = new int[batch];
            Arrays.setAll(lengths, b -> 1 + b % steps);
            try (RnnEngine engine = CudaEngine.on(device, precision, options);
                    RnnPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING)) {
                plan.forward(weights, floats(random, dx.length), null, lengths, y, null);
                plan.backward(weights, floats(random, y.length), null, dx, null, gradients);
            } finally {
                weights.close();
                gradients.close();
            }
            float[] all = Arrays.copyOf(y, y.length + dx.length + gradients.data().length);
            System.arraycopy(dx, 0, all, y.length, dx.length);
            System.arraycopy(gradients.data(), 0, all, y.length + dx.length, gradients.data().length);
            return all;
        }

        private static float[] floats(Random random, int size) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return values;
        }
    }

    /**
     * All steps, by blocks that give up soon, so that the others learn it from the status; back by partial sums or not. The results
     * are anything.
     */
    private record GivingUp(CellType cell, int rows, Precision precision, boolean sums) implements Workload {
        private static final int POLLS = 20;
        private static final int T = 5;

        @Override
        public float[] run(MutantDevice device) {
            int batch = rows + 1;
            int h = hidden();
            int all = T * batch * h;
            int states = all + batch * h;
            try (Tensors t = new Tensors(device)) {
                if (cell == CellType.LSTM) {
                    make(t, SequenceKernel.LSTM_FORWARD, LstmSequenceForward::new).launch(t.stream, t.of(4 * all), t.of(states),
                            t.of(states), t.of(all), t.of(4 * h * h), t.lengths(batch, T), T, batch, h, h, false, true);
                    make(t, SequenceKernel.LSTM_BACKWARD, LstmSequenceBackward::new).launch(t.stream, t.of(4 * all),
                            t.of(states), t.of(all), t.of(states), t.of(states), t.of(4 * h * h), 0, t.lengths(batch, T), T,
                            batch, h, h, false);
                } else {
                    make(t, SequenceKernel.GRU_FORWARD, GruSequenceForward::new).launch(t.stream, t.of(3 * all), t.of(3 * all),
                            t.of(states), t.of(all), t.of(3 * h * h), t.of(3 * h), t.lengths(batch, T), T, batch, h, h, false,
                            true);
                    make(t, SequenceKernel.GRU_BACKWARD, GruSequenceBackward::new).launch(t.stream, t.of(3 * all), t.of(3 * all),
                            t.of(states), t.of(all), t.of(states), t.of(3 * h * h), 0, t.lengths(batch, T), T, batch, h, h,
                            false);
                }
                t.read();
            }
            return new float[0];
        }

        /** Three blocks: one computes, two wait. So many units that computing takes longer than the polls. */
        private int hidden() {
            return rows == 1 || sums ? 40 : precision == Precision.FP32 ? 10 : 20;
        }

        private <L extends SequenceLauncher> L make(Tensors t, SequenceKernel kernel, Sequences.Maker<L> maker) {
            SequenceLayout layout = kernel.in(Strategy.C, precision, sums && kernel.phase() == Phase.BACKWARD ? PARTIAL_SUMS : null);
            Exchange exchange = t.exchange(2, POLLS);
            Partition partition = Partition.of(layout, hidden(), rows + 1, rows, hidden() / 5 * 2, 1);
            return maker.make(layout.load(t.device, rows), partition, precision == Precision.FP32 ? exchange
                    : exchange.handing(t.words(layout.handedWords(hidden(), rows + 1, partition.parts()))));
        }
    }

    /** The products of one tile size, which the engine would choose by their sizes: deep enough that shared memory is used again. */
    private record Products(GemmTile tile) implements Workload {
        private static final int M = 10;
        private static final int N = 20;
        private static final int K = 150;

        @Override
        public float[] run(MutantDevice device) {
            try (Tensors t = new Tensors(device)) {
                GemmKernels kernels = new GemmKernels(device, tile);
                kernels.nt(t.stream, t.of(M * N), N, t.of(M * K), K, t.of(N * K), K, t.of(N), M, N, K, false, K);
                kernels.nn(t.stream, t.of(M * N), N, t.of(M * K), K, t.of(K * N), N, M, N, K, false, K);
                kernels.tn(t.stream, t.of(M * N), N, t.of(K * M), M, t.of(K * N), N, M, N, K, false, K);
                return concatenated(t.read());
            }
        }
    }

    /** One product on tensor cores: more tiles of k than are in shared memory at once. */
    private record TensorProduct(Precision precision, MmaTile tile, Form form) implements Workload {
        private static final int M = 40;
        private static final int N = 40;

        private enum Form { NT, NN, TN }

        @Override
        public float[] run(MutantDevice device) {
            boolean wide = tile == MmaTile.WIDE;
            // Four tiles of k where there is room for three. Of thin ones the last lies where sums go after it.
            int k = !wide ? 220 : precision == Precision.TF32 ? 60 : 120;
            try (Tensors t = new Tensors(device)) {
                MmaKernels kernels = new MmaKernels(device, precision, tile);
                long c = t.of(M * N);
                Factor a = form == Form.TN ? Factor.of(t, precision, k, M, wide) : Factor.of(t, precision, M, k, wide);
                Factor b = form == Form.NT ? Factor.of(t, precision, N, k, true)
                        : Factor.of(t, precision, k, N, wide || form == Form.NN);
                switch (form) {
                    case NT -> kernels.nt(t.stream, c, N, a.address(), a.stride(), b.address(), b.stride(), 0, M, N, k, false, k);
                    case NN -> kernels.nn(t.stream, c, N, a.address(), a.stride(), b.address(), b.stride(), M, N, k, false, k, 0);
                    default -> kernels.tn(t.stream, c, N, a.address(), a.stride(), b.address(), b.stride(), M, N, k, false, k, 0);
                }
                return concatenated(t.read());
            }
        }
    }

    /** The largest of several blocks' values; and what undoes the scale of some, with those that have none. */
    private record Magnitudes() implements Workload {
        private static final int COUNT = 5_000;
        private static final float[] SOME = {0, 1.5f, 0x1p-126f, 0x1p126f, 0x1p127f};

        @Override
        public float[] run(MutantDevice device) {
            try (Tensors t = new Tensors(device)) {
                RoundedRows kernels = new RoundedRows(device, Precision.FP16);
                kernels.largest(t.stream, t.of(new float[1]), t.of(COUNT), COUNT);
                for (float magnitude : SOME) {
                    kernels.scalars(t.stream, t.of(RoundedRows.SCALARS), t.of(new float[] {magnitude}));
                }
                return concatenated(t.read());
            }
        }
    }

    private static float[] concatenated(List<float[]> tensors) {
        FloatBuffer all = FloatBuffer.allocate(tensors.stream().mapToInt(tensor -> tensor.length).sum());
        tensors.forEach(all::put);
        return all.array();
    }

    /** What a workload gives when nothing is changed. */
    private record Baseline(Workload workload, float[] result, List<String> kernels) {
    }

    /** A mutant of a kernel, and the program that has the kernel. */
    private record Candidate(String program, Mutant mutant) {
    }

    /** Those that there is PTX for, if it is not all that of older ones; otherwise only the one that the other tests run. */
    static List<Integer> architectures() {
        return EXHAUSTIVE ? ARCHITECTURES.stream().filter(a -> Kernels.names().stream().anyMatch(name -> isNew(name, a))).toList()
                : List.of(EmulatorOptions.defaults().architecture());
    }

    /** Whether no older architecture has the same code, whose mutants would be the same. */
    private static boolean isNew(String program, int architecture) {
        return !EXHAUSTIVE || ARCHITECTURES.stream().takeWhile(older -> older < architecture)
                .noneMatch(older -> code(program, older).equals(code(program, architecture)));
    }

    /** PTX without what only names the architecture, and what newer ones say of pointers. */
    private static String code(String program, int architecture) {
        return ptx(program, architecture).replaceAll("(?m)^(//|\\.version|\\.target).*$", "").replace(" .ptr .align 1", "");
    }

    private static String ptx(String program, int architecture) {
        return new String(Kernels.program(program).ptx(architecture), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void everyMutantIsNoticed(int architecture) {
        List<Workload> workloads = new ArrayList<>(List.of(new Training(RnnConfig.lstm(5, 20).build(), 2, 2),
                new Training(RnnConfig.gru(5, 7).build(), 3, 2), new Training(RnnConfig.of(CellType.RNN_RELU, 5, 7).build(), 2, 3),
                new Training(RnnConfig.lstm(5, 20).layerNorm(LayerNorm.STANDARD).peephole(true).build(), 2, 2),
                new Products(GemmTile.WIDE), new Products(GemmTile.THIN), new Magnitudes()));
        for (CellType cell : List.of(CellType.LSTM, CellType.GRU)) {
            for (int rows : ROWS) {
                workloads.add(Training.ofSequences(cell, Precision.FP32, Strategy.C, rows));
                workloads.add(new GivingUp(cell, rows, Precision.FP32, false));
                if (architecture >= FIRST_WITH_CLUSTERS) {
                    workloads.add(Training.ofSequences(cell, Precision.FP32, Strategy.B, rows));
                }
            }
            for (Precision precision : sequences(architecture, cell)) {
                workloads.add(Training.ofSequences(cell, precision, Strategy.C, 8));
                workloads.add(Training.ofSums(cell, precision));
                workloads.add(new GivingUp(cell, 8, precision, false));
                workloads.add(new GivingUp(cell, 8, precision, true));
                if (architecture >= FIRST_WITH_CLUSTERS) {
                    workloads.add(Training.ofSequences(cell, precision, Strategy.B, 8));
                }
            }
        }
        for (int rows : ROWS) {
            workloads.add(Training.ofSequences(CellType.RNN_TANH, Precision.FP32, Strategy.A, rows));
        }
        for (Precision precision : sequences(architecture, CellType.RNN_TANH)) {
            workloads.add(Training.ofSequences(CellType.RNN_TANH, precision, Strategy.A, 8));
        }
        for (Precision precision : mutated(architecture)) {
            for (MmaTile tile : MmaTile.values()) {
                for (TensorProduct.Form form : TensorProduct.Form.values()) {
                    workloads.add(new TensorProduct(precision, tile, form));
                }
            }
        }
        List<String> leftOut = Stream.concat(Stream.of(Precision.TF32, Precision.BF16)
                .filter(precision -> !mutated(architecture).contains(precision)).map(precision -> Programs.gemm(precision).name()),
                Stream.of(CellType.LSTM, CellType.GRU, CellType.RNN_TANH).flatMap(cell -> Stream.of(Precision.BF16, Precision.FP16)
                        .filter(precision -> !sequences(architecture, cell).contains(precision))
                        .map(precision -> Programs.sequence(cell, precision).name()))).toList();
        List<String> unreported = unreported(architecture, workloads, (program, kernel) -> !leftOut.contains(program)
                && (!kernel.matches(".*_sequence_.*_\\d") || ROWS.stream().anyMatch(r -> kernel.endsWith("_" + r))));
        assertEquals(REDUNDANT.keySet().stream().sorted().toList(), unreported);
    }

    /** Those of clusters, which the architecture of the other tests has not: of the cell whose loops the others share. */
    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"FP32", "FP16"})
    void everyMutantOfClustersIsNoticed(Precision precision) {
        List<Workload> workloads = List.of(Training.ofSequences(CellType.LSTM, precision, Strategy.B, 8));
        String suffix = precision == Precision.FP32 ? "_8" : Programs.suffix(precision);
        assertEquals(List.of(), unreported(FIRST_WITH_CLUSTERS, workloads,
                (program, kernel) -> kernel.matches("lstm_sequence_.*_cluster" + suffix)));
    }

    /** The mutants of chosen kernels that no check reports. */
    private static List<String> unreported(int architecture, List<Workload> workloads, BiPredicate<String, String> chosen) {
        EmulatorOptions options = EmulatorOptions.defaults().architecture(architecture).patience(1_000_000).multiprocessors(16);
        List<Baseline> baselines = new ArrayList<>();
        for (Workload workload : workloads) {
            MutantDevice device = new MutantDevice(options, null, null);
            baselines.add(new Baseline(workload, workload.run(device), device.launched()));
            device.close();
        }
        List<Candidate> candidates = new ArrayList<>();
        for (String program : Kernels.names()) {
            for (Mutant mutant : isNew(program, architecture) ? Mutations.of(ptx(program, architecture)) : List.<Mutant>of()) {
                if (chosen.test(program, mutant.kernel())) {
                    candidates.add(new Candidate(program, mutant));
                }
            }
        }
        List<Outcome> outcomes = candidates.parallelStream().map(candidate -> outcome(options, candidate, baselines)).toList();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        List<String> unreported = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            counts.merge(outcomes.get(i), 1, Integer::sum);
            if (outcomes.get(i) == Outcome.SURVIVED || outcomes.get(i) == Outcome.WRONG_RESULT) {
                unreported.add(candidates.get(i).mutant().toString());
            }
        }
        System.out.println("mutants of the shipped kernels for compute_" + architecture + ": " + counts);
        assertFalse(counts.isEmpty(), "there is no mutant at all");
        return unreported.stream().sorted().toList();
    }

    /** Those of 16 bits whose sequence kernels are mutated; otherwise those of the cell whose loop the other one shares. */
    private static List<Precision> sequences(int architecture, CellType cell) {
        return mutated(architecture).stream().filter(precision -> precision != Precision.TF32)
                .filter(precision -> EXHAUSTIVE || cell == CellType.LSTM).toList();
    }

    /** All of tensor cores; otherwise fp16 alone: barriers and waits stand in the header that all three share. */
    private static List<Precision> mutated(int architecture) {
        return EXHAUSTIVE ? Factor.precisions(architecture) : List.of(Precision.FP16);
    }

    /** The plainest outcome of the workloads that launch the kernel, those that launch little else first. */
    private static Outcome outcome(EmulatorOptions options, Candidate candidate, List<Baseline> baselines) {
        String kernel = candidate.mutant().kernel();
        List<Baseline> reaching = baselines.stream().filter(b -> b.kernels().contains(kernel))
                .sorted(Comparator.comparingInt(b -> b.kernels().size())).toList();
        assertFalse(reaching.isEmpty(), () -> "no workload launches " + kernel + " of " + candidate.program() + ": add one that does");
        Outcome best = Outcome.SURVIVED;
        for (Baseline baseline : reaching) {
            for (int seed = 1; seed <= SEEDS && best.compareTo(Outcome.WRONG_RESULT) >= 0; seed++) {
                Outcome outcome = outcome(options.seed(seed), candidate, baseline);
                best = outcome.compareTo(best) < 0 ? outcome : best;
            }
        }
        return best;
    }

    private static Outcome outcome(EmulatorOptions options, Candidate candidate, Baseline baseline) {
        MutantDevice device = new MutantDevice(options, candidate.program(), candidate.mutant());
        try {
            return Arrays.equals(baseline.result(), baseline.workload().run(device)) ? Outcome.SURVIVED : Outcome.WRONG_RESULT;
        } catch (DeviceException e) {
            if (e.call().equals("cuModuleLoadData")) {
                throw e;                        // no check has seen the mutant: the emulator cannot read it
            }
            return Outcome.of(e);
        } finally {
            device.close();
        }
    }
}
