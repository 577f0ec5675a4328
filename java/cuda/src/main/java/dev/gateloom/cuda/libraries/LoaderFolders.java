package dev.gateloom.cuda.libraries;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where the dynamic linker of Linux looks for libraries. */
public final class LoaderFolders {
    private LoaderFolders() {
    }

    /**
     * In the linker's order: the environment, then its configuration, then the usual places.
     *
     * @param libraryPath the value of {@code LD_LIBRARY_PATH}; null if it is not set
     * @param etc the folder of the configuration
     * @param usual folders to end with
     * @return folders, whether they exist or not, each once
     */
    public static Set<String> linux(String libraryPath, Path etc, Collection<String> usual) {
        Set<String> folders = new LinkedHashSet<>();
        if (libraryPath != null) {
            for (String folder : libraryPath.split(":")) {
                if (folder.startsWith("/")) {
                    folders.add(folder);
                }
            }
        }
        addConfigured(etc.resolve("ld.so.conf"), folders);
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(etc.resolve("ld.so.conf.d"), "*.conf")) {
            found.forEach(files::add);
        } catch (IOException e) {
            // Not every Linux has this folder: the usual places remain.
        }
        Collections.sort(files);                // as the linker's configuration is read; a folder lists its files in any order
        files.forEach(file -> addConfigured(file, folders));
        folders.addAll(usual);
        return folders;
    }

    private static void addConfigured(Path file, Set<String> folders) {
        try {
            for (String line : Files.readAllLines(file)) {
                String folder = line.strip();
                if (folder.startsWith("/")) {
                    folders.add(folder);
                }
            }
        } catch (IOException e) {
            // A file that cannot be read names no folder.
        }
    }
}
