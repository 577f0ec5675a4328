package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    Path folder;

    private void write(Checkpoints where, String run, long update) throws IOException {
        where.write(new Snapshot().put("run", run).put("w", new float[] {1}, 1), update);
    }

    @Test
    void aRunThatStartsAnewReplacesAnAbandonedOne() throws IOException {
        Checkpoints where = new Checkpoints(folder).keep(2);
        write(where, "old", 100);
        write(where, "old", 101);
        write(where, "new", 1);
        assertEquals(List.of(folder.resolve("checkpoint-000000001.safetensors")), where.list());
        assertEquals("new", where.newest().orElseThrow().texts().get("run"));
        write(where, "new", 2);
        write(where, "new", 3);
        assertEquals(List.of(folder.resolve("checkpoint-000000003.safetensors"),
                folder.resolve("checkpoint-000000002.safetensors")), where.list());
    }

    /** Killed while it wrote: the draft counts for nothing, and goes when the next checkpoint is in place. */
    @Test
    void aDraftOfAKilledRunIsNoCheckpoint() throws IOException {
        Checkpoints where = new Checkpoints(folder);
        write(where, "mine", 7);
        byte[] whole = Files.readAllBytes(where.list().get(0));
        Path draft = folder.resolve(".checkpoint-000000008.safetensors." + new UUID(1, 2) + ".tmp");
        Files.write(draft, Arrays.copyOf(whole, whole.length / 2));
        assertEquals(List.of(folder.resolve("checkpoint-000000007.safetensors")), where.list());
        assertEquals("mine", where.newest().orElseThrow().texts().get("run"));
        write(where, "mine", 8);
        assertEquals(2, where.list().size());
        assertFalse(Files.exists(draft));
    }

    /** A disk may be full, a process killed: what was there before stays until there is something new. */
    @Test
    void aCheckpointThatCannotBeWrittenDeletesNothing() throws IOException {
        Checkpoints where = new Checkpoints(folder);
        write(where, "old", 100);
        write(where, "old", 101);
        List<Path> before = where.list();
        Files.createDirectories(folder.resolve("checkpoint-000000001.safetensors").resolve("in the way"));
        assertThrows(IOException.class, () -> write(where, "new", 1));
        assertEquals(before, where.list().subList(0, 2));
        assertEquals("old", where.newest().orElseThrow().texts().get("run"));
    }
}
