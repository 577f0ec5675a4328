package dev.gateloom.cuda.libraries;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The files that a library consists of. */
enum LibraryFiles {
    /** cuBLAS 12 and the part of it that does the work. */
    CUBLAS("cuBLAS", "libcublas-12-9", 12, 8, false, List.of("cublasLt"), "cublas", List.of()),
    /**
     * cuDNN 9: the compiler for what it compiles when a plan is made, and the parts that its recurrent networks are made of. The
     * engines are for graphs of convolutions; cuDNN loads them itself, from beside the others, when one is asked for.
     */
    CUDNN("cuDNN", "cudnn9-cuda-12", 9, 7, true, List.of("cudnn_graph", "cudnn_ops", "cudnn_cnn", "cudnn_adv"), "cudnn",
            List.of("cudnn_heuristic", "cudnn_engines_precompiled", "cudnn_engines_runtime_compiled"));

    private final String title;
    private final String aptPackage;
    private final int major;
    private final int ofBlackwell;
    private final boolean compiles;
    private final List<String> dependencies;
    private final String main;
    private final List<String> companions;

    /** What the first Blackwell GPUs say of themselves. */
    private static final int BLACKWELL = 100;

    LibraryFiles(String title, String aptPackage, int major, int ofBlackwell, boolean compiles, List<String> dependencies,
            String main, List<String> companions) {
        this.title = title;
        this.aptPackage = aptPackage;
        this.major = major;
        this.ofBlackwell = ofBlackwell;
        this.compiles = compiles;
        this.dependencies = dependencies;
        this.main = main;
        this.companions = companions;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** The command for it, where there is one. */
    String installation() {
        return "Ubuntu and Debian with NVIDIA's repository: sudo apt-get install " + aptPackage;
    }

    /** Where pip puts it, as it does for PyTorch; nothing but Python looks there. */
    String pipFolder(Platform platform) {
        return "site-packages/nvidia/" + main + (platform == Platform.WINDOWS ? "/bin" : "/lib");
    }

    /** Why a library that was looked for is of no use to a GPU of this compute capability. */
    Optional<String> obstacle(Library library, int capability) {
        if (!library.loaded()) {
            return Optional.of("no " + title + ": " + library.reason() + "; " + library.mend());
        }
        if (capability >= BLACKWELL && !library.isAtLeast(major, ofBlackwell)) {
            return Optional.of("Blackwell needs " + title + " " + major + "." + ofBlackwell + " or newer, " + library.path()
                    + " is " + library.version() + "; install a newer one (" + installation() + "; what " + CudaLibraries.VARIABLE + "="
                    + CudaLibraries.DOWNLOAD + " fetches is older), or name its folder by -D" + CudaLibraries.PROPERTY + "=FOLDER");
        }
        return Optional.empty();
    }

    /** The file whose functions are called. */
    String main(Platform platform) {
        return platform.file(main, major);
    }

    /** NVRTC, if it is of use: to be in the process first, in this order, where it lies beside that one. */
    List<String> compiler(Platform platform) {
        return compiles ? platform.compiler() : List.of();
    }

    /** What is to be in the process next, in this order, where it lies beside it: without these it cannot be loaded. */
    List<String> dependencies(Platform platform) {
        return named(platform, dependencies).toList();
    }

    /** Every file. */
    List<String> all(Platform platform) {
        return Stream.of(compiler(platform).stream(), dependencies(platform).stream(), Stream.of(main(platform)),
                named(platform, companions)).flatMap(Function.identity()).toList();
    }

    private Stream<String> named(Platform platform, List<String> names) {
        return names.stream().map(name -> platform.file(name, major));
    }
}
