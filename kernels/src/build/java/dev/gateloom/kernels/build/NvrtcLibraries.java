package dev.gateloom.kernels.build;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import jcuda.nvrtc.JNvrtc;

/** Unpacks NVRTC from its jar and loads it. */
final class NvrtcLibraries {
    private static final String TEMPORARY = "java.io.tmpdir";

    /** In the order of loading: NVRTC looks for its built-ins by name, and finds what is loaded already. */
    private static final List<String> LINUX = List.of("linux-x86_64/libnvrtc-builtins.so.12.9", "linux-x86_64/libnvrtc.so.12");
    private static final List<String> WINDOWS = List.of("windows-x86_64/nvrtc-builtins64_129.dll", "windows-x86_64/nvrtc64_120_0.dll");

    private NvrtcLibraries() {
    }

    static void load(Path folder) throws CompileException {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        try {
            Path folderOfJcuda = Files.createDirectories(folder.resolve("jcuda").toAbsolutePath());
            for (String library : windows ? WINDOWS : LINUX) {
                System.load(unpack("/org/bytedeco/cuda/" + library, folder).toString());
            }
            // JCuda unpacks its own natives into the system's temporary folder, for all builds of all users, and uses what it
            // finds there: give it a folder of this build's own while it loads them.
            String temporary = System.setProperty(TEMPORARY, folderOfJcuda.toString());
            try {
                JNvrtc.setExceptionsEnabled(false);
            } finally {
                System.setProperty(TEMPORARY, temporary);
            }
        } catch (IOException e) {
            throw new CompileException("unpacking NVRTC into " + folder + ": " + e);
        }
    }

    /** Writes a resource to a file of the folder, unless it is there already. */
    private static Path unpack(String resource, Path folder) throws IOException, CompileException {
        URL url = NvrtcLibraries.class.getResource(resource);
        if (url == null) {
            throw new CompileException("no " + resource + " on the class path: is org.bytedeco:cuda-redist there, with this "
                    + "platform's classifier and the version that kernels/pom.xml names?");
        }
        Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1)).toAbsolutePath();
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            if (!Files.isRegularFile(file) || Files.size(file) != connection.getContentLengthLong()) {
                Path part = Files.createTempFile(folder, "unpacking", null);
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return file;
    }
}
