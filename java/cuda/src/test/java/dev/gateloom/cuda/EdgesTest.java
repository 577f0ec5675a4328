package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.device.DeviceException;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The edges between the lanes of a graph: with all of them there is no race, whatever the order in which the device takes its nodes,
 * and each of them is needed: taken away, in turn, it is reported as a race or as a read of what is not there yet, or refused when
 * the capture ends.
 */
class EdgesTest {
    private static final int LAST_SEED = Boolean.getBoolean("gateloom.exhaustive") ? 21 : 7;
    private static final int T = 3;
    private static final int B = 2;

    static Stream<RnnConfig> stacks() {
        return Stream.of(RnnConfig.lstm(2, 3).layers(3).build(), RnnConfig.gru(2, 3).layers(3).dropout(0.3f).build(),
                RnnConfig.gru(2, 3).layers(2).bidirectional(true).dropout(0.3f).build());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void eachIsNeeded(RnnConfig config) {
        for (Mode mode : Mode.values()) {
            int edges = run(config, mode, 1, -1);
            assertTrue(edges > 3, () -> edges + " edges");
            List<Integer> unseen = new ArrayList<>();
            for (int without = 0; without < edges; without++) {
                if (!isReported(config, mode, without)) {
                    unseen.add(without);
                }
            }
            assertEquals(List.of(), unseen, mode + ": of " + edges + " edges");
        }
    }

    /** Nodes that nothing orders run in an order of the seed. */
    @ParameterizedTest
    @MethodSource("stacks")
    void allTogetherLeaveNoRace(RnnConfig config) {
        for (int seed = 2; seed <= LAST_SEED; seed++) {
            assertFalse(run(config, Mode.TRAINING, seed, -1) == 0);
        }
    }

    private static boolean isReported(RnnConfig config, Mode mode, int without) {
        try {
            run(config, mode, 1, without);
            return false;
        } catch (DeviceException e) {
            assertTrue(Stream.of("Race reported", "ninitialized", "CAPTURE").anyMatch(e.getMessage()::contains), e::getMessage);
            return true;
        }
    }

    /** How many edges there are, if one is left out or none. */
    private static int run(RnnConfig config, Mode mode, int seed, int without) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().seed(seed));
        int[] edges = {0};
        Random random = new Random(1);
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        try (CudaEngine engine = CudaEngine.on(HookedDevice.of(device, (call, arguments, behind) ->
                call.equals("await") && edges[0]++ == without ? null : behind.get()), Strategy.D);
                CudaPlan plan = engine.plan(config, Shape.of(T, B), mode)) {
            float[] x = new float[T * B * 2];
            float[] y = new float[T * B * 3 * config.numDirections()];
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextFloat();
            }
            plan.forward(weights, x, null, new int[] {T, 1}, y, null);
            if (mode == Mode.TRAINING) {
                plan.backward(weights, y, null, x, null, RnnWeights.zeros(config));
            }
            if (plan.strategy().contains("refused")) {
                throw new DeviceException("capture", 0, "CAPTURE", plan.strategy());
            }
            return edges[0];
        } finally {
            weights.close();
            device.close();
        }
    }
}
