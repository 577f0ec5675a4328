package dev.gateloom.cuda;

import static dev.gateloom.cuda.planner.Exchange.PARTIAL_SUMS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.Precision;
import dev.gateloom.cuda.model.SequenceSteps;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The sequence kernels in 16 bits from the PTX that ships, step by step against plain Java. All memory is compared. */
class TensorSequenceTest {
    /** What expf and tanhf make of a step, and backward of six, see {@link EmulatedKernelsTest}. */
    private static final float STEPS = 6 * 4e-6f;
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final int POLLS = 1 << 16;
    /** Of gradients, from which fp16 has its scale: 2^5. */
    private static final float MAGNITUDE = 0.05f;

    /** By architecture. */
    private static final Map<Integer, Device> DEVICES = new TreeMap<>();

    /** A layer, and how a grid divides it: by blocks of so many units, at most so many groups. Clusters divide it their way. */
    record Division(int steps, int batch, int hidden, int units, int groups) {
    }

    @BeforeAll
    static void open() {
        EmulatorOptions options = EmulatorOptions.defaults().multiprocessors(16);
        for (int architecture : new int[] {75, 80, 90}) {
            DEVICES.put(architecture, new EmulatorDevice(options.architecture(architecture)));
        }
    }

    @AfterAll
    static void close() {
        for (Device device : DEVICES.values()) {
            assertEquals(List.of(), device.live());
            device.close();
        }
    }

