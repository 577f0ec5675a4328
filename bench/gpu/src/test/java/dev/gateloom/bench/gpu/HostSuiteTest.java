package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WorkDir;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostSuiteTest {

    /** In this JVM and, timed, in a fork, of which only a text comes back. What is wrong is another matter. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatDoesNotFitIsNoFailure(boolean timed) throws IOException {
        HostSuite suite = new HostSuite(List.of(TooLarge.NAME), new Settings(1, 0.01, 0.01, false), timed, WorkDir.create(), HostSuite.SECONDS);
        for (Kind kind : List.of(Kind.FORWARD, Kind.TRAINING)) {
            assertEquals(List.of(), suite.run(of(kind)));
        }
        assertEquals(List.of(
                "too large: did not fit: cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (2), 90 bytes for weights (LSTM 1x2x3x4 forward, fp32).",
                "too large: did not fit: java.lang.OutOfMemoryError: Java heap space (LSTM 1x2x3x4 training, fp32)."), suite.skipped());
        assertEquals(List.of("it computes nothing"), suite.run(of(Kind.STEP)).stream().map(GpuMeasurement::failure).toList());
        assertEquals(2, suite.skipped().size());
    }

    /** In compute mode EXCLUSIVE_PROCESS a fork cannot have the GPU beside the suite. */
    @Test
    void aGpuForOneProcessIsNoFailure() throws IOException {
        HostSuite suite = new HostSuite(List.of(TooLarge.NAME), new Settings(1, 0.01, 0.01, false), false, WorkDir.create(), HostSuite.SECONDS);
        assertEquals(List.of(), suite.run(new GpuCase(new Case(CellType.GRU, new Dims(1, 2, 3, 4), Kind.FORWARD), Precision.FP32)));
        assertEquals(List.of("too large: this GPU serves one process at a time, and that is the suite (GRU 1x2x3x4 forward, fp32)."),
                suite.skipped());
    }

    @Test
    void aForkThatDoesNotEndIsEnded() throws IOException {
        HostSuite suite = new HostSuite(List.of(TooLarge.NAME), new Settings(1, 0.01, 0.01, false), true, WorkDir.create(), 4);
        GpuCase hangs = new GpuCase(new Case(CellType.GRU, new Dims(1, 2, 3, 4), Kind.TRAINING), Precision.FP32);
        assertEquals(List.of("the fork did not end within 4 s"), suite.run(hangs).stream().map(GpuMeasurement::failure).toList());
        assertEquals(List.of(), suite.skipped());
    }

    private static GpuCase of(Kind kind) {
        return new GpuCase(new Case(CellType.LSTM, new Dims(1, kind == Kind.STEP ? 1 : 2, 3, 4), kind), Precision.FP32);
    }
}
