package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a training run leaves checkpoints: safetensors files {@code checkpoint-N.safetensors}, N being the number of updates.
 * Each is complete by itself (parameters, state of the optimizer and of stateful layers, best weights, and as JSON in the
 * header where the run stands), is moved into place at once and holds a checksum. The run itself may be killed at any
 * moment.
 */
public final class Checkpoints {
    private static final String PREFIX = "checkpoint-";
    private static final String SUFFIX = ".safetensors";

    private final Path folder;
    private long every;
    private int keep = 3;

    /**
     * Names the folder; it is made when the first checkpoint is written. One run at a time may use it: whatever is there of
     * more updates than the checkpoint being written belongs to a run that was abandoned, and is deleted as soon as that one is
     * in place, not before: at any moment the folder holds a whole checkpoint of one run or the other. Killed between the two it holds
     * both, and {@link Trainer#resume} goes on from the abandoned one, which has more updates: {@link Trainer#resumeFrom} names the other.
     *
     * @param folder where to
     */
    public Checkpoints(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes inside a round too.
     *
     * @param updates from one checkpoint to the next, at least 1; without this call there is one after each round
     * @return this
     */
    public Checkpoints every(long updates) {
        Require.that(updates >= 1, "updates", "at least 1", updates);
        every = updates;
        return this;
    }

    /**
     * How many to keep; older ones are deleted.
     *
     * @param newest at least 1; 3 by default
     * @return this
     */
    public Checkpoints keep(int newest) {
        Require.that(newest >= 1, "newest", "at least 1", newest);
        keep = newest;
        return this;
    }

    /**
     * The checkpoints that are there, whether intact or not.
     *
     * @return the newest first
     * @throws IOException if the folder cannot be read
     */
    public List<Path> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches(PREFIX + "\\d+" + SUFFIX))
                    .sorted(Comparator.comparingLong(Checkpoints::updates).reversed()).toList();
        }
    }

    private static long updates(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
    }

    boolean due(long update) {
        return every > 0 && update % every == 0;
    }

    void write(Snapshot snapshot, long update) throws IOException {
        Files.createDirectories(folder);
        snapshot.write(folder.resolve(String.format(Locale.ROOT, "%s%09d%s", PREFIX, update, SUFFIX)));
        for (Path file : list()) {
            if (updates(file) > update) {                   // of a run that this one does not go on
                Files.deleteIfExists(file);
            }
        }
        List<Path> all = list();
        for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
        try (Stream<Path> files = Files.list(folder)) {     // what a killed run was writing
            for (Path draft : files.filter(f -> f.getFileName().toString().matches("\\." + PREFIX + ".*\\.tmp")).toList()) {
                Files.deleteIfExists(draft);
            }
        }
    }

    /** The newest one; one that is damaged is refused, and the newest intact one is named. */
    Optional<Snapshot> newest() throws IOException {
        List<Path> all = list();
        return all.isEmpty() ? Optional.empty() : Optional.of(read(all.get(0)));
    }

    Snapshot read(Path file) throws IOException {
        try {
            return Snapshot.read(file);
        } catch (IOException damaged) {
            String other = list().stream().filter(f -> !f.equals(file) && intact(f)).findFirst()
                    .map(f -> "; intact is " + f + ": go on from it with resumeFrom, or delete the damaged file")
                    .orElse("; no other checkpoint there is intact");
            throw new IOException("checkpoint refused: " + damaged.getMessage() + other, damaged);
        }
    }

    private static boolean intact(Path file) {
        try {
            Snapshot.read(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
