package dev.gateloom.cuda.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderFoldersTest {

    @Test
    void looksWhereTheDynamicLinkerLooks(@TempDir Path etc) throws Exception {
        Files.writeString(etc.resolve("ld.so.conf"), "include ld.so.conf.d/*.conf\n/opt/first\n");
        Files.createDirectories(etc.resolve("ld.so.conf.d"));
        Files.writeString(etc.resolve("ld.so.conf.d/gpu.conf"), "# comment\n/opt/second\n");
        List<String> folders = List.copyOf(LoaderFolders.linux("/env/a:relative:/env/b", etc, List.of("/usual")));
        assertEquals(List.of("/env/a", "/env/b", "/opt/first", "/opt/second", "/usual"), folders);
    }

    /** In the order of the files' names, whatever order the folder lists them in. */
    @Test
    void readsTheLinkersConfigurationInOrder(@TempDir Path etc) throws Exception {
        Files.createDirectories(etc.resolve("ld.so.conf.d"));
        for (String name : List.of("m", "b", "z", "a", "y", "c", "x", "n")) {
            Files.writeString(etc.resolve("ld.so.conf.d/" + name + ".conf"), "/opt/" + name + "\n");
        }
        List<String> folders = List.copyOf(LoaderFolders.linux(null, etc, List.of()));
        assertEquals(List.of("/opt/a", "/opt/b", "/opt/c", "/opt/m", "/opt/n", "/opt/x", "/opt/y", "/opt/z"), folders);
    }
}
