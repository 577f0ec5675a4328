package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.jcuda.JcudaProvider;
import dev.gateloom.cuda.jcuda.PlayedGpu;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.ptx.EmulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The suite as it runs on a GPU: JCuda and all contenders, those of NVIDIA's libraries too, above a driver, a cuBLAS and a cuDNN that are
 * played. They check every call, and nothing may be left of them.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class PlayedGpuTest {
    private static final Case STEP = new Case(CellType.LSTM, new Dims(6, 1, 8, 8), Kind.STEP);
    private static final List<String> CUDNN = List.of("cudnn STANDARD", "cudnn PERSIST_STATIC", "cudnn PERSIST_DYNAMIC",
            "cudnn PERSIST_STATIC_SMALL_H");
    private static final List<String> ON_DEVICE = List.of("cuda", "cuda A", "cuda C", "cuda D", "cublas");

    @TempDir
    private Path folder;

    @BeforeAll
    static void kernels() {
        Emulated.requireKernels();
    }

    /** Every kind of call, from the limits to the files. Of strategy B the played GPU has too few multiprocessors for a cluster. */
    @Test
    void everyContenderIsRightCapturedAndReported() throws Exception {
        Case forward = new Case(CellType.LSTM, new Dims(6, 3, 5, 8), Kind.FORWARD);
        Case stack = new Case(CellType.GRU, new Dims(6, 3, 5, 8), Kind.TRAINING, 2, false);
        Case ragged = new Case(CellType.LSTM, new Dims(3, 4, 5, 8), Kind.TRAINING, 1, true);
        List<GpuCase> cases = new ArrayList<>();
        Stream.of(forward, stack, ragged, STEP).forEach(c -> cases.add(new GpuCase(c, Precision.FP32)));
        cases.add(new GpuCase(STEP, Precision.BF16));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PlayedGpu gpu = new PlayedGpu(EmulatorOptions.defaults().architecture(90))) {
            boolean right = new GpuBenchmark(GpuOptionsTest.parse(), GpuSettings.emulator(), true, new PrintStream(said, true,
                    StandardCharsets.UTF_8), new Journal(folder.resolve("unfinished")), Watchdog.none())
                    .run(gpu.device(), cases, ZonedDateTime.now(), folder.resolve("report"));
            assertTrue(right, said.toString(StandardCharsets.UTF_8));
            assertTrue(gpu.calls("cublasGemmEx") > 0 && gpu.calls("cudnnRNNBackwardWeights") > 0, "by the libraries, as they say");
        }
        JsonNode results = new ObjectMapper().readTree(folder.resolve("report/results.json").toFile());
        String all = results.path("notes").toString();
        List<String> host = List.of("cuda end to end", "cpu", "reference");
        for (GpuCase c : cases) {
            List<String> expected = new ArrayList<>(ON_DEVICE);
            expected.addAll(c.of().ragged() ? CUDNN.subList(0, 1) : CUDNN);
            expected.addAll(c.precision() == Precision.FP32 ? host : List.of());
            List<JsonNode> found = measurements(results, c);
            assertEquals(expected, found.stream().map(m -> m.path("contender").asText()).toList(), c.title() + all);
            for (JsonNode m : found) {
                assertTrue(m.path("failure").isNull(), m.toString());
                boolean onHost = host.contains(m.path("contender").asText());
                assertEquals(onHost ? "host arrays" : "graph", m.path("by").asText(), m.toString());
                boolean narrow = m.path("contender").asText().startsWith("cudnn P") && c.precision() == Precision.BF16;
                assertEquals(narrow ? "fp16" : GpuCase.name(c.precision()), m.path("contender_precision").asText(), m.toString());
            }
        }
        assertTrue(all.contains("cuda B: forward: strategy D, not B: no cluster of 8 blocks fits into 4 multiprocessors"), all);
        assertTrue(all.contains("cudnn PERSIST_STATIC: lengths[1]: cuDNN's algorithm PERSIST_STATIC takes sequences of one length"), all);
        assertEquals("Fake GPU (sm_90)", results.path("environment").path("device").asText());
        assertEquals("41943040 bytes", results.path("environment").path("L2 cache").asText());
        for (String library : List.of("cuBLAS", "cuDNN")) {
            String text = results.path("environment").path(library).asText();
            assertTrue(text.matches("[0-9.]+, .*") && !text.contains(System.getProperty("user.dir")), text);
        }
    }

    /** Golden vectors on engine cuda in the other precisions and on cuDNN's algorithms in all; what an algorithm lacks is no failure. */
    @Test
    void goldenVectorsRunInEveryPrecisionAndAlgorithm() throws Exception {
        Path vectors = Path.of(System.getProperty("gateloom.root"), "java/core/src/test/resources/golden/core");
        System.setProperty(GoldenRun.FOLDERS, folder.toString());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        try (PlayedGpu gpu = new PlayedGpu()) {
            for (String name : List.of("lstm_L1_uni_I3_H8_B2_T5", "gru_L1_uni_I8_H17_B5_T7_varlen_garbage")) {
                Files.copy(vectors.resolve(name + ".safetensors"), folder.resolve(name + ".safetensors"));
            }
            GoldenRun golden = GoldenRun.find();
            List<Guest> guests = Guest.on(new JcudaProvider(), true);
            assertEquals(3 + 16, guests.size(), guests.toString());
            List<String> lines = List.of("cuda, bf16: 2 of 2 golden vectors pass", "cudnn STANDARD: 2 of 2 golden vectors pass",
                    "cudnn STANDARD, fp16: 2 of 2 golden vectors pass", "cudnn PERSIST_STATIC, bf16: 0 of 2 golden vectors pass, 2 not supported",
                    "cudnn PERSIST_DYNAMIC: 1 of 2 golden vectors pass, 1 not supported");
            for (Guest guest : guests) {
                if (lines.stream().anyMatch(line -> line.startsWith(guest.label() + ":"))) {
                    golden.run(guest, guest.engine().get(), Watchdog.none(), out);
                }
            }
            String all = said.toString(StandardCharsets.UTF_8);
            assertTrue(golden.passed(), all);
            assertEquals(lines, all.lines().toList());
            String lengths = "cuDNN's algorithm PERSIST_DYNAMIC takes sequences of one length";
            assertTrue(golden.csv().contains(lengths), golden.csv());
            assertTrue(gpu.calls("cudnnBuildRNNDynamic") > 0);

            Guest refusing = new Guest("refusing", Precision.FP32, true, () -> CudnnEngine.owning(new JcudaProvider().open(),
                    CudnnAlgorithm.STANDARD, Precision.FP32));
            gpu.failNext("cudnnRNNForward", 5000);
            golden.run(refusing, refusing.engine().get(), Watchdog.none(), out);
            assertTrue(golden.passed(), "it may refuse");
            Guest wrong = new Guest("bf16 for fp32", () -> CudaEngine.owning(new JcudaProvider().open(), Precision.BF16));
            golden.run(wrong, wrong.engine().get(), Watchdog.none(), out);
            assertFalse(golden.passed());
            assertTrue(said.toString(StandardCharsets.UTF_8).contains("bf16 for fp32: 0 of 2 golden vectors pass; FAILED: "), all);
        } finally {
            System.clearProperty(GoldenRun.FOLDERS);
        }
    }

    private static List<JsonNode> measurements(JsonNode results, GpuCase c) {
        Case of = c.of();
        return StreamSupport.stream(results.path("measurements").spliterator(), false)
                .filter(m -> m.path("kind").asText().equals(of.kind().text()) && m.path("ragged").asBoolean() == of.ragged()
                        && m.path("precision").asText().equals(GpuCase.name(c.precision()))).toList();
    }

    private static List<Entrant> entrants(List<String> names) {
        List<Entrant> all = new ArrayList<>(Entrants.fused());
        all.addAll(Entrants.library(new CudnnAlgorithms()));
        return all.stream().filter(e -> names.contains(e.name())).toList();
    }

    private static List<String> outcomes(List<GpuMeasurement> all) {
        return all.stream().map(m -> m.contender() + ": " + (m.ok() ? m.run().how().text() : m.failure())).toList();
    }

    /** Events, turns of many sets, and graphs of two engines that are open at the same time. */
    @Test
    void turnsAreTimedByEventsOfTheDevice() {
        try (PlayedGpu gpu = new PlayedGpu(EmulatorOptions.defaults().architecture(90))) {
            DeviceSuite suite = new DeviceSuite(gpu.device(), entrants(List.of("cublas", "cudnn STANDARD")),
                    new GpuSettings(true, 3, 0.01, 1e-6), Clocks.none(), Watchdog.none());
            List<GpuMeasurement> all = suite.run(new GpuCase(new Case(CellType.GRU, new Dims(1, 2, 8, 8), Kind.TRAINING), Precision.FP32));
            assertEquals(List.of("cublas: graph", "cudnn STANDARD: graph"), outcomes(all));
            for (GpuMeasurement m : all) {
                assertEquals(3, m.nanos().length);
                assertEquals(40 << 20, m.run().rotation().l2Bytes(), "as the device says; of an H100 the table says 50 MiB");
                assertTrue(m.median() > 0 && m.run().rotation().sets() == Rotation.MOST, m.toString());
            }
            assertTrue(gpu.calls("cuEventElapsedTime") >= 6, "times of the device");
            assertEquals(List.of(), suite.skipped());
        }
    }

    /** The calls had been right before: CUDNN_STATUS_NOT_SUPPORTED, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED. */
    @ParameterizedTest
    @CsvSource({"cudnnRNNForward, 3000", "cuStreamBeginCapture, 900"})
    void whatIsRefusedInACaptureIsRunCallByCall(String function, int code) {
        try (PlayedGpu gpu = new PlayedGpu()) {
            Entrant library = entrants(List.of("cudnn STANDARD")).get(0);
            Entrant shy = new Entrant("shy", library.precisions(), library.maker(), strategy -> {
                gpu.failNext(function, code);
                return Optional.empty();
            });
            DeviceSuite suite = new DeviceSuite(gpu.device(), List.of(library, shy), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
            Case one = new Case(CellType.LSTM, new Dims(1, 1, 8, 8), Kind.STEP);        // compared as a whole at once
            assertEquals(List.of("cudnn STANDARD: calls", "shy: calls"), outcomes(suite.run(new GpuCase(one, Precision.FP32))));
            assertTrue(suite.skipped().get(0).startsWith("graphs: cudnn STANDARD cannot be captured (" + function), suite.skipped().toString());
        }
    }

    /**
     * What a driver or a library answers once: which contender it costs, and that nothing of it stays behind. The codes are those of
     * CUDNN_STATUS_EXECUTION_FAILED, NOT_INITIALIZED and BAD_PARAM, and of CUDA_ERROR_OUT_OF_MEMORY.
     */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "cudnnRNNForward; 5000; cudnn STANDARD, cuda; cuda: graph, cudnn STANDARD: cudnnRNNForward: CUDNN_STATUS_EXECUTION_FAILED; ''",
        "cudnnRNNForward; 5000; cudnn PERSIST_STATIC, cuda; cuda: graph; cudnn PERSIST_STATIC: cudnnRNNForward answers CUDNN_STATUS_EXECUTION_FAILED",
        "cudnnCreate; 1001; cudnn STANDARD, cuda; cuda: graph, cudnn STANDARD: cudnnCreate: CUDNN_STATUS_NOT_INITIALIZED; ''",
        "cudnnSetRNNDescriptor; 2000; cudnn PERSIST_DYNAMIC, cuda; cuda: graph; cudnn PERSIST_DYNAMIC: cudnnSetRNNDescriptor_v8 answers",
        "cuGraphInstantiateWithFlags; 2; cudnn STANDARD, cuda; cudnn STANDARD: graph, cuda: graph; turns: the device has not the memory"})
    void aRefusalCostsNobodyElseAndLeavesNothing(String function, int code, String who, String outcomes, String note) {
        try (PlayedGpu gpu = new PlayedGpu()) {
            List<String> names = List.of(who.split(", "));
            DeviceSuite suite = new DeviceSuite(gpu.device(), entrants(names).stream()
                    .sorted(Comparator.comparing(e -> names.indexOf(e.name()))).toList(), GpuSettings.emulator(), Clocks.none(), Watchdog.none());
            gpu.failNext(function, code);
            String all = String.join(", ", outcomes(suite.run(new GpuCase(STEP, Precision.FP32))));
            assertTrue(all.startsWith(outcomes), all);
            String skipped = String.join(" ", suite.skipped());
            assertTrue(note.isEmpty() ? skipped.isEmpty() : skipped.startsWith(note), skipped);
            assertFalse(suite.isLost());
        }
    }
}
