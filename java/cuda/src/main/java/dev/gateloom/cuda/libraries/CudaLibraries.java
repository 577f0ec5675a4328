package dev.gateloom.cuda.libraries;

import java.util.Optional;

/**
 * cuBLAS and cuDNN in this process. Each is looked for when first asked for, once, in this order:
 * <ol>
 * <li>the folders that {@code -Dgateloom.cuda.libraries} names, or else the variable {@code GATELOOM_CUDA_LIBRARIES}, separated
 * as in a class path; if there are any, nowhere else;
 * <li>the jar {@code org.bytedeco:cuda} with classifier {@code linux-x86_64-redist} or {@code windows-x86_64-redist}, if it is on
 * the class path: its files are unpacked once, into the user's cache, which all programs share;
 * <li>where the system looks for libraries; then, on Linux, {@code $CUDA_HOME/lib64} and {@code $CONDA_PREFIX/lib}, on Windows
 * {@code %CUDA_PATH%/bin};
 * <li>what the jar has left in that cache, if some program had it on its class path.
 * </ol>
 *
 * <p>Files are loaded by their absolute path, those that others need first. That takes no driver and no GPU. The first that can be
 * loaded ends the search, also if it turns out to be too old for a GPU: it tells its version only once it is in the process, and
 * from then on no other library of that name can be. Whoever has a newer one names its folder.
 */
public final class CudaLibraries {
    /** The system property with the libraries' folders. */
    public static final String PROPERTY = "gateloom.cuda.libraries";
    /** The environment variable with the libraries' folders; {@code download} stands for the jar. */
    public static final String VARIABLE = "GATELOOM_CUDA_LIBRARIES";
    /** What the launchers take in place of a folder: they build with the profile that fetches the jar. */
    static final String DOWNLOAD = "download";

    private CudaLibraries() {
    }

    /**
     * cuBLAS 12, for JCublas2.
     *
     * @return what was found, the same at every call
     */
    public static Library cublas() {
        return Cublas.LIBRARY;
    }

    /**
     * cuDNN 9, for JCudnn.
     *
     * @return what was found, the same at every call
     */
    public static Library cudnn() {
        cublas();                               // cuDNN 9 opens libcublasLt by its name when it multiplies: then it is there
        return Cudnn.LIBRARY;
    }

    /**
     * Why cuBLAS is of no use to a GPU.
     *
     * @param computeCapability the GPU's, 10 · major + minor
     * @return what is missing or too old, and what mends it; empty if all is well
     */
    public static Optional<String> cublasObstacle(int computeCapability) {
        return LibraryFiles.CUBLAS.obstacle(cublas(), computeCapability);
    }

    /**
     * Why cuDNN is of no use to a GPU.
     *
     * @param computeCapability the GPU's, 10 · major + minor
     * @return what is missing or too old, and what mends it; empty if all is well
     */
    public static Optional<String> cudnnObstacle(int computeCapability) {
        return LibraryFiles.CUDNN.obstacle(cudnn(), computeCapability);
    }

    /**
     * Why cuDNN cannot compile kernels, which its algorithm {@code PERSIST_DYNAMIC} does. Without any NVRTC beside it, it may still
     * find one by name.
     *
     * @return the file that cannot be loaded, why, and what mends it; empty if nothing is known to be in the way
     */
    public static Optional<String> nvrtcObstacle() {
        return Optional.of(cudnn().noCompiler()).filter(why -> !why.isEmpty());
    }

    private static final class Cublas {
        static final Library LIBRARY = LibrarySearch.here(LibraryFiles.CUBLAS).load(LibraryVersions::cublas);
    }

    private static final class Cudnn {
        static final Library LIBRARY = LibrarySearch.here(LibraryFiles.CUDNN).load(LibraryVersions::cudnn);
    }
}
