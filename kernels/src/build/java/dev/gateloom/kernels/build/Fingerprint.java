package dev.gateloom.kernels.build;

import dev.gateloom.device.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A hash of everything that a file's outputs depend on: as long as it stays the same, they need not be made again. */
final class Fingerprint {
    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String of(SourceFile source, List<Target> targets, String compiler) throws IOException {
        Fingerprint hash = new Fingerprint();
        hash.add(compiler);
        hash.addProgram();
        hash.addArchitectures();
        for (Target target : targets) {
            hash.add(target.name());
            hash.add(String.join(" ", Nvrtc.options(source, target)));
        }
        hash.add(source.text());
        for (Map.Entry<String, String> header : source.headers().entrySet()) {
            hash.add(header.getKey());
            hash.add(header.getValue());
        }
        return HexFormat.of().formatHex(hash.digest.digest());
    }

    private void add(String part) {
        add(part.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length, so that two parts cannot be mistaken for two others with the same text in a row. */
    private void add(byte[] part) {
        digest.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(part);
    }

    /** What occupancy in the report is worked out from, and how. */
    private void addArchitectures() throws IOException {
        for (String resource : List.of("architectures.csv", "Architecture.class")) {
            try (InputStream in = Architecture.class.getResourceAsStream(resource)) {
                add(in.readAllBytes());
            }
        }
    }

    /** This program itself: what it writes may change with it. */
    private void addProgram() throws IOException {
        Path classes;
        try {
            classes = Path.of(Fingerprint.class.getResource("Fingerprint.class").toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class's own address is one", e);
        }
        List<Path> files;
        try (Stream<Path> list = Files.list(classes)) {
            files = list.filter(f -> f.toString().endsWith(".class")).sorted().toList();
        }
        for (Path file : files) {
            add(Files.readAllBytes(file));
        }
    }
}
