package dev.gateloom.machine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where facts about a machine come from; tests put another machine in its place. */
interface Host {

    /** A system property; empty text if it is not set. */
    String property(String name);

    /** An environment variable; empty text if it is not set. */
    String environment(String name);

    /** Whether a file is there. */
    boolean exists(String file);

    /** The text of a file, if it can be read. */
    Optional<String> read(String file);

    /** What a command prints, if it exists and ends well. */
    Optional<String> run(String... command);

    /** The machine this JVM runs on. */
    static Host actual() {
        return new Actual();
    }

    /** Asks the system itself. */
    final class Actual implements Host {
        /** Long enough for nvidia-smi to wake a sleeping GPU. */
        private static final int SECONDS = 15;

        @Override
        public String property(String name) {
            return System.getProperty(name, "");
        }

        @Override
        public String environment(String name) {
            return Optional.ofNullable(System.getenv(name)).orElse("");
        }

        @Override
        public boolean exists(String file) {
            return Files.exists(Path.of(file));
        }

        @Override
        public Optional<String> read(String file) {
            try {
                return Optional.of(Files.readString(Path.of(file), Charset.defaultCharset()));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        @Override
        public Optional<String> run(String... command) {
            Process process;
            try {
                process = new ProcessBuilder(command).redirectErrorStream(true)
                        .redirectInput(new File(property("os.name").startsWith("Windows") ? "NUL" : "/dev/null"))
                        .start();
            } catch (IOException e) {
                return Optional.empty();
            }
            try {
                CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
                String printed = text.get(SECONDS, TimeUnit.SECONDS);
                return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                        ? Optional.of(printed) : Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (ExecutionException | TimeoutException e) {
                return Optional.empty();
            } finally {
                process.destroyForcibly();
            }
        }

        private static String all(InputStream in) {
            try (in) {
                return new String(in.readAllBytes(), Charset.defaultCharset());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
