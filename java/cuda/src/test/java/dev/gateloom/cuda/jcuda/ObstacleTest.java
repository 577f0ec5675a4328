package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaProvider;
import dev.gateloom.device.Device;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of a GPU is found out in order, and nothing of JCuda is loaded before a driver is there. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "elsewhere JCuda itself is the obstacle")
class ObstacleTest {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @Test
    void withoutADriverNothingOfJCudaIsLoaded() throws Exception {
        List<String> said = look(Path.of("/nowhere", "libcuda.so.1"), CLASS_PATH);
        assertTrue(said.contains("engine cuda: false"), said.toString());
        assertTrue(said.stream().anyMatch(line -> line.startsWith("obstacle: ") && line.contains("/nowhere/libcuda.so.1")),
                said.toString());
        assertTrue(said.stream().anyMatch(line -> line.contains(JcudaProvider.class.getName())), said.toString());
        assertEquals(List.of(), classesOfJCuda(said));
    }

    /** The other side of it: with a driver, here one that refuses cuInit, JCuda is asked. */
    @Test
    void withADriverJCudaIsAsked() throws Exception {
        FakeLibrary.install();
        List<String> said = look(FakeLibrary.path(), CLASS_PATH);
        assertTrue(said.stream().anyMatch(line -> line.startsWith("obstacle: ")
                && line.contains("cannot be initialised: CUDA_ERROR_NOT_INITIALIZED")), said.toString());
        assertTrue(classesOfJCuda(said).stream().anyMatch(line -> line.contains("jcuda.driver.JCudaDriver")), said.toString());
    }

    /** JCuda keeps its library in the folder for temporary files and would find it there: this one is empty. */
    @Test
    void withoutJCudasLibraryThatIsTheObstacle(@TempDir Path empty) throws Exception {
        FakeLibrary.install();
        String classPath = Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(path -> !Path.of(path).getFileName().toString().startsWith("jcuda-natives"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> said = look(FakeLibrary.path(), classPath, "-Djava.io.tmpdir=" + empty);
        for (String question : List.of("obstacle: ", "open: no GPU can be opened: ")) {
            assertTrue(said.stream().anyMatch(line -> line.startsWith(question + "JCuda cannot be loaded")
                    && line.contains("put org.jcuda:jcuda and org.jcuda:jcuda-natives")), said.toString());
        }
    }

    /** Then the driver is in the process, and JCuda would do; but its own library is for one class loader, too. */
    @Test
    void anotherClassLoaderMayHaveLoadedTheDriverButNotJCuda() throws Exception {
        FakeLibrary.install();
        JCudaDriver.cuInit(0);
        try (SecondLoader loader = new SecondLoader(true)) {
            Method load = loader.loadClass(DriverLibrary.class.getName())
                    .getDeclaredMethod("load", String.class, String.class, String.class);
            load.setAccessible(true);
            assertEquals(Optional.empty(), load.invoke(null, "Linux", "amd64", FakeLibrary.path().toString()));

            Object provider = loader.loadClass(JcudaProvider.class.getName()).getConstructor().newInstance();
            for (int i = 0; i < 2; i++) {
                String said = ((Optional<?>) provider.getClass().getMethod("obstacle").invoke(provider)).orElseThrow().toString();
                assertTrue(said.contains("another class loader of this JVM has loaded its native library"), said);
            }
        }
    }

    private static List<String> classesOfJCuda(List<String> said) {
        return said.stream().filter(line -> line.contains("] jcuda.")).toList();
    }

    /** In a JVM of its own, whose loaded classes are listed. */
    private static List<String> look(Path driver, String classPath, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load", "-D" + DriverLibrary.PROPERTY + "=" + driver,
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-cp", classPath));
        command.addAll(List.of(options));
        command.add(Look.class.getName());
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        return said.lines().toList();
    }

    /** All that a program asks without wanting a GPU by name, and then one that does. */
    static final class Look {
        private Look() {
        }

        public static void main(String[] arguments) {
            System.out.println("obstacle: " + new JcudaProvider().obstacle().orElse("none"));
            Engines.list().stream().filter(engine -> engine.name().equals("cuda"))
                    .forEach(engine -> System.out.println("engine cuda: " + engine.ready()));
            try (RnnEngine best = Engines.best()) {
                System.out.println("best: " + best.name());
            }
            try (Device device = new JcudaProvider().open()) {
                System.out.println("open: " + device.name());
            } catch (IllegalStateException e) {
                System.out.println("open: " + e.getMessage());
            }
        }
    }

    /** A jar of kernels that was built where NVIDIA's compiler does not exist: that is said, and no driver is looked for. */
    @Test
    void withoutKernelsNoDriverIsLookedFor() throws Exception {
        try (SecondLoader loader = new SecondLoader(false)) {
            Object provider = loader.loadClass(CudaProvider.class.getName()).getConstructor().newInstance();
            Method obstacle = provider.getClass().getMethod("obstacle");
            String said = ((Optional<?>) obstacle.invoke(provider)).orElseThrow().toString();
            assertTrue(said.contains("has no compiled kernels") && said.contains("Engine cpu needs no GPU"), said);
            assertTrue(loader.has("dev.gateloom.kernels.Kernels"));
            assertTrue(!loader.has(DriverLibrary.class.getName()) && !loader.has("jcuda.driver.JCudaDriver"));
        }
    }

    /** The class path of this JVM once more, with or without the report that comes with compiled kernels. */
    private static final class SecondLoader extends URLClassLoader {
        private final boolean kernels;

        SecondLoader(boolean kernels) {
            super(Arrays.stream(CLASS_PATH.split(File.pathSeparator)).map(SecondLoader::url).toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
            this.kernels = kernels;
        }

        private static URL url(String path) {
            try {
                return Path.of(path).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(path, e);
            }
        }

        @Override
        public URL findResource(String name) {
            return !kernels && name.endsWith("dev/gateloom/kernels/report.csv") ? null : super.findResource(name);
        }

        boolean has(String className) {
            return findLoadedClass(className) != null;
        }
    }
}
