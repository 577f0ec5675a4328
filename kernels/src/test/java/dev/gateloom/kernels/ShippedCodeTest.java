package dev.gateloom.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in the jar is complete, loadable, and one and the same code in all its forms. */
@Tag("nvrtc")
class ShippedCodeTest {
    private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90, 100, 120);

    private static final int ELF_MACHINE_OFFSET = 18;
    private static final int ELF_MACHINE_CUDA = 190;
    private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(");
    private static final Pattern LEFT_OUT = Pattern.compile("^(//|\\.loc\\b|\\.file\\b|\\.b(8|32|64) |[{}]$)");
    private static final long MAX_JAR_BYTES = 30L << 20;

    @Test
    void everySourceFileIsAProgram() throws IOException {
        Set<String> sources = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("gateloom.kernels.sources")))) {
            files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".cu")).forEach(n -> sources.add(n.replace(".cu", "")));
        }
        assertFalse(sources.isEmpty());
        assertEquals(sources, new TreeSet<>(Kernels.names()));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void cubinsAreMachineCodeOfTheirArchitecture(String name) {
        Program program = Kernels.program(name);
        for (int architecture : ARCHITECTURES) {
            byte[] cubin = program.cubin(architecture);
            assertNotNull(cubin, () -> name + " sm_" + architecture);
            ByteBuffer elf = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(0x464C457F, elf.getInt(0), "the ELF mark");
            assertEquals(ELF_MACHINE_CUDA, elf.getShort(ELF_MACHINE_OFFSET));
            String text = new String(cubin, StandardCharsets.ISO_8859_1);
            for (String kernel : kernels(name)) {
                assertTrue(text.contains(".text." + kernel + "\0"), () -> name + " sm_" + architecture + " lacks " + kernel);
            }
        }
        assertNull(program.cubin(70));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void ptxHasTheSameKernels(String name) {
        Program program = Kernels.program(name);
        for (int architecture : ARCHITECTURES) {
            String ptx = text(program.ptx(architecture));
            assertTrue(ptx.contains("\n.target sm_" + architecture), () -> name + " compute_" + architecture);
            assertEquals(kernels(name), ENTRY.matcher(ptx).results().map(m -> m.group(1)).collect(Collectors.toCollection(TreeSet::new)));
            assertFalse(ptx.contains("\0"));
        }
        assertNull(program.ptx(70));
    }

    // The PTX that the emulator runs is the PTX that the cubin came from, which the assembler has kept in it: line by line, without comments and places.
    @ParameterizedTest
    @MethodSource("programs")
    void cubinsComeFromTheShippedPtx(String name) {
        for (int architecture : ARCHITECTURES) {
            String[] origin = section(Kernels.program(name).cubin(architecture), ".nv_debug_ptx_txt").split("\0", -1);
            String[] shipped = text(Kernels.program(name).ptx(architecture)).split("\n", -1);
            assertTrue(origin.length <= shipped.length, () -> name + " sm_" + architecture + " has more lines than the PTX");
            for (int i = 0; i < shipped.length; i++) {
                String line = shipped[i].strip();
                String kept = i < origin.length ? origin[i].strip() : "";
                String place = name + " sm_" + architecture + ", line " + (i + 1);
                assertEquals(LEFT_OUT.matcher(line).find() && kept.isEmpty() ? "" : line, kept, place);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void sourcesAreThoseOfTheProject(String name) throws IOException {
        Path sources = Path.of(System.getProperty("gateloom.kernels.sources"));
        assertEquals(read(sources.resolve(name + ".cu")), Kernels.source(name + ".cu").orElseThrow());
        assertEquals(read(sources.resolve("common.cuh")), Kernels.source("common.cuh").orElseThrow());
        assertTrue(Kernels.source("none.cu").isEmpty());
    }

    // Messages name the file and line of a PTX instruction by these.
    @ParameterizedTest
    @MethodSource("programs")
    void linesNameTheProjectsFiles(String name) {
        Pattern file = Pattern.compile("\\.file\\s+\\d+ \"([^\"]+)\"");
        List<String> files = file.matcher(text(Kernels.program(name).ptx(80))).results().map(m -> m.group(1)).toList();
        assertTrue(files.stream().anyMatch(f -> f.endsWith(name + ".cu")), () -> "files: " + files);
    }

    @Test
    void theJarIsSmallEnough() throws IOException {
        Path root = Path.of(System.getProperty("gateloom.kernels.classes"));
        long bytes = 0;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += deflated(Files.readAllBytes(file));
            }
        }
        long total = bytes;
        assertTrue(total > 0 && total <= MAX_JAR_BYTES, () -> "compressed: " + total + " bytes of at most " + MAX_JAR_BYTES);
    }

    private static Stream<String> programs() {
        return Kernels.names().stream();
    }

    private static Set<String> kernels(String program) {
        return Kernels.report().stream().filter(k -> k.program().equals(program)).map(KernelReport::kernel)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(byte[] ptx) {
        assertNotNull(ptx);
        return new String(ptx, StandardCharsets.UTF_8);
    }

    /** Of an ELF file with 64 bits: its header says where the table of sections is, and which of them has their names. */
    private static String section(byte[] cubin, String name) {
        ByteBuffer elf = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) elf.getLong(40);
        int entry = elf.getShort(58);
        int names = (int) elf.getLong(table + entry * elf.getShort(62) + 24);
        for (int i = 0; i < elf.getShort(60); i++) {
            int header = table + entry * i;
            int at = names + elf.getInt(header);
            if (new String(cubin, at, name.length() + 1, StandardCharsets.US_ASCII).equals(name + "\0")) {
                return new String(cubin, (int) elf.getLong(header + 24), (int) elf.getLong(header + 32), StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError("no section " + name);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file).replace("\r\n", "\n");
    }

    private static long deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                deflater.deflate(buffer);
            }
            return deflater.getBytesWritten();
        } finally {
            deflater.end();
        }
    }
}
