package dev.gateloom.cuda.jcuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Compiles the test's {@code libcuda.so.1} and makes it the driver of this JVM. */
final class FakeLibrary {
    private FakeLibrary() {
    }

    /** Once for the JVM, before anything looks for a driver. */
    static void install() {
        Installed.PATH.toString();
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
            throw new IllegalStateException("the tests need a C compiler named cc", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return library;
    }
}
