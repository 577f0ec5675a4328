package dev.gateloom.cuda.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LibrarySearchTest {
    private static final Supplier<String> NOT_ASKED = () -> {
        throw new AssertionError("nothing is loaded");
    };

    private static Library look(LibraryFiles files, String system, String processor, String property,
            Map<String, String> variables) {
        return new LibrarySearch(files, system, processor, property, variables,
                new RedistJar(ClassLoader.getPlatformClassLoader())).load(NOT_ASKED);
    }

    @Test
    void namesThePlatformThatJCudaLacks() {
        for (String[] platform : new String[][] {{"Mac OS X", "aarch64"}, {"Linux", "aarch64"}, {"FreeBSD", "amd64"}}) {
            Library library = look(LibraryFiles.CUBLAS, platform[0], platform[1], null, Map.of());
            assertFalse(library.loaded());
            assertTrue(library.reason().contains("this is " + platform[0] + " on " + platform[1]), library.reason());
        }
    }

    /** Nowhere else is looked, so that what was meant is not silently replaced. */
    @Test
    void namesTheFolderThatLacksIt(@TempDir Path folder) {
        Library library = look(LibraryFiles.CUDNN, "Linux", "amd64", folder.toString(), Map.of(CudaLibraries.VARIABLE, "/other"));
        assertEquals("no libcudnn.so.9 in " + folder + ", which -Dgateloom.cuda.libraries names", library.reason());
        assertEquals("let -Dgateloom.cuda.libraries name the folder of cuDNN, or unset it", library.mend());

        library = look(LibraryFiles.CUBLAS, "Windows 11", "amd64", null, Map.of(CudaLibraries.VARIABLE, folder.toString()));
        assertEquals("no cublas64_12.dll in " + folder + ", which GATELOOM_CUDA_LIBRARIES names", library.reason());
        library = look(LibraryFiles.CUDNN, "Linux", "amd64", "here/and", Map.of());
        assertEquals("no libcudnn.so.9 in " + Path.of("here", "and").toAbsolutePath() + ", which -Dgateloom.cuda.libraries names",
                library.reason(), "wherever it is read");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the message is the dynamic linker's")
    void namesTheFileThatCannotBeLoaded(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("libcublas.so.12"), "no library");
        Library library = look(LibraryFiles.CUBLAS, "Linux", "amd64", folder.toString(), Map.of());
        assertFalse(library.loaded());
        assertTrue(library.reason().contains(file.toString()), library.reason());
    }

    @Test
    void namesFilesAsTheSystemDoes() {
        assertEquals(List.of("libcublasLt.so.12", "libcublas.so.12"), LibraryFiles.CUBLAS.all(Platform.LINUX));
        assertEquals(List.of("cublasLt64_12.dll", "cublas64_12.dll"), LibraryFiles.CUBLAS.all(Platform.WINDOWS));
        assertEquals(List.of("nvrtc-builtins64_126.dll", "nvrtc64_120_0.dll"), LibraryFiles.CUDNN.compiler(Platform.WINDOWS));
        assertEquals(List.of("cudnn_graph64_9.dll", "cudnn_ops64_9.dll", "cudnn_cnn64_9.dll", "cudnn_adv64_9.dll"),
                LibraryFiles.CUDNN.dependencies(Platform.WINDOWS));
        assertEquals("libcudnn.so.9", LibraryFiles.CUDNN.main(Platform.LINUX));
        assertEquals(10, LibraryFiles.CUDNN.all(Platform.LINUX).size());
    }

    /** cuDNN opens NVRTC by its name, and NVRTC its own part: both must be in the process, in the other order. cuBLAS has no use for it. */
    @Test
    void loadsTheCompilerFirst() {
        assertEquals(List.of("libnvrtc-builtins.so.12.6", "libnvrtc.so.12"), LibraryFiles.CUDNN.compiler(Platform.LINUX));
        assertEquals(List.of("libnvrtc-builtins.so.12.6", "libnvrtc.so.12", "libcudnn_graph.so.9"),
                LibraryFiles.CUDNN.all(Platform.LINUX).subList(0, 3), "unpacked too");
        assertEquals(List.of(), LibraryFiles.CUBLAS.compiler(Platform.LINUX));
    }

    /** The compiler is for one algorithm: what else there is does without. What all need is another matter. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the message is the dynamic linker's")
    void aCompilerThatCannotBeLoadedTakesNothingElseWithIt(@TempDir Path folder) throws Exception {
        Path anyThatLoads = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        Files.copy(anyThatLoads, folder.resolve("libcudnn.so.9"));
        Path broken = Files.writeString(folder.resolve("libnvrtc.so.12"), "no library");
        LibrarySearch search = new LibrarySearch(LibraryFiles.CUDNN, "Linux", "amd64", folder.toString(), Map.of(),
                new RedistJar(ClassLoader.getPlatformClassLoader()));
        Library library = search.load(() -> "9.5.1");
        assertTrue(library.loaded(), library.reason());
        assertTrue(library.noCompiler().startsWith("NVRTC cannot be loaded: " + broken + ": ")
                && library.noCompiler().contains("; put the libnvrtc.so.12 of CUDA 12 "), library.noCompiler());
        Files.delete(broken);
        assertEquals("", search.load(() -> "9.5.1").noCompiler(), "another place may have one");
        Path needed = Files.writeString(folder.resolve("libcudnn_graph.so.9"), "no library");
        library = search.load(NOT_ASKED);
        assertTrue(!library.loaded() && library.reason().contains(needed.toString()), library.toString());
    }

    @Test
    void looksWhereWindowsLooks() {
        assertEquals(List.of("C:\\a", "C:\\b c", "C:\\CUDA\\bin"), List.copyOf(Platform.WINDOWS.folders(
                Map.of("Path", "C:\\a; C:\\b c ;;C:\\a", "CUDA_PATH", "C:\\CUDA"))));
    }

    /** After the linker's folders, of which this machine has some. */
    @Test
    void looksWhereVariablesSayThatTheToolkitIs() {
        List<String> folders = List.copyOf(Platform.LINUX.folders(Map.of("CUDA_HOME", "/opt/cuda-12.9", "CONDA_PREFIX", "/home/me/conda/",
                "LD_LIBRARY_PATH", "/first")));
        assertEquals("/first", folders.get(0));
        assertEquals(List.of("/opt/cuda-12.9/lib64", "/home/me/conda/lib"), folders.subList(folders.size() - 2, folders.size()));
        List<String> none = List.copyOf(Platform.LINUX.folders(Map.of("CUDA_HOME", "", "CONDA_PREFIX", "relative", "LD_LIBRARY_PATH", "/first")));
        assertEquals(folders.subList(0, folders.size() - 2), none, "and nowhere else");
    }

    /** Who has PyTorch has cuDNN. */
    @Test
    void namesPipsFolder() {
        assertEquals("site-packages/nvidia/cudnn/lib", LibraryFiles.CUDNN.pipFolder(Platform.LINUX));
        for (LibraryFiles files : LibraryFiles.values()) {
            Library library = look(files, "Windows 11", "amd64", null, Map.of("LOCALAPPDATA", "/nowhere", "Path", "/nowhere"));
            assertTrue(library.mend().endsWith("-Dgateloom.cuda.libraries=FOLDER (pip's: site-packages/nvidia/"
                    + (files == LibraryFiles.CUDNN ? "cudnn" : "cublas") + "/bin)"), library.mend());
        }
    }

    /** Who had it fetched once has it, without the variable that had the jar put on the class path. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the library that is loaded in place of cuBLAS is that of a JDK for Linux")
    void findsWhatAnEarlierRunUnpacked(@TempDir Path cache) throws Exception {
        Path anyThatLoads = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        Map<String, String> variables = Map.of("LOCALAPPDATA", cache.toString(), "Path", cache.resolve("installed").toString());
        LibrarySearch search = new LibrarySearch(LibraryFiles.CUBLAS, "Windows 11", "amd64", null, variables,
                new RedistJar(ClassLoader.getPlatformClassLoader()));
        Library library = search.load(NOT_ASKED);
        assertFalse(library.loaded());
        assertTrue(library.mend().contains("sudo apt-get install libcublas-12-9"), library.mend());
        for (String version : List.of("12.6", "12.9")) {
            Path folder = Files.createDirectories(cache.resolve("gateloom").resolve("cuda-" + version + "-windows-x86_64-redist"));
            Files.copy(anyThatLoads, folder.resolve("cublas64_12.dll"));
            assertFalse(search.load(() -> version).path().contains(version), "a part of it is missing");
            Files.copy(anyThatLoads, folder.resolve("cublasLt64_12.dll"));
            assertEquals(folder.resolve("cublas64_12.dll").toString(), search.load(() -> version).path(), "the last version");
        }
        Path installed = Files.createDirectories(cache.resolve("installed"));
        Files.copy(anyThatLoads, installed.resolve("cublas64_12.dll"));
        Library first = search.load(() -> "12.9");
        assertEquals(installed.resolve("cublas64_12.dll").toString(), first.path(), "what is installed comes first");
        assertEquals("", first.passedOver());
        Path broken = Files.writeString(Files.createDirectories(cache.resolve("broken")).resolve("cublas64_12.dll"), "no library");
        Library next = new LibrarySearch(LibraryFiles.CUBLAS, "Windows 11", "amd64", null, Map.of("LOCALAPPDATA", cache.toString(),
                "Path", broken.getParent() + ";" + installed), new RedistJar(ClassLoader.getPlatformClassLoader())).load(() -> "12.9");
        assertEquals(installed.resolve("cublas64_12.dll").toString(), next.path());
        assertTrue(next.passedOver().contains(broken.toString()), next.passedOver());
    }

    @Test
    void keepsWhatItUnpacksWhereProgramsKeepSuchThings() {
        Path home = Path.of("/home/me");
        assertEquals(home.resolve(".cache"), Platform.LINUX.cache(Map.of(), home));
        assertEquals(Path.of("/elsewhere"), Platform.LINUX.cache(Map.of("XDG_CACHE_HOME", "/elsewhere"), home));
        assertEquals(home.resolve("AppData").resolve("Local"), Platform.WINDOWS.cache(Map.of(), home));
    }

    @Test
    void namesWhatIsTooOldForAGpu() {
        Library cudnn = Library.loaded("/opt/libcudnn.so.9", "9.5.1", "", "");
        assertEquals(Optional.empty(), LibraryFiles.CUDNN.obstacle(cudnn, 90));
        assertEquals("Blackwell needs cuDNN 9.7 or newer, /opt/libcudnn.so.9 is 9.5.1; install a newer one (Ubuntu and Debian with "
                + "NVIDIA's repository: sudo apt-get install cudnn9-cuda-12; what GATELOOM_CUDA_LIBRARIES=download fetches is older), or name its folder by "
                + "-Dgateloom.cuda.libraries=FOLDER", LibraryFiles.CUDNN.obstacle(cudnn, 120).orElseThrow());
        assertEquals(Optional.empty(), LibraryFiles.CUBLAS.obstacle(Library.loaded("/opt/libcublas.so.12", "12.8.3", "", ""), 100));
        assertEquals("no cuBLAS: not here; get it",
                LibraryFiles.CUBLAS.obstacle(Library.missing("not here", "get it"), 75).orElseThrow());
    }

    @Test
    void comparesVersions() {
        assertEquals("9.5.1", LibraryVersions.cudnn(90501));
        Library library = Library.loaded("/opt/libcudnn.so.9", "9.10.2", "", "");
        assertTrue(library.isAtLeast(9, 7) && library.isAtLeast(9, 10) && library.isAtLeast(8, 11));
        assertFalse(library.isAtLeast(9, 11) || library.isAtLeast(10, 0));
        assertFalse(Library.missing("not here", "get it").isAtLeast(1, 0));
    }
}
