package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build program with the real compiler, on kernels of its own. */
@Tag("nvrtc")
class CompileKernelsTest {
    private static final String KERNEL = """
            #include "value.cuh"
            extern "C" __global__ void __launch_bounds__(64) NAME(float *x) {
                x[threadIdx.x] = VALUE;
            }
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void sources() throws IOException {
        Files.createDirectories(folder.resolve("cuda"));
        source("value.cuh", "#define VALUE 1.0f\n");
        source("one.cu", KERNEL.replace("NAME", "one"));
        source("two.cu", KERNEL.replace("NAME", "two").replace("VALUE", "2.0f").replace("#include \"value.cuh\"\n", ""));
    }

    @Test
    void writesCodeSourcesAndReport() throws Exception {
        assertEquals(List.of("one", "two"), compile());
        assertEquals(KERNEL.replace("NAME", "one"), Files.readString(output("one/one.cu")));
        assertEquals("#define VALUE 1.0f\n", Files.readString(output("value.cuh")));
        assertTrue(Files.readString(output("one/compute_80.ptx")).contains(".entry one("));
        assertTrue(Files.size(output("one/sm_90.cubin")) > 0);
        List<String> report = Files.readAllLines(output("report.csv"));
        assertEquals(Report.HEADER, report.get(0));
        assertEquals(4, report.size() - 1, () -> "two kernels, two architectures: " + report);
        assertTrue(report.get(1).startsWith("one,one,80,"), report.get(1));
        assertTrue(report.get(4).startsWith("two,two,90,"), report.get(4));
    }

    @Test
    void compilesAgainOnlyWhatHasChanged() throws Exception {
        compile();
        assertEquals(List.of(), compile());
        source("value.cuh", "#define VALUE 3.0f\n");
        assertEquals(List.of("one"), compile());
        Files.delete(output("two/sm_80.cubin"));
        assertEquals(List.of("two"), compile());
    }

    @Test
    void dropsWhatIsGone() throws Exception {
        compile();
        Files.createDirectories(output("other"));
        Files.delete(folder.resolve("cuda/two.cu"));
        assertEquals(List.of(), compile());
        assertFalse(Files.exists(output("two")));
        assertFalse(Files.readString(output("report.csv")).contains("two"));
        assertTrue(Files.exists(output("other")), "a folder of somebody else stays");
    }

    @Test
    void dropsHeadersThatNobodyIncludes() throws Exception {
        compile();
        Files.move(folder.resolve("cuda/value.cuh"), folder.resolve("cuda/number.cuh"));
        source("one.cu", KERNEL.replace("NAME", "one").replace("value.cuh", "number.cuh"));
        assertEquals(List.of("one"), compile());
        assertFalse(Files.exists(output("value.cuh")));
        assertTrue(Files.exists(output("number.cuh")));
    }

    @Test
    void ptxIsWhatTheMachineCodeIsMadeFrom() throws Exception {
        compile();
        String withMachineCode = Files.readString(output("one/compute_80.ptx"));
        compile("--cubin=90", "--ptx=80,90", OutputStream.nullOutputStream());
        assertEquals(withMachineCode, Files.readString(output("one/compute_80.ptx")), "the same as when PTX alone is asked for");
        assertTrue(Files.readString(output("one/compute_90.ptx")).contains("\n.target sm_90"));
        assertFalse(Files.exists(output("one/sm_80.cubin")));
    }

    @Test
    void saysWhatEachFileTook() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        compile("--cubin=80,90", "--ptx=80", log);
        String seconds = Files.readString(folder.resolve("work/one/seconds"));
        assertTrue(log.toString().contains("kernels: compiled one.cu for 2 architectures in " + seconds + " s of a processor"), log::toString);
    }

    @Test
    void errorsOfAllFilesCarryPathAndLine() throws Exception {
        source("one.cu", "\nextern \"C\" __global__ void __launch_bounds__(64) one(float *x) {\n    y = 1;\n}\n");
        source("two.cu", "#include \"value.cuh\"\n");
        source("value.cuh", "\n\n\nthis is no C++;\n");
        String message = assertThrows(CompileException.class, this::compile).getMessage();
        assertTrue(message.contains(folder.resolve("cuda/one.cu") + ":3: error: "), message);
        assertTrue(message.contains(folder.resolve("cuda/value.cuh") + ":4: error: "), message);
        sources();
        assertEquals(List.of("one", "two"), compile(), "what has failed is compiled again");
    }

    @Test
    void warningsAreErrors() throws Exception {
        source("one.cu", "extern \"C\" __global__ void __launch_bounds__(64) one(float *x) {\n    int unused = 1;\n}\n");
        String message = assertThrows(CompileException.class, this::compile).getMessage();
        assertTrue(message.contains(folder.resolve("cuda/one.cu") + ":2: warning "), message);
    }

    @Test
    void kernelsNeedLaunchBounds() throws Exception {
        source("one.cu", "extern \"C\" __global__ void one(float *x) {\n    x[0] = 1.0f;\n}\n");
        String message = assertThrows(CompileException.class, this::compile).getMessage();
        assertTrue(message.contains("one") && message.contains("__launch_bounds__"), message);
    }

    private List<String> compile() throws IOException, CompileException {
        return compile("--cubin=80,90", "--ptx=80", OutputStream.nullOutputStream());
    }

    private List<String> compile(String cubins, String ptx, OutputStream log) throws IOException, CompileException {
        Settings settings = Settings.parse("--sources=" + folder.resolve("cuda"), "--output=" + folder.resolve("out"),
                "--work=" + folder.resolve("work"), "--libraries=" + System.getProperty("gateloom.kernels.work") + "/lib",
                "--compiler=test", cubins, ptx);
        return new CompileKernels(settings, new PrintStream(log)).run();
    }

    private void source(String name, String text) throws IOException {
        Files.writeString(folder.resolve("cuda").resolve(name), text);
    }

    private Path output(String name) {
        return folder.resolve("out").resolve(name);
    }
}
