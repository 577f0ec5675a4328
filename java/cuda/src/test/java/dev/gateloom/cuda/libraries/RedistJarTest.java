package dev.gateloom.cuda.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedistJarTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    private Path folder;

    private Path jar() throws Exception {
        Path jar = folder.resolve("cuda-12.6-linux-x86_64-redist.jar");
        try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11")) {
                zip.putNextEntry(new ZipEntry("org/bytedeco/cuda/linux-x86_64/" + name));
                zip.write(("content of " + name).getBytes());
                zip.closeEntry();
            }
        }
        return jar;
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Only what is needed, under the version's name; what is complete is left alone, what is not is made again. */
    @Test
    void unpacksOnce() throws Exception {
        Path cache = folder.resolve("cache");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar().toUri().toURL()}, null)) {
            RedistJar jar = new RedistJar(loader);
            Path unpacked = jar.unpack(LibraryFiles.CUBLAS, Platform.LINUX, cache).orElseThrow();
            assertEquals(cache.resolve("gateloom").resolve("cuda-12.6-linux-x86_64-redist"), unpacked);
            assertEquals(List.of("libcublas.so.12", "libcublasLt.so.12"), names(unpacked));
            Path complete = unpacked.resolve("libcublasLt.so.12");
            Path half = Files.writeString(unpacked.resolve("libcublas.so.12"), "content of");
            Files.setLastModifiedTime(complete, LONG_AGO);
            assertEquals(Optional.of(unpacked), jar.unpack(LibraryFiles.CUBLAS, Platform.LINUX, cache));
            assertEquals("content of libcublas.so.12", Files.readString(half));
            assertEquals(LONG_AGO, Files.getLastModifiedTime(complete));
            assertEquals(List.of("libcublas.so.12", "libcublasLt.so.12"), names(unpacked));
        }
    }

    @Test
    void whereThereIsNoJarNothingIsMade() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar().toUri().toURL()}, null)) {
            RedistJar jar = new RedistJar(loader);
            assertEquals(Optional.empty(), jar.unpack(LibraryFiles.CUDNN, Platform.LINUX, folder.resolve("cache")));
            assertEquals(Optional.empty(), jar.unpack(LibraryFiles.CUBLAS, Platform.WINDOWS, folder.resolve("cache")));
            assertEquals(List.of("cuda-12.6-linux-x86_64-redist.jar"), names(folder));
        }
    }
}
