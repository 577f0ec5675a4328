package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.device.Kernel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both directions of a layer in one launch leave what two launches do, bit for bit. */
class BothDirectionsTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final int POLLS = 1 << 16;
    private static final int T = 3;
    /** Two tiles of 8 rows: in a grid one group has both. */
    private static final int B = 11;
    /** More than one octet, and no multiple of a quad. */
    private static final int H = 21;
    private static final int ALL = T * B * H;
    private static final int SLOTS = ALL + B * H;

    private static EmulatorDevice emulator;
    private static EmulatorDevice hopper;

    @BeforeAll
    static void open() {
        EmulatorOptions options = EmulatorOptions.defaults().multiprocessors(16);
        emulator = new EmulatorDevice(options);
        hopper = new EmulatorDevice(options.architecture(90));
    }

    @AfterAll
    static void close() {
        emulator.close();
        hopper.close();
    }

    /** A has the kernels of C, so once is enough; but for plain RNNs, which have A alone. */
    static Stream<Arguments> kinds() {
        List<Precision> precisions = List.of(Precision.FP32, Precision.BF16, Precision.FP16);
        return Stream.concat(Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .flatMap(strategy -> precisions.stream()
                        .filter(precision -> EXHAUSTIVE || precision != (cell == CellType.LSTM ? Precision.BF16 : Precision.FP16))
                        .filter(precision -> EXHAUSTIVE || strategy != Strategy.A || cell == CellType.LSTM && precision == Precision.FP32)
                        .map(precision -> Arguments.of(cell, strategy, precision)))),
                precisions.stream().map(precision -> Arguments.of(precision == Precision.BF16 ? CellType.RNN_RELU : CellType.RNN_TANH,
                        Strategy.A, precision)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void oneLaunchIsTwo(CellType cell, Strategy strategy, Precision precision) {
        for (boolean back : new boolean[] {false, true}) {
            List<float[]> two = run(strategy, x -> launch(new Layer(x, cell, strategy, precision, back, 1)));
            List<float[]> one = run(strategy, x -> launch(new Layer(x, cell, strategy, precision, back, 2)));
            for (int n = 0; n < two.size(); n++) {
                assertArrayEquals(two.get(n), one.get(n), (back ? "backward, tensor " : "forward, tensor ") + n);
            }
        }
    }

    /** A launcher whose blocks were only counted for one direction takes no second one. */
    @Test
    void whatIsNotResidentIsNotLaunched() {
        run(Strategy.C, x -> {
            Layer layer = new Layer(x, CellType.LSTM, Strategy.C, Precision.FP32, false, 1);
            assertEquals("directions of a launch: expected at least 2, got 1",
                    assertThrows(IllegalArgumentException.class, () -> forward(layer, layer.make(SequenceKernel.LSTM_FORWARD,
                            LstmSequenceForward::new), true)).getMessage());
            launch(layer);
        });
    }

    private static List<float[]> run(Strategy strategy, Consumer<Tensors> launch) {
        try (Tensors x = new Tensors(strategy == Strategy.B ? hopper : emulator)) {
            launch.accept(x);
            return x.read();
        }
    }

    private static void launch(Layer l) {
        boolean both = l.directions == 2;
        if (l.cell == CellType.LSTM && !l.back) {
            forward(l, l.make(SequenceKernel.LSTM_FORWARD, LstmSequenceForward::new), both);
        } else if (l.cell == CellType.LSTM) {
            backward(l, l.make(SequenceKernel.LSTM_BACKWARD, LstmSequenceBackward::new), both);
        } else if (l.cell == CellType.GRU && !l.back) {
            forward(l, l.make(SequenceKernel.GRU_FORWARD, GruSequenceForward::new), both);
        } else if (l.cell == CellType.GRU) {
            backward(l, l.make(SequenceKernel.GRU_BACKWARD, GruSequenceBackward::new), both);
        } else if (!l.back) {
            RnnSequenceForward launcher = l.make(SequenceKernel.RNN_FORWARD, (kernel, partition, exchange) ->
                    new RnnSequenceForward(kernel, partition, exchange, l.cell == CellType.RNN_RELU));
            forward(l, launcher, both);
        } else {
            RnnSequenceBackward launcher = l.make(SequenceKernel.RNN_BACKWARD, (kernel, partition, exchange) ->
                    new RnnSequenceBackward(kernel, partition, exchange, l.cell == CellType.RNN_RELU));
            backward(l, launcher, both);
        }
    }

    private static void forward(Layer l, LstmSequenceForward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.weights[0], l.weights[1], l.lengths, T, B, H, 2 * H, true);
            return;
        }
        for (int d = 0; d < 2; d++) {
            Reserve own = l.reserves[d];
            launcher.launch(l.x.stream, own.gates(), own.c(), own.h(), l.columns(d), l.weights[d], l.lengths, T, B, H, 2 * H, d == 1, true);
        }
    }

    private static void backward(Layer l, LstmSequenceBackward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.dh, l.dc, l.weights[0], l.weights[1], l.magnitude,
                    l.lengths, T, B, H, 2 * H);
            return;
        }
        for (int d = 0; d < 2; d++) {
            launcher.launch(l.x.stream, l.reserves[d].gates(), l.reserves[d].c(), l.columns(d), l.state(l.dh, d), l.state(l.dc, d),
                    l.weights[d], l.magnitude, l.lengths, T, B, H, 2 * H, d == 1);
        }
    }

    private static void forward(Layer l, GruSequenceForward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.weights[0], l.weights[1], l.bias[0], l.bias[1],
                    l.lengths, T, B, H, 2 * H, true);
            return;
        }
        for (int d = 0; d < 2; d++) {
            Reserve own = l.reserves[d];
            launcher.launch(l.x.stream, own.gates(), own.recurrent(), own.h(), l.columns(d), l.weights[d], l.bias[d], l.lengths, T, B, H,
                    2 * H, d == 1, true);
        }
    }

    private static void backward(Layer l, GruSequenceBackward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.dh, l.weights[0], l.weights[1], l.magnitude, l.lengths, T,
                    B, H, 2 * H);
            return;
        }
        for (int d = 0; d < 2; d++) {
            Reserve own = l.reserves[d];
            launcher.launch(l.x.stream, own.gates(), own.recurrent(), own.h(), l.columns(d), l.state(l.dh, d), l.weights[d], l.magnitude,
                    l.lengths, T, B, H, 2 * H, d == 1);
        }
    }

    private static void forward(Layer l, RnnSequenceForward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.weights[0], l.weights[1], l.lengths, T, B, H, 2 * H);
            return;
        }
        for (int d = 0; d < 2; d++) {
            launcher.launch(l.x.stream, l.reserves[d].gates(), l.reserves[d].h(), l.columns(d), l.weights[d], l.lengths, T, B, H, 2 * H,
                    d == 1);
        }
    }

    private static void backward(Layer l, RnnSequenceBackward launcher, boolean both) {
        if (both) {
            launcher.launchBoth(l.x.stream, l.reserves[0], l.reserves[1], l.y, l.dh, l.weights[0], l.weights[1], l.magnitude, l.lengths, T,
                    B, H, 2 * H);
            return;
        }
        for (int d = 0; d < 2; d++) {
            launcher.launch(l.x.stream, l.reserves[d].gates(), l.reserves[d].h(), l.columns(d), l.state(l.dh, d), l.weights[d],
                    l.magnitude, l.lengths, T, B, H, 2 * H, d == 1);
        }
    }

    /** A layer with two directions, the same values each time; for launches of so many of them. */
    private static final class Layer {
        final Tensors x;
        final CellType cell;
        final boolean back;
        final int directions;
        final Reserve[] reserves = new Reserve[2];
        final long[] weights = new long[2];
        final long[] bias = new long[2];
        final long y;                           // or dy
        final long dh;
        final long dc;
        final long lengths;
        final long magnitude;
        private final Strategy strategy;
        private final Precision precision;

        Layer(Tensors x, CellType cell, Strategy strategy, Precision precision, boolean back, int directions) {
            this.x = x;
            this.cell = cell;
            this.strategy = strategy;
            this.precision = precision;
            this.back = back;
            this.directions = directions;
            int gates = cell.gates();
            for (int d = 0; d < 2; d++) {
                reserves[d] = new Reserve(x.of(gates * ALL), x.of(gates * ALL), x.of(SLOTS), x.of(SLOTS));
                weights[d] = x.of(gates * H * H, 1 / Math.sqrt(H));
                bias[d] = x.of(gates * H);
                if (precision != Precision.FP32) {
                    long rounded = x.words(RoundedRows.words(gates * H, H));
                    new RoundedRows(x.device, precision).round(x.stream, rounded, weights[d], gates * H, H, H, 0);
                    weights[d] = rounded;
                }
            }
            y = x.of(2 * ALL);
            dh = x.of(2 * B * H);
            dc = x.of(2 * B * H);
            lengths = x.lengths(B, T);
            magnitude = precision == Precision.FP16 ? x.of(new float[] {0.05f}) : 0;
        }

        long columns(int d) {
            return y + (long) d * H * Float.BYTES;
        }

        long state(long both, int d) {
            return both + (long) d * B * H * Float.BYTES;
        }

        <L extends SequenceLauncher> L make(SequenceKernel kernel, Sequences.Maker<L> maker) {
            SequenceLayout layout = kernel.in(strategy, precision);
            int units = strategy == Strategy.A ? H : layout.wholeUnits(SequenceKernel.ceil(H, strategy == Strategy.B ? 8 : 2));
            Partition partition = Partition.of(layout, H, B, 8, units, strategy == Strategy.C ? 1 : 2).directions(directions);
            Kernel loaded = layout.load(x.device, 8);
            if (partition.sharedBytes() > x.device.properties().sharedPerBlock()) {
                loaded.allowSharedBytes(partition.sharedBytes());
            }
            Exchange exchange = x.exchange(2 * directions, POLLS);
            long words = directions * layout.handedWords(H, B, partition.parts());
            return maker.make(loaded, partition,
                    precision == Precision.FP32 ? exchange : exchange.handing(words == 0 ? 0 : x.words(words)));
        }
    }
}
