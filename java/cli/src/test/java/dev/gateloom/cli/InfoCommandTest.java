package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.Engines;
import dev.gateloom.cuda.jcuda.Gpus;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.machine.Machine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class InfoCommandTest {
    private static final DeviceProperties HOPPER = new DeviceProperties(90, 132, 49152, 232448, 233472, 65536, 2048, 32, true, true,
            50 << 20, 80L << 30);
    private static final DeviceProperties VOLTA = new DeviceProperties(70, 80, 49152, 98304, 98304, 65536, 2048, 32, true, false,
            6 << 20, 16L << 30);

    private static final String TOO_OLD = "the GPU has compute capability 7.0, needed is 7.5 (Turing) or newer";

    /** A machine with two GPUs, of which one is of no use, and one of the two libraries. */
    private static Inventory workstation() {
        Map<String, Library> libraries = new LinkedHashMap<>();
        libraries.put("cuBLAS", new Library(true, "/opt/cuda/libcublas.so.12", "12.6.3", "", "", "", ""));
        libraries.put("cuDNN", new Library(false, "", "", "no libcudnn.so.9 here", "install cuDNN", "", ""));
        Map<String, Optional<String>> devices = new LinkedHashMap<>();
        devices.put("cuda", Optional.empty());
        devices.put("emulator", Optional.of("no kernels"));
        return new Inventory(new Machine("a CPU", 4, "256 bits", "17", "Linux", "NVIDIA H100, 81559 MiB; NVIDIA V100, 16384 MiB; driver 550.54.15"), Optional.empty(), "12.8",
                List.of(new Inventory.Graphics(new Gpus.Gpu(0, "NVIDIA H100", HOPPER, Optional.empty()), List.of()),
                        new Inventory.Graphics(new Gpus.Gpu(1, "NVIDIA V100", VOLTA, Optional.of("too old")), List.of(TOO_OLD))),
                libraries, List.of(new Engines.Info("cuda", true, "", ""), new Engines.Info("cpu", false, "no vectors", "add them")),
                devices);
    }

    @Test
    void showsTheMachineAndEveryEngine() {
        Run info = Run.of("info");
        assertEquals(0, info.status());
        assertEquals("", info.err());
        for (String label : List.of("CPU ", "cores ", "SIMD ", "Java ", "system ", "GPU ", "  driver ", "  cuBLAS ",
                "  cuDNN ")) {
            assertTrue(info.out().lines().anyMatch(l -> l.startsWith(label)), info.out());
        }
        for (Engines.Info engine : Engines.list()) {
            String state = engine.ready() ? "ready" : "not ready: " + once(engine.reason()) + ". " + engine.mend();
            assertTrue(info.out().lines().anyMatch(l -> l.matches("  " + engine.name() + " +\\Q" + state + "\\E")),
                    info.out());
        }
        Devices.obstacles().forEach((device, obstacle) -> assertTrue(info.out().lines().anyMatch(l ->
                l.matches("  " + device + " +\\Q" + obstacle.map(why -> "not ready: " + once(why)).orElse("ready") + "\\E")), info.out()));
    }

    /** The driver's reason stands at the driver. */
    private static String once(String reason) {
        return Gpus.obstacle().map(why -> reason.replace(why, "needs the driver, see above")).orElse(reason);
    }

    @Test
    void describesADevice() {
        assumeTrue(Kernels.obstacle().isEmpty(), "the kernels are not built on this platform");
        Run info = Run.of("info", "--device", "emulator");
        assertEquals(0, info.status());
        assertTrue(info.out().lines().anyMatch("  emulator  ready"::equals), info.out());
        assertTrue(info.out().contains("PTX emulator (sm_80)") && info.out().contains("  multiprocessors "), info.out());
        assertTrue(info.out().lines().anyMatch(l -> l.matches("  strategies +LSTM 1x1000x256x256 [A-D], [A-D]; LSTM .*")), info.out());
        assertTrue(info.out().contains("  engine cuda      PTX emulator (sm_80), fp32"), info.out());
        Run unknown = Run.of("info", "--device", "abacus");
        assertEquals(2, unknown.status());
        assertEquals("gateloom info: --device: expected one of [cuda, emulator], got abacus (see gateloom info --help)"
                + System.lineSeparator(), unknown.err());
    }

    @Test
    void describesGpusAndLibraries() {
        StringWriter text = new StringWriter();
        InfoText.print(new PrintWriter(text, true), workstation());
        List<String> lines = text.toString().lines().toList();
        for (String line : List.of("CPU     a CPU", "  driver  knows CUDA 12.8",
                "  GPU 0   NVIDIA H100 (sm_90), 132 multiprocessors, 80.0 GiB, 232448 bytes of shared memory for a block that asks, "
                        + "clusters",
                "  GPU 1   NVIDIA V100 (sm_70), 80 multiprocessors, 16.0 GiB, 98304 bytes of shared memory for a block that asks. "
                        + TOO_OLD,
                "  cuBLAS  12.6.3, /opt/cuda/libcublas.so.12", "  cuDNN   not ready: no libcudnn.so.9 here; install cuDNN",
                "  cuda  ready", "  cpu   not ready: no vectors. add them", "  emulator  not ready: no kernels")) {
            assertTrue(lines.contains(line), () -> "no line \"" + line + "\" in\n" + text);
        }
    }

    /** What is in the way of all is said once. */
    @Test
    void aMissingDriverIsExplainedOnce() {
        Inventory all = workstation();
        String why = "no NVIDIA driver: no libcuda.so.1 in /usr/lib; install it";
        Inventory bare = new Inventory(all.machine(), Optional.of(why), "", List.of(), all.libraries(),
                List.of(new Engines.Info("cuda", false, why, "Engine cpu needs no GPU")), Map.of("cuda", Optional.of(why)));
        StringWriter text = new StringWriter();
        InfoText.print(new PrintWriter(text, true), bare);
        for (String line : List.of("  driver  not ready: " + why, "  cuda  not ready: needs the driver, see above. Engine cpu needs no GPU",
                "  cuda  not ready: needs the driver, see above")) {
            assertTrue(text.toString().lines().anyMatch(line::equals), () -> "no line \"" + line + "\" in\n" + text);
        }
        assertEquals(2, text.toString().split(Pattern.quote(why), -1).length, text::toString);
    }

    /** cuDNN is ready for all that it need not compile. */
    @Test
    void namesACompilerThatCannotBeLoaded() throws Exception {
        Inventory all = workstation();
        all.libraries().put("cuDNN", new Library(true, "/opt/libcudnn.so.9", "9.5.1", "", "", "NVRTC is broken; mend it",
                "/usr/lib/libcudnn.so.9 does not load"));
        StringWriter text = new StringWriter();
        InfoText.print(new PrintWriter(text, true), all);
        assertTrue(text.toString().contains("  cuDNN   9.5.1, /opt/libcudnn.so.9; without algorithm PERSIST_DYNAMIC: NVRTC is broken; mend it"
                + "; passed over: /usr/lib/libcudnn.so.9 does not load"),
                text.toString());
        JsonNode json = new ObjectMapper().readTree(InfoJson.of(all, Optional.empty()));
        assertTrue(json.at("/libraries/0/no_compiler").isNull() && json.at("/libraries/1/ready").booleanValue());
        assertEquals("NVRTC is broken; mend it", json.at("/libraries/1/no_compiler").textValue());
        assertTrue(json.at("/libraries/0/passed_over").isNull());
        assertEquals("/usr/lib/libcudnn.so.9 does not load", json.at("/libraries/1/passed_over").textValue());
    }

    @Test
    void jsonHasAllOfIt() throws Exception {
        JsonNode json = new ObjectMapper().readTree(InfoJson.of(workstation(), Optional.of(new Inventory.Opened("NVIDIA H100", HOPPER, "fp32, cuBLAS"))));
        List<String> members = new ArrayList<>();
        json.fieldNames().forEachRemaining(members::add);
        assertEquals(List.of("machine", "driver", "gpus", "libraries", "engines", "devices", "device"), members);
        assertEquals(4, json.at("/machine/cores").intValue());
        assertTrue(json.at("/driver/ready").booleanValue() && json.at("/driver/reason").isNull());
        assertEquals("12.8", json.at("/driver/cuda").textValue());
        assertEquals("550.54.15", json.at("/driver/version").textValue());
        assertEquals("9.0", json.at("/gpus/0/compute_capability").textValue());
        assertEquals(80L << 30, json.at("/gpus/0/memory_bytes").longValue());
        assertEquals(50 << 20, json.at("/gpus/0/l2_bytes").longValue());
        assertTrue(json.at("/gpus/0/ready").booleanValue() && json.at("/gpus/0/obstacles").isEmpty());
        assertFalse(json.at("/gpus/1/ready").booleanValue());
        assertEquals(TOO_OLD, json.at("/gpus/1/obstacles/0").textValue());
        assertEquals("12.6.3", json.at("/libraries/0/version").textValue());
        assertTrue(json.at("/libraries/0/mend").isNull());
        assertEquals("install cuDNN", json.at("/libraries/1/mend").textValue());
        assertEquals("cpu", json.at("/engines/1/name").textValue());
        assertEquals("add them", json.at("/engines/1/mend").textValue());
        assertEquals("no kernels", json.at("/devices/1/reason").textValue());
        assertEquals(132, json.at("/device/multiprocessors").intValue());
        assertEquals("fp32, cuBLAS", json.at("/device/engine").textValue());
    }

    @Test
    void jsonIsAllThatIsPrinted() throws Exception {
        Run info = Run.of("info", "--json");
        assertEquals(0, info.status());
        assertEquals("", info.err());
        JsonNode json = new ObjectMapper().readTree(info.out());
        assertEquals(Engines.list().size(), json.get("engines").size());
        for (JsonNode entry : List.of(json.get("driver"), json.at("/libraries/0"), json.at("/libraries/1"))) {
            assertEquals(entry.get("ready").booleanValue(), entry.get("reason").isNull(), entry.toString());
        }
        assertFalse(json.has("device"));
    }
}
