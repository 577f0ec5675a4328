package dev.gateloom.cuda.libraries;

import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;

/** What libraries say of themselves; each must be in the process before it is asked. None needs a GPU for that. */
final class LibraryVersions {
    /** {@code libraryPropertyType}: major, minor and patch. */
    private static final int PROPERTIES = 3;

    private LibraryVersions() {
    }

    static String cublas() {
        StringBuilder version = new StringBuilder();
        int[] value = new int[1];
        for (int property = 0; property < PROPERTIES; property++) {
            int status = JCublas2.cublasGetProperty(property, value);
            if (status != 0) {
                throw new IllegalStateException("cublasGetProperty returned " + status);
            }
            version.append(property == 0 ? "" : ".").append(value[0]);
        }
        return version.toString();
    }

    static String cudnn() {
        return cudnn(JCudnn.cudnnGetVersion());
    }

    /** From 90501, as {@code 9.5.1}. */
    static String cudnn(long version) {
        return version / 10_000 + "." + version % 10_000 / 100 + "." + version % 100;
    }
}
