package dev.gateloom.cuda.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * NVIDIA's own libraries, from the jar that {@code -Pcuda-libs} brings, are unpacked, loaded and asked, on a machine with no driver
 * and no GPU. In a JVM of its own: other tests play these libraries in this one.
 */
@EnabledIf(value = "jarIsThere", disabledReason = "Runs with -Pcuda-libs.")
class RealLibrariesTest {

    static boolean jarIsThere() {
        return Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"))
                .map(platform -> RealLibrariesTest.class.getClassLoader().getResource("org/bytedeco/cuda/" + platform.classifier()
                        + "/" + LibraryFiles.CUBLAS.main(platform)) != null).orElse(false);
    }

    @Test
    void areLoadedAndSayTheirVersions() throws Exception {
        ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Look.class.getName()).redirectErrorStream(true);
        java.environment().remove(CudaLibraries.VARIABLE);
        Process process = java.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        List<String> libraries = said.lines().filter(line -> line.startsWith("found: ")).toList();
        assertEquals(List.of("found: cuBLAS 12.6", "found: cuDNN 9.5", "found: NVRTC compiles for sm_90"), libraries, said);
    }

    /** What the test starts. */
    static final class Look {
        private Look() {
        }

        public static void main(String[] arguments) {
            print("cuBLAS", CudaLibraries.cublas());
            print("cuDNN", CudaLibraries.cudnn());
            compile();
        }

        /** What cuDNN's algorithm PERSIST_DYNAMIC does, by the NVRTC that came with it: JNvrtc finds none on its own. */
        private static void compile() {
            nvrtcProgram program = new nvrtcProgram();
            int created = JNvrtc.nvrtcCreateProgram(program, "extern \"C\" __global__ void k(float* x) { x[threadIdx.x] = 1; }", "k.cu",
                    0, new String[0], new String[0]);
            int compiled = JNvrtc.nvrtcCompileProgram(program, 1, new String[] {"--gpu-architecture=sm_90"});
            System.out.println("found: NVRTC " + (created == 0 && compiled == 0 ? "compiles for sm_90" : created + " " + compiled));
        }

        private static void print(String name, Library library) {
            System.out.println(library);
            System.out.println("found: " + name + " " + library.version().replaceAll("\\.\\d+$", ""));
        }
    }
}
