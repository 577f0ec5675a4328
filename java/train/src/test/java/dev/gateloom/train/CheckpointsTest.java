package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
