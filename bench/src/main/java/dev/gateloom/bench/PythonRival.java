package dev.gateloom.bench;

import dev.gateloom.RnnWeights;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * PyTorch in a Python process. It is no JVM, so JMH cannot fork it: the script {@code torch_rival.py} measures itself,
 * after a warm-up of fixed length, with the same number of iterations.
 */
public final class PythonRival {
    /** The name in the tables. */
    public static final String NAME = "python-pytorch";
    private static final int PATIENCE_SECONDS = 60;
    private final String python;

    private PythonRival(String python) {
        this.python = python;
    }

    /** A python3 on the path that can import torch. */
    static Optional<PythonRival> find() {
        for (String python : List.of("python3", "python")) {
            try {
                Process p = new ProcessBuilder(python, "-c", "import sys, torch; sys.exit(sys.version_info[0] != 3)")
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                if (p.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && p.exitValue() == 0) {
                    return Optional.of(new PythonRival(python));
                }
                p.destroy();
            } catch (IOException e) {
                continue;                                   // no such command: try the next name
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** One process, verified and timed. */
    Forks.Fork run(Case c, Settings settings, WorkDir work) throws IOException, Forks.FailedException {
        work.provide(c);
        Problem problem = Problem.of(c);
        try (Talk talk = new Talk(python, problem, Files.createTempDirectory(work.path(), "python"))) {
            Expected.load(c, work.expected(c)).verify(talk, problem);
            return new Forks.Fork(talk.time(settings), List.of(), talk.description());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new Forks.FailedException(e.getMessage());
        }
    }

    /** The conversation with one process. */
    private static final class Talk implements Contender.Session {
        private final Problem problem;
        private final Path folder;
        private final Process process;
        private final Writer in;
        private final BufferedReader out;
        private final String description;

        Talk(String python, Problem problem, Path folder) throws IOException {
            this.problem = problem;
            this.folder = folder;
            write("x", problem.x());
            if (problem.dy() != null) {
                write("dy", problem.dy());
            }
            RnnWeights weights = problem.weights();
            for (String name : weights.names()) {
                write(name, weights.get(name));
            }
            Path script = folder.resolve("torch_rival.py");
            try (InputStream source = PythonRival.class.getResourceAsStream("python/torch_rival.py")) {
                Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
            }
            Dims d = problem.of().dims();
            process = new ProcessBuilder(python, script.toString(),
                    problem.of().cell().name().toLowerCase(Locale.ROOT), problem.of().kind().text(),
                    String.valueOf(d.batch()), String.valueOf(d.steps()), String.valueOf(d.inputSize()),
                    String.valueOf(d.hiddenSize()), String.valueOf(Runtime.getRuntime().availableProcessors()),
                    folder.toString()).redirectError(folder.resolve("errors").toFile()).start();
            in = process.outputWriter(StandardCharsets.UTF_8);
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            description = answer();
        }

        @Override
        public String description() {
            return description;
        }

        @Override
        public void run() {
            ask("run");
        }

        @Override
        public void upstream(float[] dy) {
            write("dy", dy);
            ask("upstream");
        }

        @Override
        public Contender.Outcome outcome() {
            ask("outcome");
            if (problem.of().kind() != Kind.TRAINING) {
                return new Contender.Outcome(read("y"), null, null);
            }
            try (RnnWeights gradients = RnnWeights.zeros(problem.of().config())) {
                for (String name : gradients.names()) {
                    gradients.set(name, read("d_" + name));
                }
                return new Contender.Outcome(read("y"), read("dx"), gradients.data());
            }
        }

        double[] time(Settings s) {
            String answer = ask(String.format(Locale.ROOT, "time %f %f %d", s.warmup(), s.seconds(), Settings.ITERATIONS));
            return Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
        }

        private String ask(String command) {
            try {
                in.write(command + "\n");
                in.flush();
                return answer();
            } catch (IOException e) {
                throw new UncheckedIOException(command + ": the Python process does not listen", e);
            }
        }

        private String answer() throws IOException {
            String line = out.readLine();
            if (line == null) {
                List<String> errors = Files.readAllLines(folder.resolve("errors"));
                throw new IllegalStateException("the Python process ended: "
                        + (errors.isEmpty() ? "no message" : errors.get(errors.size() - 1)));
            }
            return line;
        }

        private void write(String name, float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            try {
                Files.write(folder.resolve(name), bytes.array());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private float[] read(String name) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)))
                        .order(ByteOrder.LITTLE_ENDIAN);
                float[] values = new float[bytes.remaining() / 4];
                bytes.asFloatBuffer().get(values);
                return values;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            WorkDir.delete(folder);
        }
    }
}
