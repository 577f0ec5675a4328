package dev.gateloom.cuda.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The jar {@code org.bytedeco:cuda} with NVIDIA's libraries, if it is on the class path. */
final class RedistJar {
    private static final System.Logger LOG = System.getLogger(RedistJar.class.getName());
    private static final String FOLDER = "org/bytedeco/cuda/";

    private final ClassLoader loader;

    RedistJar(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * Unpacks what is not unpacked yet. A file gets its name when it is complete, so programs may do this at the same time, and
     * after one that was killed the next begins again.
     *
     * @param cache whose folder {@code gateloom} has a folder for each version of the jar
     * @return the folder with the files; empty if there is no such jar
     */
    Optional<Path> unpack(LibraryFiles files, Platform platform, Path cache) throws IOException {
        URL main = resource(platform, files.main(platform));
        if (main == null) {
            return Optional.empty();
        }
        Path folder = cache.resolve("gateloom").resolve(name(main));
        Files.createDirectories(folder);
        for (String file : files.all(platform)) {
            URL packed = resource(platform, file);
            if (packed != null) {
                unpack(packed, folder.resolve(file));
            }
        }
        return Optional.of(folder);
    }

    /**
     * Where earlier runs have unpacked all of a library, with the jar on their class path or on that of another program.
     *
     * @param cache as for {@link #unpack}
     * @return the folders, that of the last version first
     */
    static List<String> unpackedBefore(LibraryFiles files, Platform platform, Path cache) {
        List<String> folders = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(cache.resolve("gateloom"),
                "cuda-*-" + platform.classifier() + "-redist")) {
            for (Path folder : found) {
                if (files.all(platform).stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)))) {
                    folders.add(folder.toString());
                }
            }
        } catch (IOException e) {
            // Nobody has unpacked anything.
        }
        folders.sort(Comparator.reverseOrder());
        return folders;
    }

    private URL resource(Platform platform, String file) {
        return loader.getResource(FOLDER + platform.classifier() + "/" + file);
    }

    /** The jar's, which has the version in it. */
    private static String name(URL packed) throws IOException {
        if (packed.openConnection() instanceof JarURLConnection connection) {
            String path = connection.getJarFileURL().getPath();
            return path.substring(path.lastIndexOf('/') + 1).replace(".jar", "");
        }
        return "cuda";
    }

    private static void unpack(URL packed, Path file) throws IOException {
        URLConnection connection = packed.openConnection();
        try (InputStream in = connection.getInputStream()) {
            long size = connection.getContentLengthLong();
            if (Files.isRegularFile(file) && Files.size(file) == size) {
                return;
            }
            LOG.log(System.Logger.Level.INFO, "unpacking {0}, {1} MB, once", file, size / 1_000_000);
            Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
            try {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }
}
