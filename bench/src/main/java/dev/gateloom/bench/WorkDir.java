package dev.gateloom.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder through which the suite and its forks talk: the reference's results go in, a description of the contender
 * or the reason of a failure comes out. It is deleted at the end, also after Ctrl-C.
 *
 * @param path the folder
 */
public record WorkDir(Path path) {
    /** System property with the path, for the forks. */
    public static final String PROPERTY = "gateloom.bench.work";
    /** What a fork says of its contender. */
    public static final String DESCRIPTION = "description";
    /** Why a fork failed. */
    public static final String FAILURE = "failure";

    /**
     * Makes a new one and has it deleted when the process ends.
     *
     * @return the folder
     * @throws IOException if it cannot be made
     */
    public static WorkDir create() throws IOException {
        WorkDir dir = new WorkDir(Files.createTempDirectory("gateloom-bench"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
            delete(dir.path);
        }));
        return dir;
    }

    /**
     * Where the reference's results for a case are.
     *
     * @param c the case
     * @return the file
     */
    Path expected(Case c) {
        return path.resolve("expected-" + c.cell() + "-" + c.dims() + "-" + c.kind() + "-" + c.layers() + "-" + c.ragged());
    }

    /**
     * Computes the reference's results for a case unless they are there already.
     *
     * @param c the case
     * @throws IOException if they cannot be written
     */
    void provide(Case c) throws IOException {
        if (!Files.exists(expected(c))) {
            Expected.compute(Problem.of(c)).save(expected(c));
        }
    }

    /**
     * In a fork: leaves something for the parent process, if there is one.
     *
     * @param name {@link #DESCRIPTION} or {@link #FAILURE}
     * @param text what to leave
     * @throws IOException if it cannot be written
     */
    public static void report(String name, String text) throws IOException {
        String work = System.getProperty(PROPERTY);
        if (work != null) {
            Files.write(Path.of(work, name), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Takes what the last fork left.
     *
     * @param name {@link #DESCRIPTION} or {@link #FAILURE}
     * @return its text
     * @throws IOException if it cannot be read
     */
    Optional<String> take(String name) throws IOException {
        Path file = path.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return Optional.of(text);
    }

    /**
     * Deletes a folder with all that is in it; what is gone already does not matter.
     *
     * @param folder the folder
     */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("could not delete " + folder + ": " + e.getMessage());
        }
    }
}
