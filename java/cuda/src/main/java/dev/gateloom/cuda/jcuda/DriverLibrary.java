package dev.gateloom.cuda.jcuda;

import dev.gateloom.cuda.libraries.LoaderFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and loads NVIDIA's driver library, without JCuda: JCuda's own library is linked to it, so it can be loaded only
 * after this one was. Loading it first also makes the dynamic linker find it by its name wherever it lies.
 */
final class DriverLibrary {
    /** Names the driver library where the usual places do not have it. */
    static final String PROPERTY = "gateloom.cuda.driver";

    private static final String LINUX_NAME = "libcuda.so.1";
    /** Where distributions, containers, WSL and NixOS put it, beyond what the linker's own configuration says. */
    private static final List<String> LINUX_FOLDERS = List.of("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64",
            "/lib64", "/usr/lib", "/usr/lib/wsl/lib", "/usr/local/nvidia/lib64", "/usr/local/cuda/compat",
            "/run/opengl-driver/lib");

    private static final String MEND = "install NVIDIA's driver (Ubuntu: sudo ubuntu-drivers install; else from nvidia.com/drivers)";

    private DriverLibrary() {
    }

    /** What stands in the way; found out once. */
    static Optional<String> obstacle() {
        return Once.OBSTACLE;
    }

    private static final class Once {
        static final Optional<String> OBSTACLE = load(System.getProperty("os.name"), System.getProperty("os.arch"),
                System.getProperty(PROPERTY));
    }

    static Optional<String> load(String system, String processor, String named) {
        boolean windows = system.toLowerCase(Locale.ROOT).startsWith("windows");
        boolean linux = system.equals("Linux");
        if (!windows && !linux || !processor.equals("amd64") && !processor.equals("x86_64")) {
            return Optional.of("JCuda runs on Linux and Windows with x86-64 only; this is " + system + " on " + processor);
        }
        if (named != null) {
            return load(Path.of(named)).map(why -> "the driver library named by -D" + PROPERTY + " cannot be loaded: " + why);
        }
        if (windows) {
            try {
                System.loadLibrary("nvcuda");
                return Optional.empty();
            } catch (UnsatisfiedLinkError e) {
                return isLoadedElsewhere(e) ? Optional.empty()
                        : Optional.of("no NVIDIA driver: " + e.getMessage() + "; " + MEND);
            }
        }
        return loadFrom(LoaderFolders.linux(System.getenv("LD_LIBRARY_PATH"), Path.of("/etc"), LINUX_FOLDERS));
    }

    /** The first folder whose library loads wins: there may be one for another architecture before it. */
    static Optional<String> loadFrom(Set<String> folders) {
        List<String> failures = new ArrayList<>();
        for (String folder : folders) {
            Path file = Path.of(folder, LINUX_NAME);
            if (Files.exists(file)) {
                Optional<String> failure = load(file);
                if (failure.isEmpty()) {
                    return failure;
                }
                failures.add(failure.get());
            }
        }
        if (!failures.isEmpty()) {
            return Optional.of("the NVIDIA driver cannot be loaded: " + String.join("; ", failures));
        }
        return Optional.of("no NVIDIA driver: no " + LINUX_NAME + " in " + String.join(", ", folders)
                + "; " + MEND + ", or name its library by -D" + PROPERTY + "=/path/to/" + LINUX_NAME);
    }

    private static Optional<String> load(Path file) {
        try {
            System.load(file.toAbsolutePath().toString());
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return isLoadedElsewhere(e) ? Optional.empty() : Optional.of(e.getMessage());
        }
    }

    /**
     * Whether a library is in this process already, loaded by another class loader: a JVM lets only one load it. For the
     * driver that is as good, since the dynamic linker then finds it by name for JCuda's library.
     */
    static boolean isLoadedElsewhere(LinkageError e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("already loaded in another classloader");
    }
}