    /** One block for each tile, one block for all, several for each group; multiples of a strip, a tile, a piece, and others. */
    static Stream<Arguments> divisions() {
        List<Division> all = List.of(new Division(1, 1, 1, 1, 1), new Division(4, 1, 5, 5, 1), new Division(6, 1, 37, 8, 1),
                new Division(5, 9, 33, 16, 2), new Division(4, 17, 31, 31, 3), new Division(4, 11, 40, 16, 1),
                new Division(5, 20, 32, 8, 1), new Division(3, 12, 64, 64, 1), new Division(2, 4, 130, 130, 1),
                new Division(3, 8, 130, 48, 1));
        Stream<Arguments> sample = IntStream.range(0, all.size()).boxed().flatMap(n -> Stream.of(
                Arguments.of(80, Strategy.C, n % 2 == 0 ? Precision.BF16 : Precision.FP16, all.get(n)),
                Arguments.of(n == 3 ? 75 : 90, n == 3 ? Strategy.C : Strategy.B, n % 2 == 0 ? Precision.BF16 : Precision.FP16,
                        all.get(n))));
        return !EXHAUSTIVE ? sample : all.stream().flatMap(d -> Stream.concat(Stream.of(Arguments.of(75, Strategy.C, Precision.FP16, d))
                        .filter(old -> d.units <= 64),                  // more take more shared memory than it has
                Stream.of(Precision.BF16, Precision.FP16).flatMap(p -> Stream.of(Arguments.of(80, Strategy.C, p, d),
                        Arguments.of(90, Strategy.B, p, d)))));
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void lstmForward(int architecture, Strategy strategy, Precision precision, Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            boolean keep = reverse == (d.batch % 2 == 0);
            try (Run r = new Run(DEVICES.get(architecture), strategy, precision, d, SequenceKernel.LSTM_FORWARD, reverse)) {
                long[] x = r.tensors(4 * r.all(), r.slots(), r.slots(), 2 * r.all());
                long weights = r.weights(4);
                List<float[]> before = r.t.read();
                r.make(LstmSequenceForward::new).launch(r.t.stream, x[0], x[1], x[2], x[3], weights, r.lengths(), d.steps, d.batch,
                        d.hidden, 2 * d.hidden, reverse, keep);
                List<float[]> after = r.t.read();
                same(r.model().lstmForward(before, after, keep), after);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void gruForward(int architecture, Strategy strategy, Precision precision, Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            boolean keep = reverse == (d.batch % 2 == 0);
            try (Run r = new Run(DEVICES.get(architecture), strategy, precision, d, SequenceKernel.GRU_FORWARD, reverse)) {
                long[] x = r.tensors(3 * r.all(), 3 * r.all(), r.slots(), 2 * r.all());
                long weights = r.weights(3);
                long bias = keep ? r.t.of(3 * d.hidden) : 0;
                List<float[]> before = r.t.read();
                r.make(GruSequenceForward::new).launch(r.t.stream, x[0], x[1], x[2], x[3], weights, bias, r.lengths(), d.steps,
                        d.batch, d.hidden, 2 * d.hidden, reverse, keep);
                List<float[]> after = r.t.read();
                same(r.model().gruForward(before, after, keep), after);
            }
        }
    }

    /** By partial sums: blocks of fewer units than H, one group or several; whole strips and octets, and others. */
    static Stream<Arguments> summed() {
        List<Division> all = List.of(new Division(6, 1, 37, 8, 1), new Division(5, 9, 33, 16, 2), new Division(4, 11, 40, 16, 1),
                new Division(5, 20, 32, 8, 1), new Division(3, 8, 130, 48, 1));
        Stream<Arguments> each = !EXHAUSTIVE ? IntStream.range(0, all.size()).boxed().map(n -> Arguments.of(n == 1 ? 75 : 80,
                n % 2 == 0 ? Precision.BF16 : Precision.FP16, all.get(n)))
                : all.stream().flatMap(d -> Stream.concat(Stream.of(Arguments.of(75, Precision.FP16, d)), Stream.of(80, 90).flatMap(
                        architecture -> Stream.of(Precision.BF16, Precision.FP16).map(p -> Arguments.of(architecture, p, d)))));
        // A block with more vectors of its units than threads needs the room of sm_90.
        return Stream.concat(each, Stream.of(Arguments.of(90, Precision.FP16, new Division(2, 3, 150, 136, 1))));
    }

    /** More parts than a thread loads at once. */
    @Test
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive: much to multiply.")
    void gruBackwardByManyParts() {
        gruBackwardByPartialSums(90, Precision.FP16, new Division(2, 3, 584, 72, 1));
    }

    @ParameterizedTest
    @MethodSource("summed")
    void lstmBackwardByPartialSums(int architecture, Precision precision, Division d) {
        lstmBackward(architecture, SequenceKernel.LSTM_BACKWARD.in(Strategy.C, precision, PARTIAL_SUMS), precision, d);
    }

    @ParameterizedTest
    @MethodSource("summed")
    void gruBackwardByPartialSums(int architecture, Precision precision, Division d) {
        gruBackward(architecture, SequenceKernel.GRU_BACKWARD.in(Strategy.C, precision, PARTIAL_SUMS), precision, d);
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void lstmBackward(int architecture, Strategy strategy, Precision precision, Division d) {
        lstmBackward(architecture, SequenceKernel.LSTM_BACKWARD.in(strategy, precision), precision, d);
    }

    private static void lstmBackward(int architecture, SequenceLayout layout, Precision precision, Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            try (Run r = new Run(DEVICES.get(architecture), layout, precision, d, reverse)) {
                long[] x = r.tensors(4 * r.all(), r.slots(), d.batch * d.hidden, d.batch * d.hidden);
                long weights = r.weights(4);
                long dy = reverse == (d.batch % 2 == 0) ? r.t.of(2 * r.all()) : 0;
                List<float[]> before = r.t.read();
                r.make(LstmSequenceBackward::new).launch(r.t.stream, x[0], x[1], dy, x[2], x[3], weights, r.magnitude, r.lengths(),
                        d.steps, d.batch, d.hidden, 2 * d.hidden, reverse);
                List<float[]> after = r.t.read();
                same(r.model().lstmBackward(before, after), after);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void gruBackward(int architecture, Strategy strategy, Precision precision, Division d) {
        gruBackward(architecture, SequenceKernel.GRU_BACKWARD.in(strategy, precision), precision, d);
    }

    private static void gruBackward(int architecture, SequenceLayout layout, Precision precision, Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            try (Run r = new Run(DEVICES.get(architecture), layout, precision, d, reverse)) {
                long[] x = r.tensors(3 * r.all(), 3 * r.all(), r.slots(), d.batch * d.hidden);
                long weights = r.weights(3);
                long dy = reverse == (d.batch % 2 == 0) ? r.t.of(2 * r.all()) : 0;
                List<float[]> before = r.t.read();
                r.make(GruSequenceBackward::new).launch(r.t.stream, x[0], x[1], x[2], dy, x[3], weights, r.magnitude, r.lengths(),
                        d.steps, d.batch, d.hidden, 2 * d.hidden, reverse);
                List<float[]> after = r.t.read();
                same(r.model().gruBackward(before, after), after);
            }
        }
    }

    /** A block for each tile, which takes all units: no others are launched for plain RNNs. */
    static Stream<Arguments> alone() {
        return Stream.of(Arguments.of(80, Precision.BF16, new Division(4, 1, 5, 5, 1), false),
                Arguments.of(80, Precision.FP16, new Division(4, 17, 31, 31, 3), false),
                Arguments.of(80, Precision.BF16, new Division(3, 12, 64, 64, 2), true),
                Arguments.of(75, Precision.FP16, new Division(5, 9, 40, 40, 2), true),
                Arguments.of(90, Precision.FP16, new Division(3, 4, 260, 260, 1), false));
    }

    @ParameterizedTest
    @MethodSource("alone")
    void rnnForward(int architecture, Precision precision, Division d, boolean relu) {
        for (boolean reverse : new boolean[] {false, true}) {
            try (Run r = new Run(DEVICES.get(architecture), Strategy.A, precision, d, SequenceKernel.RNN_FORWARD, reverse)) {
                long[] x = r.tensors(r.all(), r.slots(), 2 * r.all());
                long weights = r.weights(1);
                List<float[]> before = r.t.read();
                r.make((kernel, partition, exchange) -> new RnnSequenceForward(kernel, partition, exchange, relu)).launch(r.t.stream,
                        x[0], x[1], x[2], weights, r.lengths(), d.steps, d.batch, d.hidden, 2 * d.hidden, reverse);
                List<float[]> after = r.t.read();
                same(r.model().rnnForward(before, after, relu), after);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("alone")
    void rnnBackward(int architecture, Precision precision, Division d, boolean relu) {
        for (boolean reverse : new boolean[] {false, true}) {
            try (Run r = new Run(DEVICES.get(architecture), Strategy.A, precision, d, SequenceKernel.RNN_BACKWARD, reverse)) {
                long[] x = r.tensors(r.all(), r.slots(), d.batch * d.hidden);
                long weights = r.weights(1);
                long dy = reverse == (d.batch % 2 == 0) ? r.t.of(2 * r.all()) : 0;
                List<float[]> before = r.t.read();
                r.make((kernel, partition, exchange) -> new RnnSequenceBackward(kernel, partition, exchange, relu)).launch(r.t.stream,
                        x[0], x[1], dy, x[2], weights, r.magnitude, r.lengths(), d.steps, d.batch, d.hidden, 2 * d.hidden, reverse);
                List<float[]> after = r.t.read();
                same(r.model().rnnBackward(before, after, relu), after);
            }
        }
    }

    /** Values are handed over eight at a time: a block's units start at one of them. */
    @Test
    void divisionsThatWouldCutAnOctetAreRefused() {
        SequenceLayout layout = SequenceKernel.LSTM_FORWARD.in(Strategy.C, Precision.BF16);
        assertEquals("units: expected a multiple of 8, or all of H, got 12", assertThrows(IllegalArgumentException.class,
                () -> Partition.of(layout, 40, 8, 8, 12, 1)).getMessage());
        assertEquals("rows: expected 8, which tensor cores take at once, got 4", assertThrows(IllegalArgumentException.class,
                () -> layout.load(DEVICES.get(80), 4)).getMessage());
        assertEquals("units: expected fewer than H = 40, as blocks hand sums to others, got 40", assertThrows(
                IllegalArgumentException.class, () -> Partition.of(SequenceKernel.LSTM_BACKWARD.in(Strategy.C, Precision.BF16,
                        PARTIAL_SUMS), 40, 8, 8, 40, 1)).getMessage());
    }

    /** One launch, and its tensors in the order in which they are made. */
    private static final class Run implements AutoCloseable {
        final Tensors t;
        private final Precision precision;
        private final Division d;
        private final boolean reverse;
        private final int[] lengths;
        private final float scale;
        private final Partition partition;
        private final Kernel kernel;
        private final Exchange exchange;
        private final long magnitude;

        Run(Device device, Strategy strategy, Precision precision, Division d, SequenceKernel of, boolean reverse) {
            this(device, of.in(strategy, precision), precision, d, reverse);
        }

        Run(Device device, SequenceLayout layout, Precision precision, Division d, boolean reverse) {
            this.precision = precision;
            this.d = d;
            this.reverse = reverse;
            t = new Tensors(device);
            lengths = new Random(5).ints(d.batch, 0, d.steps + 1).toArray();
            lengths[0] = d.steps;
            scale = precision == Precision.FP16 ? Math.scalb(1f, -Math.getExponent(MAGNITUDE)) : 1;
            boolean cluster = layout.cluster() > 0;
            partition = Partition.of(layout, d.hidden, d.batch, 8,
                    cluster ? layout.wholeUnits(SequenceKernel.ceil(d.hidden, 8)) : d.units, cluster ? d.batch : d.groups);
            kernel = layout.load(device, 8);
            if (partition.sharedBytes() > device.properties().sharedPerBlock()) {
                kernel.allowSharedBytes(partition.sharedBytes());
            }
            exchange = t.exchange(SequenceKernel.ceil(d.batch, 8), POLLS).handing(cluster ? 0
                    : t.words(layout.handedWords(d.hidden, d.batch, partition.parts())));
            magnitude = precision == Precision.FP16 ? magnitude() : 0;
        }

        private long magnitude() {
            long address = t.words(1);
            t.stream.fill(address, Float.floatToIntBits(MAGNITUDE), 1);
            return address;
        }

        <L extends SequenceLauncher> L make(Sequences.Maker<L> maker) {
            return maker.make(kernel, partition, exchange);
        }

        int all() {
            return d.steps * d.batch * d.hidden;
        }

        int slots() {
            return (d.steps + 1) * d.batch * d.hidden;
        }

        long[] tensors(int... sizes) {
            return Arrays.stream(sizes).mapToLong(t::of).toArray();
        }

        /** In 16 bits, of values that are among the tensors. */
        long weights(int gates) {
            int rows = gates * d.hidden;
            long from = t.of(rows * d.hidden, 1 / Math.sqrt(d.hidden));
            long rounded = t.words(RoundedRows.words(rows, d.hidden));
            new RoundedRows(t.device, precision).round(t.stream, rounded, from, rows, d.hidden, d.hidden, 0);
            return rounded;
        }

        long lengths() {
            return t.lengths(lengths);
        }

        SequenceSteps model() {
            return new SequenceSteps(precision, d.steps, d.batch, d.hidden, 2 * d.hidden, lengths, reverse, scale);
        }

        @Override
        public void close() {
            t.close();
        }
    }

    private static void same(List<float[]> expected, List<float[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int n = 0; n < expected.size(); n++) {
            assertArrayEquals(expected.get(n), actual.get(n), STEPS, "tensor " + n);
        }
    }
}
