package dev.gateloom.cuda.libraries;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks for a library in one place after the other and loads the first that can be. */
final class LibrarySearch {
    private final LibraryFiles files;
    private final String system;
    private final String processor;
    private final String property;              // null if it is not set
    private final Map<String, String> environment;
    private final RedistJar jar;

    /** A library in this process, and why NVRTC is not. */
    private record Found(File main, String noCompiler) {
    }

    LibrarySearch(LibraryFiles files, String system, String processor, String property, Map<String, String> environment,
            RedistJar jar) {
        this.files = files;
        this.system = system;
        this.processor = processor;
        this.property = property;
        this.environment = environment;
        this.jar = jar;
    }

    static LibrarySearch here(LibraryFiles files) {
        return new LibrarySearch(files, System.getProperty("os.name"), System.getProperty("os.arch"),
                System.getProperty(CudaLibraries.PROPERTY), System.getenv(), new RedistJar(CudaLibraries.class.getClassLoader()));
    }

    /**
     * Loads it.
     *
     * @param version asks the library itself, once it is loaded
     */
    Library load(Supplier<String> version) {
        Optional<Platform> found = Platform.of(system, processor);
        if (found.isEmpty()) {
            return Library.missing("JCuda runs on Linux and Windows with x86-64 only; this is " + system + " on " + processor,
                    "use engine cpu");
        }
        Platform platform = found.get();
        String variable = environment.getOrDefault(CudaLibraries.VARIABLE, "");
        boolean download = variable.equals(CudaLibraries.DOWNLOAD);
        String named = property != null ? property : download ? "" : variable;
        if (!named.isEmpty()) {
            return named(platform, named, version);
        }
        List<String> failures = new ArrayList<>();
        Optional<Found> library = unpacked(platform, failures);
        if (library.isEmpty()) {
            library = loadFrom(platform, folders(platform), failures);
        }
        return library.isPresent() ? asked(library.get(), version, failures)
                : Library.missing(reason(platform, failures, download), mend(platform));
    }

    private Library named(Platform platform, String names, Supplier<String> version) {
        List<String> failures = new ArrayList<>();
        List<String> folders = Platform.split(names).stream().map(name -> new File(name).getAbsolutePath()).toList();
        Optional<Found> library = loadFrom(platform, folders, failures);
        String by = property != null ? "-D" + CudaLibraries.PROPERTY : CudaLibraries.VARIABLE;
        return library.isPresent() ? asked(library.get(), version, failures)
                : Library.missing(failures.isEmpty() ? "no " + files.main(platform) + " in " + String.join(File.pathSeparator, folders) + ", which " + by + " names"
                        : String.join("; ", failures), "let " + by + " name the folder of " + files.title() + ", or unset it");
    }

    private Optional<Found> unpacked(Platform platform, List<String> failures) {
        Path cache = cache(platform);
        try {
            Optional<Path> folder = jar.unpack(files, platform, cache);
            return folder.isEmpty() ? Optional.empty() : loadFrom(platform, List.of(folder.get().toString()), failures);
        } catch (IOException e) {
            failures.add("it cannot be unpacked into " + cache + ": " + e);
            return Optional.empty();
        }
    }

    private Path cache(Platform platform) {
        return platform.cache(environment, Path.of(System.getProperty("user.home")));
    }

    /** Where the system looks, then what an earlier run has unpacked: what is installed may be newer. */
    private Collection<String> folders(Platform platform) {
        List<String> folders = new ArrayList<>(platform.folders(environment));
        folders.addAll(RedistJar.unpackedBefore(files, platform, cache(platform)));
        return folders;
    }

    /** The first folder whose library loads wins. */
    private Optional<Found> loadFrom(Platform platform, Collection<String> folders, List<String> failures) {
        for (String folder : folders) {
            File main = new File(folder, files.main(platform));
            if (main.exists()) {
                String noCompiler = loadCompiler(platform, folder);
                try {
                    for (String name : files.dependencies(platform)) {
                        loadIfThere(folder, name);
                    }
                    load(main);
                    return Optional.of(new Found(main, noCompiler));
                } catch (UnsatisfiedLinkError e) {
                    failures.add(e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    /** Only some of the library's kernels need it, so its failure is kept for who asks for one of those; empty without one. */
    private String loadCompiler(Platform platform, String folder) {
        for (String name : files.compiler(platform)) {
            try {
                loadIfThere(folder, name);
            } catch (UnsatisfiedLinkError e) {
                return "NVRTC cannot be loaded: " + e.getMessage() + "; put the " + name
                        + " of CUDA 12 for this platform there, or remove that file if the system has another";
            }
        }
        return "";
    }

    private static void loadIfThere(String folder, String name) {
        File file = new File(folder, name);
        if (file.exists()) {                    // else the linker may know another place
            load(file);
        }
    }

    private static void load(File file) {
        try {
            System.load(file.getAbsolutePath());
        } catch (UnsatisfiedLinkError e) {
            // A JVM lets one class loader alone load a file; the linker finds by name what is in the process, whoever loaded it.
            if (!String.valueOf(e.getMessage()).contains("already loaded in another classloader")) {
                throw e;
            }
        }
    }

    /** The library is in the process; JCuda's own, which is linked to it, may still be missing. */
    private Library asked(Found found, Supplier<String> version, List<String> failures) {
        String path = found.main.getAbsolutePath();
        try {
            return Library.loaded(path, version.get(), found.noCompiler, String.join("; ", failures));
        } catch (LinkageError | RuntimeException e) {
            return Library.missing(path + " is loaded, but JCuda's part for it cannot be used: "
                    + e.toString().lines().findFirst().orElseThrow(), "put the jars of JCuda for " + files.title()
                    + " on the class path, with the natives for this platform: gateloom-cuda depends on them");
        }
    }

    private String reason(Platform platform, List<String> failures, boolean download) {
        if (!failures.isEmpty()) {
            return String.join("; ", failures);
        }
        return "no " + files.main(platform) + (download ? ", though " + CudaLibraries.VARIABLE + " is " + CudaLibraries.DOWNLOAD
                + ": its jar is not on the class path, nor is it" : "") + " where this system looks for libraries";
    }

    private String mend(Platform platform) {
        return CudaLibraries.VARIABLE + "=" + CudaLibraries.DOWNLOAD + " java/gateloom info fetches it (2 GB, once); or install "
                + files.title() + " (" + files.installation() + "), or name its folder by -D" + CudaLibraries.PROPERTY + "=FOLDER (pip's: "
                + files.pipFolder(platform) + ")";
    }
}
