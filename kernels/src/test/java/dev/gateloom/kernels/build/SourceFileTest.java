package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFileTest {
    private static final List<Target> TARGETS = List.of(new Target(80, true), new Target(80, false));

    @TempDir
    Path folder;

    @Test
    void includesAreFoundThroughHeadersAndInCircles() throws Exception {
        Path file = write("k.cu", "#include \"a.cuh\"\n");
        write("a.cuh", "#pragma once\n  # include \"b.cuh\"\n");
        write("b.cuh", "#pragma once\n#include \"a.cuh\"\n");
        SourceFile source = SourceFile.read(file);
        assertEquals("k", source.name());
        assertEquals(Map.of("a.cuh", "#pragma once\n  # include \"b.cuh\"\n", "b.cuh", "#pragma once\n#include \"a.cuh\"\n"),
                source.headers());
    }

    @Test
    void aMissingHeaderIsNamedWithFileAndLine() throws IOException {
        Path file = write("k.cu", "// first line\n#include \"none.cuh\"\n");
        String message = assertThrows(CompileException.class, () -> SourceFile.read(file)).getMessage();
        assertTrue(message.startsWith(file + ":2: error: ") && message.contains("none.cuh"), message);
    }

    @Test
    void systemHeadersAreRefused() throws IOException {
        Path file = write("k.cu", "#include <cuda_fp16.h>\n");
        assertThrows(CompileException.class, () -> SourceFile.read(file));
    }

    @Test
    void optionsAreAskedForInTheFile() throws Exception {
        SourceFile source = SourceFile.read(write("k.cu", "// nvrtc: --use_fast_math\nint x;\n"));
        assertEquals(List.of("--use_fast_math"), source.options());
        assertTrue(Nvrtc.options(source, TARGETS.get(0)).contains("--use_fast_math"));
        SourceFile plain = SourceFile.read(write("k.cu", "int x;\n"));
        assertEquals(List.of("--gpu-architecture=sm_80", "--std=c++17", "--generate-line-info", "--ptxas-options=-v"),
                Nvrtc.options(plain, TARGETS.get(0)));
    }

    @Test
    void whatIsNoOptionIsAnError() throws IOException {
        Path file = write("k.cu", "int x;\n// nvrtc: fast math\n");
        String message = assertThrows(CompileException.class, () -> SourceFile.read(file)).getMessage();
        assertTrue(message.startsWith(file + ":2: error: "), message);
    }

    @Test
    void lineEndsDoNotMatter() throws Exception {
        SourceFile unix = SourceFile.read(write("k.cu", "int x;\nint y;\n"));
        SourceFile windows = SourceFile.read(write("k.cu", "int x;\r\nint y;\r\n"));
        assertEquals(unix, windows);
    }

    @Test
    void theFingerprintCoversAllThatTheCodeDependsOn() throws Exception {
        write("a.cuh", "int a;\n");
        SourceFile source = SourceFile.read(write("k.cu", "#include \"a.cuh\"\n"));
        String fingerprint = Fingerprint.of(source, TARGETS, "12.9");
        assertEquals(fingerprint, Fingerprint.of(SourceFile.read(folder.resolve("k.cu")), TARGETS, "12.9"));
        assertNotEquals(fingerprint, Fingerprint.of(source, TARGETS, "13.0"), "compiler");
        assertNotEquals(fingerprint, Fingerprint.of(source, TARGETS.subList(0, 1), "12.9"), "targets");
        write("a.cuh", "int b;\n");
        assertNotEquals(fingerprint, Fingerprint.of(SourceFile.read(folder.resolve("k.cu")), TARGETS, "12.9"), "header");
        write("a.cuh", "int a;\n");
        write("k.cu", "#include \"a.cuh\"\n\n");
        assertNotEquals(fingerprint, Fingerprint.of(SourceFile.read(folder.resolve("k.cu")), TARGETS, "12.9"), "file");
        write("k.cu", "#include \"a.cuh\"\n// nvrtc: --use_fast_math\n");
        assertNotEquals(fingerprint, Fingerprint.of(SourceFile.read(folder.resolve("k.cu")), TARGETS, "12.9"), "options");
    }

    @Test
    void aFolderWithoutKernelsIsAnError() {
        assertThrows(CompileException.class, () -> SourceFile.readAll(folder));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
