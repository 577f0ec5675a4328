package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The engine against the reference. {@link Conditioning} explains the tolerances. */
interface RandomTests extends ConformanceSubject {
    /** Around the widths of registers and tiles, and what divides nothing. */
    int[] SIZES = {1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 65, 100, 207};
    /** Whether the long run was asked for, by the system property {@code gateloom.exhaustive}. */
    boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    /** The kind of {@link #randomProblems()}. */
    String RANDOM = "random";
    /** Seeds of {@link #randomProblems()}, of which an engine runs {@link #oneProblemOf one of so many}. */
    int RANDOM_PROBLEMS = EXHAUSTIVE ? 4000 : 200;

    /** Every size of H with another one of I, every cell. */
    @TestFactory
    default Stream<DynamicTest> everySize() {
        return Stream.of(CellType.values()).flatMap(cell -> IntStream.range(0, SIZES.length).mapToObj(n -> {
            Draw draw = new Draw(1000L * cell.ordinal() + n);
            int inputSize = SIZES[(n * 5 + cell.ordinal()) % SIZES.length];
            int batch = SIZES[draw.random().nextInt(SIZES.length - 2)];
            return sampled("size", draw, RnnConfig.of(cell, inputSize, SIZES[n]).build(), Mode.TRAINING,
                    1 + draw.random().nextInt(4), batch);
        })).flatMap(s -> s);
    }

    /** Every option by itself, in training and in inference, with ragged lengths and padding that is not a number. */
    @TestFactory
    default Stream<DynamicTest> everyOption() {
        return Stream.of(Mode.values()).flatMap(mode -> Option.each(5, 19).stream().flatMap(config ->
                test("option", new Draw(config.hashCode()).ragged(true), config, mode, 6, 5)));
    }

    /** Any combination of options and sizes; no input at all one time in eight, large inputs as often. */
    @TestFactory
    default Stream<DynamicTest> randomProblems() {
        return IntStream.range(0, RANDOM_PROBLEMS).boxed().flatMap(seed -> {
            Draw draw = new Draw(seed);
            Random random = draw.random();
            int inputSize = random.nextInt(8) == 0 ? 0 : SIZES[random.nextInt(SIZES.length - 2)];
            int hiddenSize = SIZES[random.nextInt(SIZES.length - 2)];
            int most = hiddenSize > 32 ? 4 : 9;
            RnnConfig config = Option.random(random, inputSize, hiddenSize, random.nextDouble() / 2);
            Mode mode = random.nextInt(4) == 0 ? Mode.INFERENCE : Mode.TRAINING;
            // A saturated cell with a clip rests at the clip, where it has no derivative.
            draw.ragged(random.nextBoolean());
            draw.inputScale(random.nextInt(8) == 0 && config.cellClip() == 0 && leavesDigits(30) ? 30 : 1);
            return sampled(RANDOM, draw, config, mode, 1 + random.nextInt(most), 1 + random.nextInt(most));
        });
    }

    /** 300 steps, where small errors could add up. */
    @TestFactory
    default Stream<DynamicTest> longSequences() {
        return Stream.of(CellType.values()).flatMap(cell -> IntStream.of(1, 3).boxed().flatMap(batch ->
                sampled("long", new Draw(batch).ragged(batch > 1), RnnConfig.of(cell, 6, 13).build(), Mode.TRAINING, 300,
                        batch)));
    }

    /** More sequences than an engine would take in one piece, of lengths 0 to 2. */
    @TestFactory
    default Stream<DynamicTest> manySequences() {
        return Stream.of(CellType.values()).flatMap(cell -> sampled("many", new Draw(5).ragged(true),
                RnnConfig.of(cell, 3, 9).build(), Mode.TRAINING, 2, 2500));
    }

    /** Inputs of magnitude 1000: sigmoid and tanh at their ends, derivatives of zero, nothing that overflows. */
    @TestFactory
    default Stream<DynamicTest> saturatedGates() {
        return Stream.of(CellType.values()).flatMap(cell -> IntStream.of(30, 1000).filter(this::leavesDigits).boxed().flatMap(scale ->
                test("saturated " + scale, new Draw(7).inputScale(scale),
                        RnnConfig.of(cell, 4, 18).layers(2).bidirectional(true).build(), Mode.TRAINING, 6, 4)));
    }

    /**
     * Whether rounding moves an input of that magnitude by a hundredth at most. Else a saturated gate's distance from its end,
     * to which its gradient is proportional, is not determined.
     */
    private boolean leavesDigits(int magnitude) {
        return magnitude * Conditioning.unit(precision()) <= 0.01;
    }

    /** As {@link #test}, of problems of which an engine may run a part; exhaustively all but the random ones. */
    private Stream<DynamicTest> sampled(String kind, Draw draw, RnnConfig config, Mode mode, int steps, int batch) {
        Random random = new Random((kind + draw + config).hashCode());
        boolean all = EXHAUSTIVE && !kind.equals(RANDOM);
        return all || random.nextInt(oneProblemOf()) == 0 ? test(kind, draw, config, mode, steps, batch) : Stream.empty();
    }

    /** One test, or none if the engine declares that it lacks something. Drawn and solved when it runs. */
    private Stream<DynamicTest> test(String kind, Draw draw, RnnConfig config, Mode mode, int steps, int batch) {
        if (unsupported().covers(config, mode) || Exact.meetsKinks(precision(), config, mode, steps, batch)) {
            return Stream.empty();
        }
        String name = kind + ", " + draw + ": " + config + " " + mode + " T=" + steps + " B=" + batch;
        return Stream.of(DynamicTest.dynamicTest(name, () -> {
            Exact exact = Exact.of(precision(), name, () -> draw.problem(config, mode, steps, batch));
            exact.assertSolvedBy(exact.problem().run(engine()));
        }));
    }
}
