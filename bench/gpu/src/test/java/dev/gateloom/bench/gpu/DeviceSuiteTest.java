package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Tensor;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The race on the emulator: who is wrong, absent or refused, and what rotation and replay do. */
class DeviceSuiteTest {
    private static final Case TRAINING = new Case(CellType.LSTM, new Dims(2, 3, 5, 8), Kind.TRAINING);
    /** As on a GPU, but short. The emulator's times are those of Java: they only prove that times are taken. */
    private static final GpuSettings TIMED = new GpuSettings(true, 3, 0.01, 1e-6);
    private Device device;

    @BeforeEach
    void open() {
        device = Emulated.open();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), device.live());
        device.close();
    }

    private List<GpuMeasurement> run(GpuSettings settings, Case c, Precision precision, Entrant... entrants) {
        return new DeviceSuite(device, List.of(entrants), settings, Clocks.none(), Watchdog.none()).run(new GpuCase(c, precision));
    }

    private static Entrant fused() {
        return Entrants.fused().get(0);
    }

    /** Its factors are rounded to bf16, which is no fp32. */
    private static Entrant wrong() {
        return new Entrant("wrong", Entrant.all(), (on, precision) -> CudaEngine.on(on, Precision.BF16));
    }

    @Test
    void aWrongResultIsNotTimed() {
        List<GpuMeasurement> all = run(TIMED, TRAINING, Precision.FP32, wrong(), fused());
        assertEquals(List.of("cuda", "wrong"), all.stream().map(GpuMeasurement::contender).toList());
        assertEquals(3, all.get(0).nanos().length, "one time for each round");
        assertTrue(all.get(0).median() > 0);
        Preparation before = all.get(0).run().preparation();
        assertTrue(before.open() > 0 && before.firstCall() > 0 && before.capture() > 0, before.toString());
        assertFalse(all.get(1).ok());
        assertFalse(all.get(1).timed());
        assertTrue(all.get(1).failure().contains("the reference says"), all.get(1).failure());
    }

    /** Of six sequences the reference computes four; from this call on a value of the third is wrong, which only engine cpu sees. */
    @ParameterizedTest
    @CsvSource({"FORWARD, Y, 1, ''", "TRAINING, Y, 1, ''", "TRAINING, DX, 1, ''", "STEP, Y, 1, ''",
        "FORWARD, Y, 3, graph", "TRAINING, DX, 3, graph", "STEP, Y, 7, graph"})
    void whatIsWrongInAnotherSequenceIsNotTimed(Kind kind, Tensor tensor, int first, String where) {
        Entrant late = new Entrant("late", Entrant.all(), (on, precision) -> new ShyEngine(CudaEngine.on(on, precision),
                (number, tensors, stream) -> {
                    if (number >= first) {
                        try (Stream its = on.stream(stream)) {
                            its.fill(tensors.get(tensor) + 2 * 8 * Float.BYTES, Float.floatToRawIntBits(0.99f), 1);
                        }
                    }
                }));
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            List<GpuMeasurement> all = run(GpuSettings.emulator(), new Case(CellType.LSTM, new Dims(6, 3, 8, 8), kind), precision, fused(), late);
            assertEquals(List.of("cuda: true", "late: false"), all.stream().map(m -> m.contender() + ": " + m.ok()).toList());
            assertTrue(all.get(1).failure().contains("engine cpu") && all.get(1).failure().contains(tensor.name().toLowerCase(Locale.ROOT) + "[")
                    && all.get(1).failure().contains(where), all.get(1).failure());
        }
    }

    @Test
    void onTheEmulatorThereAreCountsAndNoTimes() {
        GpuMeasurement m = run(GpuSettings.emulator(), TRAINING, Precision.FP32, fused()).get(0);
        assertTrue(m.ok(), m.failure());
        assertFalse(m.timed());
        assertTrue(m.run().counts().launches() > 0 && m.run().counts().instructions() > m.run().counts().launches(),
                m.run().counts().toString());
        assertEquals(GpuMeasurement.How.GRAPH, m.run().how());
    }

    @Test
    void whoThrowsHasFailedAndTheOthersGoOn() {
        Entrant broken = new Entrant("broken", Entrant.all(), (on, precision) -> {
            throw new IllegalStateException("no licence");
        });
        List<GpuMeasurement> all = run(GpuSettings.emulator(), TRAINING, Precision.FP32, broken, fused());
        assertEquals(List.of("", "no licence"), all.stream().map(GpuMeasurement::failure).toList());
    }

    @Test
    void whatAContenderLacksIsSkippedWithTheReason() {
        Entrant fp32 = new Entrant("fp32 only", Set.of(Precision.FP32), CudaEngine::on);
        Entrant refusing = new Entrant("refusing", Entrant.all(), (on, precision) -> {
            throw new UnsupportedOperationException("not today");
        });
        Entrant other = new Entrant("other", Entrant.all(), CudaEngine::on, strategy -> Optional.of(strategy.isEmpty() ? "" : "it runs otherwise"));
        DeviceSuite suite = new DeviceSuite(device, List.of(fp32, refusing, other), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        for (Kind kind : Kind.values()) {
            assertEquals(List.of(), suite.run(new GpuCase(new Case(CellType.LSTM, new Dims(1, 2, 3, 4), kind), Precision.TF32)));
        }
        suite.run(new GpuCase(new Case(CellType.GRU, new Dims(1, 2, 3, 4), Kind.FORWARD), Precision.TF32));
        assertEquals(3, suite.skipped().size(), suite.skipped().toString());
        assertEquals("fp32 only: it does not compute in tf32 (4 cases).", suite.skipped().get(0));
        assertEquals("refusing: not today (4 cases).", suite.skipped().get(1));
        assertEquals("other: it runs otherwise (4 cases).", suite.skipped().get(2));
    }

    /** That a card is small or an algorithm not for a shape is nobody's failure; what a library really gets wrong is. */
    @Test
    void whatTheCardOrTheLibraryHasNotIsSkipped() {
        try (Device small = new EmulatorDevice(EmulatorOptions.defaults().memory(4L << 20))) {
            Entrant choosy = new Entrant("choosy", Entrant.all(), (on, precision) -> {
                throw new DeviceException("cudnnRNNForward", 3000, "CUDNN_STATUS_NOT_SUPPORTED", "LSTM, lengths [1]");
            });
            Entrant broken = new Entrant("broken", Entrant.all(), (on, precision) -> {
                throw new DeviceException("cudnnRNNForward", 2000, "CUDNN_STATUS_BAD_PARAM", "LSTM");
            });
            DeviceSuite suite = new DeviceSuite(small, List.of(fused(), choosy, broken), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
            Case wide = new Case(CellType.LSTM, new Dims(1, 1, 400, 400), Kind.FORWARD);        // weights of 5 MB
            List<GpuMeasurement> all = suite.run(new GpuCase(wide, Precision.FP32));
            assertEquals(List.of("broken"), all.stream().map(GpuMeasurement::contender).toList());
            assertTrue(suite.skipped().get(0).startsWith("cuda: did not fit: it needs 5 MiB; the card has 4 MiB ("),
                    suite.skipped().toString());
            assertTrue(suite.skipped().get(1).startsWith("choosy: cudnnRNNForward answers CUDNN_STATUS_NOT_SUPPORTED ("),
                    suite.skipped().toString());
            assertEquals(List.of(), small.live());
        }
    }

    /** Throws at a call that is counted from 1; at 0 when it is opened. Verified in the first three, of single steps. */
    private static Entrant refusing(String name, int at, DeviceException answer, boolean mayRefuse) {
        return new Entrant(name, Entrant.all(), (on, precision) -> {
            if (at == 0) {
                throw answer;
            }
            return new ShyEngine(CudaEngine.on(on, precision), call -> {
                if (call == at) {
                    throw answer;
                }
                return true;
            });
        }, strategy -> Optional.empty(), mayRefuse);
    }

    /** By whatever answer of its library; the driver's are none. One that has begun has to go on, and the standard one to run. */
    @Test
    void anAlgorithmMayRefuseItsFirstCall() {
        DeviceException failed = new DeviceException("cudnnRNNForward", 5000, "CUDNN_STATUS_EXECUTION_FAILED", "LSTM");
        DeviceException bad = new DeviceException("cudnnSetRNNDescriptor_v8", 2000, "CUDNN_STATUS_BAD_PARAM", "LSTM");
        DeviceException drivers = new DeviceException("cuLaunchKernel", 1, "CUDA_ERROR_INVALID_VALUE", "");
        DeviceSuite suite = new DeviceSuite(device, List.of(refusing("first", 1, failed, true), refusing("opened", 0, bad, true),
                refusing("second", 2, failed, true), refusing("standard", 1, failed, false), refusing("driver", 1, drivers, true), fused()),
                GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(new Case(CellType.LSTM, new Dims(1, 1, 4, 8), Kind.STEP), Precision.FP32));
        assertEquals(List.of("cuda", "second", "standard", "driver"), all.stream().map(GpuMeasurement::contender).toList());
        assertEquals(List.of(true, false, false, false), all.stream().map(GpuMeasurement::ok).toList());
        assertEquals(List.of("first: cudnnRNNForward answers CUDNN_STATUS_EXECUTION_FAILED (LSTM 1x1x4x8 step, fp32).",
                "opened: cudnnSetRNNDescriptor_v8 answers CUDNN_STATUS_BAD_PARAM (LSTM 1x1x4x8 step, fp32)."), suite.skipped());
    }

    /** What the answer has left is no device to go on with. */
    @Test
    void aRefusalThatTakesTheDeviceWithItIsAFailure() {
        AtomicBoolean lost = new AtomicBoolean();
        Entrant losing = new Entrant("losing", Entrant.all(), (on, precision) -> {
            lost.set(true);
            throw new DeviceException("cudnnRNNForward", 5000, "CUDNN_STATUS_EXECUTION_FAILED", "LSTM");
        }, strategy -> Optional.empty(), true);
        DeviceSuite suite = new DeviceSuite(losable(lost), List.of(losing, never()), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of("losing"), all.stream().map(GpuMeasurement::contender).toList());
        assertTrue(suite.isLost());
    }

    /** A contender that takes so many MiB beside what it needs. */
    private static Entrant holding(String name, int mib) {
        return new Entrant(name, Entrant.all(), (on, precision) -> {
            DeviceMemory held = on.allocate((long) mib << 20, "held by " + name);
            RnnEngine engine = CudaEngine.on(on, precision);
            return (RnnEngine) Proxy.newProxyInstance(RnnEngine.class.getClassLoader(), new Class<?>[] {RnnEngine.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            held.close();
                        }
                        return method.invoke(engine, arguments);
                    });
        });
    }

    /** Two do not fit beside each other: each has its rounds for itself, and the report says so. */
    @Test
    void whatDoesNotFitTogetherIsMeasuredOneAfterTheOther() {
        try (Device small = new EmulatorDevice(EmulatorOptions.defaults().memory(64L << 20))) {
            DeviceSuite suite = new DeviceSuite(small, List.of(holding("one", 40), wrong(), holding("two", 40)), TIMED, Clocks.none(), Watchdog.none());
            List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
            assertEquals(List.of("one", "two", "wrong"), all.stream().map(GpuMeasurement::contender).toList(), "each once");
            assertEquals(List.of(3, 3, 0), all.stream().map(m -> m.nanos().length).toList());
            assertEquals(GpuMeasurement.How.GRAPH, all.get(1).run().how());
            assertEquals(1, suite.skipped().size(), suite.skipped().toString());
            assertTrue(suite.skipped().get(0).startsWith("turns: the device has not the memory to have all contenders open at once, "),
                    suite.skipped().toString());
            assertEquals(List.of(), small.live());
        }
    }

    /** One that never fits is left out, and the others take turns as if it had not been there. */
    @Test
    void whoDoesNotFitAtAllIsInNobodysWay() {
        try (Device small = new EmulatorDevice(EmulatorOptions.defaults().memory(64L << 20))) {
            DeviceSuite suite = new DeviceSuite(small, List.of(fused(), holding("huge", 65), holding("one", 40)), GpuSettings.emulator(),
                    Clocks.none(), Watchdog.none());
            List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
            assertEquals(List.of("cuda", "one"), all.stream().map(GpuMeasurement::contender).toList());
            assertTrue(all.stream().allMatch(GpuMeasurement::ok), all.toString());
            assertEquals(1, suite.skipped().size(), suite.skipped().toString());
            assertTrue(suite.skipped().get(0).matches("huge: did not fit: it needs 6[56] MiB; the card has 64 MiB \\(.*"), suite.skipped().toString());
        }
    }

    @Test
    void whatDoesNotEndIsReported() {
        List<String> began = new ArrayList<>();
        BlockingQueue<String> endless = new LinkedBlockingQueue<>();
        Entrant spinning = new Entrant("spinning", Entrant.all(), (on, precision) -> {
            String said = null;
            try {
                said = endless.poll(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException(said);
        });
        DeviceSuite suite = new DeviceSuite(device, List.of(fused(), spinning), GpuSettings.emulator(), Clocks.none(),
                new Watchdog(began::add, what -> {
                    if (what.startsWith("spinning")) {          // the emulator may be slow too
                        endless.add(what);
                    }
                }, 0.1));
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of("", "spinning on LSTM 2x3x5x8 training, fp32 did not end within 0 s"),
                all.stream().map(GpuMeasurement::failure).toList());
        assertEquals(List.of("cuda on LSTM 2x3x5x8 training, fp32", "spinning on LSTM 2x3x5x8 training, fp32"), began);
    }

    /** The emulator, which once it is lost opens no stream any more: as a GPU's context after an access out of bounds. */
    private Device losable(AtomicBoolean lost) {
        return (Device) Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class}, (proxy, method, arguments) -> {
            if (lost.get() && method.getName().equals("stream")) {
                throw illegalAddress();
            }
            return method.invoke(device, arguments);
        });
    }

    private static DeviceException illegalAddress() {
        return new DeviceException("cuStreamSynchronize", 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "");
    }

    private static void lose(AtomicBoolean lost) {
        lost.set(true);
        throw illegalAddress();
    }

    private static Entrant never() {
        return new Entrant("never", Entrant.all(), (on, precision) -> {
            throw new AssertionError("nothing can run there");
        });
    }

    @Test
    void nothingIsTriedOnALostDevice() {
        AtomicBoolean lost = new AtomicBoolean();
        Entrant losing = new Entrant("losing", Entrant.all(), (on, precision) -> {
            lose(lost);
            return null;
        });
        DeviceSuite suite = new DeviceSuite(losable(lost), List.of(fused(), losing, never()), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of("losing: " + illegalAddress().getMessage()), all.stream().map(m -> m.contender() + ": " + m.failure()).toList());
        assertTrue(suite.isLost());
    }

    @Test
    void whatWasMeasuredBeforeTheDeviceWasLostCounts() {
        AtomicBoolean lost = new AtomicBoolean();
        Entrant losing = new Entrant("losing", Entrant.all(), (on, precision) -> new ShyEngine(CudaEngine.on(on, precision), () -> lose(lost)));
        DeviceSuite suite = new DeviceSuite(losable(lost), List.of(fused(), losing, Entrants.fused().get(1)), GpuSettings.emulator(),
                Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of("cuda: ", "losing: " + illegalAddress().getMessage()),
                all.stream().map(m -> m.contender() + ": " + m.failure()).toList(), "the third had no round");
        assertTrue(suite.isLost());
    }

    /** The strategies take part where they run, and only there. */
    @Test
    void strategiesThatFallBackToStepsAreSkipped() {
        DeviceSuite suite = new DeviceSuite(device, Entrants.fused(), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> small = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertTrue(small.stream().allMatch(GpuMeasurement::ok), small.toString());
        assertTrue(small.stream().anyMatch(m -> m.contender().equals("cuda A")), small.toString());
        List<GpuMeasurement> large = suite.run(new GpuCase(new Case(CellType.LSTM, new Dims(1, 1, 1, 300), Kind.FORWARD),
                Precision.FP32));
        assertFalse(large.stream().anyMatch(m -> m.contender().equals("cuda A")), "W_hh of 1.4 MB in one block: " + large);
        assertTrue(suite.skipped().stream().anyMatch(line -> line.startsWith("cuda A: ")), suite.skipped().toString());
    }

    @Test
    void whoRefusesBf16RunsFp16AndSaysSo() {
        Entrant library = new Entrant("library X", Entrant.all(), (on, precision) -> {
            if (precision == Precision.BF16) {
                throw new UnsupportedOperationException("not in this version");
            }
            return CudaEngine.on(on, precision);
        });
        GpuMeasurement m = run(GpuSettings.emulator(), TRAINING, Precision.BF16, library).get(0);
        assertTrue(m.ok(), m.failure());
        assertEquals(Precision.FP16, m.precision());
        assertEquals("library X (fp16)", m.label());
    }

    @ParameterizedTest
    @CsvSource({"FORWARD, 1, false", "FORWARD, 2, true", "TRAINING, 2, true", "STEP, 2, false"})
    void everySetIsRunInTurnAsCallsAndAsGraphs(Kind kind, int layers, boolean ragged) {
        Problem problem = Problem.of(new Case(CellType.LSTM, new Dims(2, 3, 5, 8), kind, layers, ragged));
        try (DeviceSession session = new DeviceSession(device, CudaEngine.on(device), problem, 3);
             Turns turns = new Turns(device, session, expected -> () -> { })) {
            List<Contender.Outcome> called = turn(session, turns);
            session.refill();                   // a state of zeros again
            assertEquals(Optional.empty(), turns.capture());
            assertTrue(turns.replaysGraphs());
            List<Contender.Outcome> replayed = turn(session, turns);
            for (int set = 0; set < 3; set++) {
                assertArrayEquals(called.get(set).y(), replayed.get(set).y(), "set " + set);
                assertArrayEquals(called.get(set).dx(), replayed.get(set).dx(), "set " + set);
                assertArrayEquals(called.get(set).gradients(), replayed.get(set).gradients(), "set " + set);
                boolean carried = kind == Kind.STEP && set > 0;
                assertEquals(!carried, Arrays.equals(called.get(0).y(), called.get(set).y()),
                        "same numbers, unless a state is carried");
            }
        }
    }

    /** As in inference and in training: what an engine makes of weights it makes once of those that stay, else at every call. */
    @ParameterizedTest
    @EnumSource
    void weightsChangeInTrainingAlone(Kind kind) {
        Problem problem = Problem.of(new Case(CellType.LSTM, new Dims(2, 3, 5, 8), kind));
        try (DeviceSession session = new DeviceSession(device, CudaEngine.on(device, Precision.BF16), problem, 2)) {
            Counts start = Counts.of(device);
            session.run();
            Counts first = Counts.of(device);
            session.run();
            long later = Counts.of(device).since(first, 1).launches();
            long packing = kind == Kind.TRAINING ? 0 : 3;       // W_ih, W_hh and the sum of the biases
            assertEquals(packing, first.since(start, 1).launches() - later);
        }
    }

    private static List<Contender.Outcome> turn(DeviceSession session, Turns turns) {
        List<Contender.Outcome> outcomes = new ArrayList<>();
        for (int set = 0; set < session.sets(); set++) {
            turns.enqueue();
            session.await();
            outcomes.add(session.outcome(set));
        }
        return outcomes;
    }

    /** The other contender's graphs are given up too: it would not be the same race. */
    @Test
    void ifOneCannotBeCapturedAllRunCallByCall() {
        Entrant shy = new Entrant("shy", Entrant.all(), (on, precision) -> new ShyEngine(CudaEngine.on(on, precision)));
        DeviceSuite suite = new DeviceSuite(device, List.of(fused(), shy), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of(GpuMeasurement.How.CALLS, GpuMeasurement.How.CALLS),
                all.stream().map(m -> m.run().how()).toList());
        assertTrue(suite.skipped().get(0).contains("shy cannot be captured (" + ShyEngine.REFUSAL), suite.skipped().toString());
    }

    /**
     * What is left out of the capture of the first set, or of the second's. Single steps are verified in the third, and those that begin
     * with the first set go on with the second's.
     */
    @ParameterizedTest
    @CsvSource({"FORWARD, 2, 1", "FORWARD, 3, 2", "TRAINING, 2, 1", "TRAINING, 3, 2", "STEP, 4, 1", "STEP, 5, 1"})
    void aGraphThatComputesSomethingElseIsNotTimed(Kind kind, int leftOut, int set) {
        Entrant forgetful = new Entrant("forgetful", Entrant.all(),
                (on, precision) -> new ShyEngine(CudaEngine.on(on, precision), call -> call != leftOut));
        Case c = new Case(CellType.LSTM, kind == Kind.STEP ? new Dims(1, 1, 8, 8) : new Dims(2, 3, 5, 8), kind);
        List<GpuMeasurement> all = run(GpuSettings.emulator(), c, Precision.FP32, forgetful, fused());
        assertEquals(List.of("cuda: GRAPH", "forgetful: wrong"), all.stream()
                .map(m -> m.contender() + ": " + (m.ok() ? m.run().how() : "wrong")).toList());
        assertTrue(all.get(1).failure().startsWith("call by call the result is right, but not that of the graph it was captured into (set "
                + set + " of 2): ") && all.get(1).failure().contains("the reference says"), all.get(1).failure());
    }

    /** Where not all fit at once too. */
    @Test
    void aGraphThatIsReplayedAloneIsComparedToo() {
        try (Device small = new EmulatorDevice(EmulatorOptions.defaults().memory(64L << 20))) {
            Entrant forgetful = new Entrant("forgetful", Entrant.all(),
                    (on, precision) -> new ShyEngine(CudaEngine.on(on, precision), call -> call != 2));
            DeviceSuite suite = new DeviceSuite(small, List.of(holding("one", 40), holding("two", 40), forgetful), GpuSettings.emulator(),
                    Clocks.none(), Watchdog.none());
            List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
            assertEquals(List.of("one", "two", "forgetful"), all.stream().map(GpuMeasurement::contender).toList());
            assertTrue(all.get(1).ok() && all.get(2).failure().contains("not that of the graph"), all.toString());
        }
    }

    /** What is short of memory for a graph does not fit: it says nothing of graphs, so nobody else gives them up. */
    @Test
    void whoHasNoMemoryForAGraphDoesNotFit() {
        Entrant large = new Entrant("large", Entrant.all(), (on, precision) -> new ShyEngine(CudaEngine.on(on, precision),
                DeviceException.outOfMemory("cuGraphInstantiateWithFlags", 0, "")));
        DeviceSuite suite = new DeviceSuite(device, List.of(fused(), large), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
        List<GpuMeasurement> all = suite.run(new GpuCase(TRAINING, Precision.FP32));
        assertEquals(List.of("cuda: GRAPH"), all.stream().map(m -> m.contender() + ": " + m.run().how()).toList());
        assertEquals(1, suite.skipped().size(), suite.skipped().toString());
        assertTrue(suite.skipped().get(0).startsWith("large: did not fit: cuGraphInstantiateWithFlags answers CUDA_ERROR_OUT_OF_MEMORY ("),
                suite.skipped().toString());
        assertFalse(suite.isLost());
    }

    /** A call may take half a minute, and there are many: what is known to take long is waited for. */
    @Test
    void callsAreWatchedForWhatTheyShouldTake() {
        Problem problem = Problem.of(TRAINING);
        List<Double> expected = new ArrayList<>();
        List<Boolean> ended = new ArrayList<>();
        try (DeviceSession session = new DeviceSession(device, CudaEngine.on(device), problem, 2);
             Turns turns = new Turns(device, session, seconds -> {
                 expected.add(seconds);
                 return () -> ended.add(true);
             })) {
            double one = turns.nanos(1);
            turns.nanos(3);
            assertEquals(List.of(0.0, 1e-9 * one * 3), expected);
            assertEquals(2, ended.size());
        }
    }
}
