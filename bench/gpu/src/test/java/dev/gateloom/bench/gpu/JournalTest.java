package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path folder;

    /** As a measurement that goes on while a shutdown takes the folder away. */
    @Test
    void whatComesAfterTheEndMakesNoFolder() throws IOException {
        Path unfinished = folder.resolve("unfinished");
        Journal journal = new Journal(unfinished);
        journal.say("one");
        assertEquals(1, Files.readAllLines(unfinished.resolve(Journal.LOG)).size());
        journal.stop();
        Files.delete(unfinished.resolve(Journal.LOG));
        Files.delete(unfinished);
        journal.say("two");
        assertFalse(Files.exists(unfinished));
    }
}
