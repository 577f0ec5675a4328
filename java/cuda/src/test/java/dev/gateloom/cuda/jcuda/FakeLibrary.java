package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.cuda.libraries.CudaLibraries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Compiles the test's {@code libcuda.so.1} and {@code libcublas.so.12}, driver and cuBLAS of this JVM, and {@code libcudnn.so.9}. */
final class FakeLibrary {
    /** Whichever module's tests these are: their working directory is two folders below the root. */
    private static final Path SOURCES = Path.of("..", "..", "java", "cuda", "src", "test", "c").toAbsolutePath().normalize();

    private FakeLibrary() {
    }

    /** Once for the JVM, before anything looks for a driver. Without a C compiler the tests are skipped, which CI forbids. */
    static void install() {
        assumeTrue(hasCompiler(), "no C compiler named cc: the driver of these tests cannot be built");
        assertEquals("libcuda.so.1", Installed.PATH.getFileName().toString());
    }

    /** The library's file, after {@link #install}. */
    static Path path() {
        return Installed.PATH;
    }

    private static boolean hasCompiler() {
        try {
            return new ProcessBuilder("cc", "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Installed {
        /** One for each process, as tests run in several at once; gone with it, since it takes megabytes. */
        static final Path FOLDER = Path.of("target", "fake-driver", String.valueOf(ProcessHandle.current().pid())).toAbsolutePath();
        static final Path PATH = compile("libcuda.so.1", "libcuda.c");

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(Installed::delete));
            // Linked to the other, and without a path to it: that one must be in the process first.
            compile("libcublasLt.so.12", "libcublasLt.c");
            compile("libcublas.so.12", "libcublas.c", "-Wl,--version-script=" + source("libcublas.map"), "-Wl,--no-as-needed",
                    PATH.resolveSibling("libcublasLt.so.12").toString());
            System.setProperty("java.io.tmpdir", FOLDER.toString());     // where JCuda unpacks its own libraries, without a lock
            System.setProperty(DriverLibrary.PROPERTY, PATH.toString());
            System.setProperty(CudaLibraries.PROPERTY, PATH.getParent().toString());
            DriverLibrary.obstacle().ifPresent(why -> {
                throw new IllegalStateException(why);
            });
            compile("libcudnn.so.9", "libcudnn.c", "-Wl,--version-script=" + source("libcudnn.map"));   // loaded when asked for
        }

        /** What the process has loaded from there stays with it. */
        private static void delete() {
            try (Stream<Path> files = Files.list(FOLDER)) {
                files.forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                return;                         // nothing was compiled
            }
            FOLDER.toFile().delete();
        }
    }

    private static Path source(String name) {
        return SOURCES.resolve(name);
    }

    private static Path compile(String name, String source, String... more) {
        Path library = Installed.FOLDER.resolve(name);
        Path headers = Path.of(System.getProperty("java.home"), "include");
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror",
                "-I" + headers, "-I" + headers.resolve("linux"), "-Wl,-soname," + name,
                "-o", library.toString(), source(source).toString()));
        command.addAll(List.of(more));
        try {
            Files.createDirectories(Installed.FOLDER);
            Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (compiler.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + "\n" + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return library;
    }
}
