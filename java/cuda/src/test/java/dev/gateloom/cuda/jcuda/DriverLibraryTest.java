package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverLibraryTest {

    @Test
    void namesThePlatformThatJCudaLacks() {
        assertTrue(DriverLibrary.load("Mac OS X", "aarch64", null).orElseThrow().contains("Mac OS X on aarch64"));
        assertTrue(DriverLibrary.load("Linux", "aarch64", null).orElseThrow().contains("x86-64 only"));
    }

    @Test
    void namesTheFileThatCannotBeLoaded(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("libcuda.so.1");
        String why = DriverLibrary.load("Linux", "amd64", missing.toString()).orElseThrow();
        assertTrue(why.contains(missing.toString()) && why.contains(DriverLibrary.PROPERTY), why);

        Files.createDirectory(missing);
        why = DriverLibrary.loadFrom(Set.of(folder.toString())).orElseThrow();
        assertTrue(why.startsWith("the NVIDIA driver cannot be loaded") && why.contains(missing.toString()), why);
    }

    @Test
    void listsWhereItLooked(@TempDir Path empty) {
        String why = DriverLibrary.loadFrom(Set.of(empty.toString())).orElseThrow();
        assertTrue(why.startsWith("no NVIDIA driver") && why.contains(empty.toString()), why);
    }

    @Test
    void looksWhereTheDynamicLinkerLooks(@TempDir Path etc) throws Exception {
        Files.writeString(etc.resolve("ld.so.conf"), "include ld.so.conf.d/*.conf\n/opt/first\n");
        Files.createDirectories(etc.resolve("ld.so.conf.d"));
        Files.writeString(etc.resolve("ld.so.conf.d/gpu.conf"), "# comment\n/opt/second\n");
        List<String> folders = List.copyOf(DriverLibrary.linuxFolders("/env/a:relative:/env/b", etc));
        assertEquals(List.of("/env/a", "/env/b", "/opt/first", "/opt/second"), folders.subList(0, 4));
        assertTrue(folders.contains("/usr/lib/wsl/lib"));
    }

    /** In the order of the files' names, whatever order the folder lists them in. */
    @Test
    void readsTheLinkersConfigurationInOrder(@TempDir Path etc) throws Exception {
        Files.createDirectories(etc.resolve("ld.so.conf.d"));
        for (String name : List.of("m", "b", "z", "a", "y", "c", "x", "n")) {
            Files.writeString(etc.resolve("ld.so.conf.d/" + name + ".conf"), "/opt/" + name + "\n");
        }
        List<String> folders = List.copyOf(DriverLibrary.linuxFolders(null, etc));
        assertEquals(List.of("/opt/a", "/opt/b", "/opt/c", "/opt/m", "/opt/n", "/opt/x", "/opt/y", "/opt/z"),
                folders.subList(0, 8));
    }
}
