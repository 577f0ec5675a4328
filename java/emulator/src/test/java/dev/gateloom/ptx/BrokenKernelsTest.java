package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken kernel is reported whatever the schedule, its correct twin never. */
class BrokenKernelsTest {
    private static final int SEEDS = 5;
    private static final int WORDS = 256;

    static List<BrokenKernels.Case> cases() {
        return Stream.concat(BrokenKernels.all().stream(), LitmusKernels.all().stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void brokenIsReported(BrokenKernels.Case broken) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            DeviceException e = run(broken, BrokenKernels.kernel(broken.broken()), seed);
            assertNotNull(e, "nothing was found with seed " + seed);
            for (String part : broken.expected()) {
                assertTrue(e.getMessage().contains(part), () -> "expected '" + part + "' in: " + e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void twinIsClean(BrokenKernels.Case broken) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            DeviceException e = run(broken, BrokenKernels.kernel(broken.twin()), seed);
            assertNull(e, () -> e.getMessage());
        }
    }

    @Test
    void thereAreEnough() {
        assertTrue(cases().size() >= 20);
        assertTrue(cases().stream().map(BrokenKernels.Case::name).distinct().count() == cases().size());
    }

    /** What a program does when it is launched like a case; null if nothing is wrong. It must be one that the emulator can read. */
    static DeviceException run(BrokenKernels.Case launched, String ptx, int seed) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).quantum(5).patience(100_000))) {
            DeviceMemory x = bench.ints(IntStream.range(0, WORDS).toArray());
            DeviceMemory y = bench.ints(new int[WORDS]);
            DeviceMemory never = bench.allocate(4 * WORDS, "never");
            try {
                bench.run(ptx, "k", Launch.of(launched.blocks(), launched.threads()), x, y, never);
                return null;
            } catch (DeviceException e) {
                if (e.call().equals("cuModuleLoadData")) {
                    throw e;
                }
                return e;
            }
        }
    }
}
