package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    /** Of the project's checkout, from any folder inside, and of no other that happens to be around the classes. */
    @Test
    void findsTheCommitOfTheCheckout(@TempDir Path folder) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("bench/gpu/target/classes"));
        assumeTrue(Command.output(List.of("git", "-C", folder.toString(), "init", "-q")).isPresent(), "there is no git here");
        assertEquals("not known", Environment.commit(classes), "another project's");
        Files.writeString(folder.resolve("bench/gpu/pom.xml"), "<project/>");
        assertEquals("not known", Environment.commit(classes), "nothing is committed");
        git(folder, "add", ".");
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "First");
        String commit = Environment.commit(classes);
        assertTrue(commit.matches("[0-9a-f]{7,}"), commit);
        Files.writeString(folder.resolve("bench/gpu/pom.xml"), "<project></project>");
        assertEquals(commit + "-dirty", Environment.commit(classes));
    }

    @Test
    void whereALibraryIsDoesNotNameItsUser() {
        assertEquals("~/.cache/gateloom/libcudnn.so.9", Environment.published("/home/me/.cache/gateloom/libcudnn.so.9", "/home/me"));
        assertEquals("/usr/lib/libcudnn.so.9", Environment.published("/usr/lib/libcudnn.so.9", "/home/me"));
    }

    private static void git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        assertTrue(Command.output(command).isPresent(), String.join(" ", command));
    }
}
