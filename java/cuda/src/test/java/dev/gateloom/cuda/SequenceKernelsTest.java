package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Precision;
import dev.gateloom.device.Kernel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels of all steps from the PTX that ships against their models in plain Java, which add in the same order. All
 * memory is compared, what a kernel must leave alone included.
 */
class SequenceKernelsTest {
    /** What expf and tanhf make of six steps at most, see {@link EmulatedKernelsTest}. */
    private static final float STEPS = 6 * 4e-6f;
    private static final int POLLS = 1 << 16;

    private static ModelComparison emulator;
    private static ModelComparison hopper;

    /** A layer, and how it is divided: by tiles of so many rows, blocks of so many units (0: clusters), at most so many groups. */
    record Division(int steps, int batch, int hidden, int rows, int units, int groups) {

        boolean cluster() {
            return units == 0;
        }

        SequenceLayout layout(SequenceKernel kernel) {
            return kernel.in(cluster() ? Strategy.B : units == hidden ? Strategy.A : Strategy.C, Precision.FP32);
        }

        Partition of(SequenceKernel kernel) {
            SequenceLayout layout = layout(kernel);
            return Partition.of(layout, hidden, batch, rows, cluster() ? layout.wholeUnits(SequenceKernel.ceil(hidden, 8)) : units,
                    cluster() ? batch : groups);
        }

        Exchange exchange(Tensors x) {
            return x.exchange(SequenceKernel.ceil(batch, rows), POLLS);
        }

        double scale() {
            return 1 / Math.sqrt(hidden);
        }
    }

