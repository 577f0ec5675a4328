package dev.gateloom.cuda.libraries;

import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How a system names libraries and where it looks for them: the two that JCuda runs on. */
enum Platform {
    /** {@code libcublas.so.12} in the dynamic linker's folders. */
    LINUX("linux-x86_64") {
        @Override
        String file(String name, int major) {
            return "lib" + name + ".so." + major;
        }

        @Override
        List<String> compiler() {
            return List.of("libnvrtc-builtins.so.12.6", "libnvrtc.so.12");
        }

        @Override
        Collection<String> folders(Map<String, String> environment) {
            Set<String> folders = new LinkedHashSet<>(LoaderFolders.linux(environment.get("LD_LIBRARY_PATH"), Path.of("/etc"),
                    LINUX_TOOLKIT));
            addBelow(environment.get("CUDA_HOME"), "lib64", folders);
            addBelow(environment.get("CONDA_PREFIX"), "lib", folders);
            return folders;
        }

        @Override
        Path cache(Map<String, String> environment, Path home) {
            String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
            return cache.startsWith("/") ? Path.of(cache) : home.resolve(".cache");
        }
    },
    /** {@code cublas64_12.dll} on the path. */
    WINDOWS("windows-x86_64") {
        @Override
        String file(String name, int major) {
            return name + "64_" + major + ".dll";
        }

        @Override
        List<String> compiler() {
            return List.of("nvrtc-builtins64_126.dll", "nvrtc64_120_0.dll");
        }

        @Override
        Collection<String> folders(Map<String, String> environment) {
            Set<String> folders = new LinkedHashSet<>();
            for (String folder : environment.getOrDefault("PATH", environment.getOrDefault("Path", "")).split(";")) {
                if (!folder.isBlank()) {
                    folders.add(folder.strip());
                }
            }
            String toolkit = environment.getOrDefault("CUDA_PATH", "");
            if (!toolkit.isEmpty()) {
                folders.add(toolkit + "\\bin");
            }
            return folders;
        }

        @Override
        Path cache(Map<String, String> environment, Path home) {
            String cache = environment.getOrDefault("LOCALAPPDATA", "");
            return cache.isEmpty() ? home.resolve("AppData").resolve("Local") : Path.of(cache);
        }
    };

    /** Where distributions and NVIDIA's packages put the toolkit, beyond what the linker's own configuration says. */
    private static final List<String> LINUX_TOOLKIT = List.of("/usr/local/cuda/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib64",
            "/opt/cuda/lib64", "/usr/lib");

    private final String classifier;

    Platform(String classifier) {
        this.classifier = classifier;
    }

    /** This one, if JCuda runs on it. */
    static Optional<Platform> of(String system, String processor) {
        if (!processor.equals("amd64") && !processor.equals("x86_64")) {
            return Optional.empty();
        }
        if (system.equals("Linux")) {
            return Optional.of(LINUX);
        }
        return system.toLowerCase(Locale.ROOT).startsWith("windows") ? Optional.of(WINDOWS) : Optional.empty();
    }

    /** How a file of a library is called. */
    abstract String file(String name, int major);

    /**
     * The files of the jar's NVRTC, in the order in which they are loaded: it looks for the first by its name alone, as cuDNN
     * does for the other.
     */
    abstract List<String> compiler();

    /** Where the system itself would look, in its order, then where a variable says that the toolkit is. */
    abstract Collection<String> folders(Map<String, String> environment);

    /** Where programs keep what they can make again. */
    abstract Path cache(Map<String, String> environment, Path home);

    /** Of a folder that a variable names, if it does: the linker does not look there. */
    private static void addBelow(String named, String folder, Set<String> folders) {
        if (named != null && named.startsWith("/")) {
            folders.add((named.endsWith("/") ? named : named + "/") + folder);
        }
    }

    /** In the names of jars with native code. */
    String classifier() {
        return classifier;
    }

    /** Several folders in one text are separated as in a class path. */
    static List<String> split(String folders) {
        return List.of(folders.split(File.pathSeparator)).stream().filter(folder -> !folder.isBlank()).toList();
    }
}
