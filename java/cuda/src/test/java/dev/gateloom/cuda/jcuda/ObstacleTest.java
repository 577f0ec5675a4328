package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaProvider;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What stands in the way of a GPU is found out in order, and nothing of JCuda is loaded before a driver is there. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "elsewhere JCuda itself is the obstacle")
class ObstacleTest {

    @Test
    void withoutADriverNothingOfJCudaIsLoaded() throws Exception {
        List<String> said = look(Path.of("/nowhere", "libcuda.so.1"));
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
        List<String> said = look(FakeLibrary.path());
        assertTrue(said.stream().anyMatch(line -> line.startsWith("obstacle: ")
                && line.contains("cannot be initialised: CUDA_ERROR_NOT_INITIALIZED")), said.toString());
        assertTrue(classesOfJCuda(said).stream().anyMatch(line -> line.contains("jcuda.driver.JCudaDriver")), said.toString());
    }

    private static List<String> classesOfJCuda(List<String> said) {
        return said.stream().filter(line -> line.contains("] jcuda.")).toList();
    }

    /** In a JVM of its own, whose loaded classes are listed. */
    private static List<String> look(Path driver) throws Exception {
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load", "-D" + DriverLibrary.PROPERTY + "=" + driver,
                "-cp", System.getProperty("java.class.path"), Look.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        return said.lines().toList();
    }

    /** All that a program asks without wanting a GPU by name. */
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
        }
    }

    /** A jar of kernels that was built where NVIDIA's compiler does not exist: that is said, and no driver is looked for. */
    @Test
    void withoutKernelsNoDriverIsLookedFor() throws Exception {
        try (WithoutKernels loader = new WithoutKernels()) {
            Object provider = loader.loadClass(CudaProvider.class.getName()).getConstructor().newInstance();
            Method obstacle = provider.getClass().getMethod("obstacle");
            String said = ((Optional<?>) obstacle.invoke(provider)).orElseThrow().toString();
            assertTrue(said.contains("has no compiled kernels") && said.contains("Engine cpu needs no GPU"), said);
            assertTrue(loader.has("dev.gateloom.kernels.Kernels"));
            assertTrue(!loader.has(DriverLibrary.class.getName()) && !loader.has("jcuda.driver.JCudaDriver"));
        }
    }

    /** The class path of this JVM once more, but without the report that comes with compiled kernels. */
    private static final class WithoutKernels extends URLClassLoader {

        WithoutKernels() {
            super(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(WithoutKernels::url)
                    .toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
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
            return name.endsWith("dev/gateloom/kernels/report.csv") ? null : super.findResource(name);
        }

        boolean has(String className) {
            return findLoadedClass(className) != null;
        }
    }
}