    @BeforeAll
    static void open() {
        emulator = new ModelComparison(new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16)));
        hopper = new ModelComparison(new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16).architecture(90)));
    }

    @AfterAll
    static void close() {
        emulator.close();
        hopper.close();
    }

    /** One block for each tile, one block for all, several for each group; multiples of a quad, a tile, a load, and others. */
    static Stream<Division> divisions() {
        return Stream.of(new Division(1, 1, 1, 1, 1, 1), new Division(4, 1, 5, 1, 5, 1), new Division(6, 1, 37, 1, 8, 1),
                new Division(4, 3, 12, 4, 4, 1), new Division(5, 9, 33, 8, 8, 2), new Division(4, 11, 33, 4, 12, 3),
                new Division(6, 17, 31, 8, 31, 3), new Division(3, 6, 64, 4, 64, 1), new Division(5, 20, 32, 8, 8, 1),
                new Division(3, 5, 32, 1, 16, 2), new Division(2, 4, 130, 4, 36, 1), new Division(3, 8, 41, 8, 40, 1),
                new Division(4, 1, 5, 1, 0, 0), new Division(5, 1, 130, 1, 0, 0), new Division(4, 11, 33, 4, 0, 0),
                new Division(4, 17, 68, 8, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void lstmForward(Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            for (boolean keep : new boolean[] {false, true}) {
                same(d, x -> launcher(x, d, SequenceKernel.LSTM_FORWARD, LstmSequenceForward::new).launch(x.stream,
                        x.of(d.steps * d.batch * 4 * d.hidden), x.of(slots(d)), x.of(slots(d)),
                        x.of(d.steps * d.batch * 2 * d.hidden), x.of(4 * d.hidden * d.hidden, d.scale()),
                        x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden, 2 * d.hidden, reverse, keep));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void lstmBackward(Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            for (boolean dy : new boolean[] {false, true}) {
                same(d, x -> launcher(x, d, SequenceKernel.LSTM_BACKWARD, LstmSequenceBackward::new).launch(x.stream,
                        x.of(d.steps * d.batch * 4 * d.hidden), x.of(slots(d)), dy ? x.of(d.steps * d.batch * 2 * d.hidden) : 0,
                        x.of(d.batch * d.hidden), x.of(d.batch * d.hidden), x.of(4 * d.hidden * d.hidden, d.scale()), 0,
                        x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden, 2 * d.hidden, reverse));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void gruForward(Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            for (boolean keep : new boolean[] {false, true}) {
                same(d, x -> launcher(x, d, SequenceKernel.GRU_FORWARD, GruSequenceForward::new).launch(x.stream,
                        x.of(d.steps * d.batch * 3 * d.hidden), x.of(d.steps * d.batch * 3 * d.hidden), x.of(slots(d)),
                        x.of(d.steps * d.batch * 2 * d.hidden), x.of(3 * d.hidden * d.hidden, d.scale()),
                        keep ? x.of(3 * d.hidden) : 0, x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden, 2 * d.hidden,
                        reverse, keep));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void gruBackward(Division d) {
        for (boolean reverse : new boolean[] {false, true}) {
            for (boolean dy : new boolean[] {false, true}) {
                same(d, x -> launcher(x, d, SequenceKernel.GRU_BACKWARD, GruSequenceBackward::new).launch(x.stream,
                        x.of(d.steps * d.batch * 3 * d.hidden), x.of(d.steps * d.batch * 3 * d.hidden), x.of(slots(d)),
                        dy ? x.of(d.steps * d.batch * 2 * d.hidden) : 0, x.of(d.batch * d.hidden),
                        x.of(3 * d.hidden * d.hidden, d.scale()), 0, x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden,
                        2 * d.hidden, reverse));
            }
        }
    }

    /** A block for each tile, which takes all units: no others are launched for plain RNNs. */
    static Stream<Arguments> alone() {
        return Stream.of(new Division(1, 1, 1, 1, 1, 1), new Division(6, 1, 37, 1, 37, 1), new Division(4, 11, 33, 4, 33, 3),
                new Division(5, 17, 31, 8, 31, 3), new Division(3, 9, 130, 8, 130, 2))
                .flatMap(d -> Stream.of(Arguments.of(d, false), Arguments.of(d, true)));
    }

    @ParameterizedTest
    @MethodSource("alone")
    void rnnForward(Division d, boolean relu) {
        for (boolean reverse : new boolean[] {false, true}) {
            same(d, x -> launcher(x, d, SequenceKernel.RNN_FORWARD, (k, p, e) -> new RnnSequenceForward(k, p, e, relu)).launch(
                    x.stream, x.of(d.steps * d.batch * d.hidden), x.of(slots(d)), x.of(d.steps * d.batch * 2 * d.hidden),
                    x.of(d.hidden * d.hidden, d.scale()), x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden, 2 * d.hidden,
                    reverse));
        }
    }

    @ParameterizedTest
    @MethodSource("alone")
    void rnnBackward(Division d, boolean relu) {
        for (boolean reverse : new boolean[] {false, true}) {
            for (boolean dy : new boolean[] {false, true}) {
                same(d, x -> launcher(x, d, SequenceKernel.RNN_BACKWARD, (k, p, e) -> new RnnSequenceBackward(k, p, e, relu)).launch(
                        x.stream, x.of(d.steps * d.batch * d.hidden), x.of(slots(d)),
                        dy ? x.of(d.steps * d.batch * 2 * d.hidden) : 0, x.of(d.batch * d.hidden),
                        x.of(d.hidden * d.hidden, d.scale()), 0, x.lengths(d.batch, d.steps), d.steps, d.batch, d.hidden,
                        2 * d.hidden, reverse));
            }
        }
    }

    /** The steps must run then; what the launch would have written is as it was. */
    @Test
    void aGridThatIsTooLargeIsRefused() {
        Division d = new Division(2, 8, 400, 8, 4, 1);
        try (Tensors x = new Tensors(emulator.emulator())) {
            LstmSequenceForward launcher = launcher(x, d, SequenceKernel.LSTM_FORWARD, LstmSequenceForward::new);
            assertNull(launcher.refusal());
            long any = x.of(8);
            for (int n = 0; n < 2; n++) {
                assertFalse(launcher.launch(x.stream, any, any, any, any, any, any, d.steps, d.batch, d.hidden, d.hidden,
                        false, true));
            }
            assertTrue(launcher.refusal().contains("720"), launcher.refusal());
            assertEquals(1, x.read().size(), "the stream goes on");
        }
    }

    private static <L extends SequenceLauncher> L launcher(Tensors x, Division d, SequenceKernel kernel,
            Sequences.Maker<L> maker) {
        Partition partition = d.of(kernel);
        Kernel loaded = d.layout(kernel).load(x.device, d.rows);
        if (partition.sharedBytes() > x.device.properties().sharedPerBlock()) {
            loaded.allowSharedBytes(partition.sharedBytes());
        }
        return maker.make(loaded, partition, d.exchange(x));
    }

    private static int slots(Division d) {
        return (d.steps + 1) * d.batch * d.hidden;
    }

    private static void same(Division d, Consumer<Tensors> launch) {
        (d.cluster() ? hopper : emulator).same(STEPS, launch);
    }
}
