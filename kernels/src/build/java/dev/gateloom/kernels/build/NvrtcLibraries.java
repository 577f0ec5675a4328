package dev.gateloom.kernels.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.nvrtc.JNvrtc;

/** Loads NVRTC from where the build has unpacked it. */
final class NvrtcLibraries {
    private static final String TEMPORARY = "java.io.tmpdir";
    private static final String PACKAGE = "org/bytedeco/cuda/";

    /** In the order of loading: NVRTC looks for its built-ins by name, and finds what is loaded already. */
    private static final List<String> LINUX = List.of("linux-x86_64/libnvrtc-builtins.so.12.9", "linux-x86_64/libnvrtc.so.12");
    private static final List<String> WINDOWS = List.of("windows-x86_64/nvrtc-builtins64_129.dll", "windows-x86_64/nvrtc64_120_0.dll");

    private NvrtcLibraries() {
    }

    static void load(Path folder) throws CompileException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        for (String library : windows ? WINDOWS : LINUX) {
            Path file = folder.resolve(PACKAGE + library).toAbsolutePath();
            if (!Files.isRegularFile(file)) {
                throw new CompileException("no " + file + ": does the version of org.bytedeco:cuda-redist still have it? If "
                        + "not, name the files that it has here and in kernels/pom.xml");
            }
            System.load(file.toString());
        }
        try {
            loadBinding(Files.createDirectories(folder.resolve("jcuda").toAbsolutePath()));
        } catch (IOException e) {
            throw new CompileException("unpacking JCuda into " + folder + ": " + e);
        }
    }

    /**
     * JCuda unpacks its own natives into the system's temporary folder, for all builds of all users, and uses what it finds
     * there: give it a folder of this build's own while it loads them.
     */
    private static void loadBinding(Path folder) {
        String temporary = System.setProperty(TEMPORARY, folder.toString());
        try {
            JNvrtc.setExceptionsEnabled(false);
        } finally {
            System.setProperty(TEMPORARY, temporary);
        }
    }
}
