package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compiles the test's {@code libcuda.so.1} and makes it the driver of this JVM. */
final class FakeLibrary {
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
        static final Path PATH = compile();

        static {
            System.setProperty(DriverLibrary.PROPERTY, PATH.toString());
            DriverLibrary.obstacle().ifPresent(why -> {
                throw new IllegalStateException(why);
            });
        }
    }

    private static Path compile() {
        Path folder = Path.of("target", "fake-driver").toAbsolutePath();
        Path library = folder.resolve("libcuda.so.1");
        Path headers = Path.of(System.getProperty("java.home"), "include");
        List<String> command = List.of("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror",
                "-I" + headers, "-I" + headers.resolve("linux"), "-Wl,-soname,libcuda.so.1",
                "-o", library.toString(), Path.of("src", "test", "c", "libcuda.c").toAbsolutePath().toString());
        try {
            Files.createDirectories(folder);
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
