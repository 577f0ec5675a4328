package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
