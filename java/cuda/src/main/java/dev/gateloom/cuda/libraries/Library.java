package dev.gateloom.cuda.libraries;

/**
 * A library of NVIDIA's in this process, or why it is not there.
 *
 * @param loaded whether it can be called
 * @param path its file; empty if it is not loaded
 * @param version in the library's own words, as {@code 12.6.3}; empty if it is not loaded
 * @param reason why it is not loaded; empty if it is
 * @param mend what to do about that; empty if it is loaded
 * @param noCompiler why NVRTC, with which it compiles some of its kernels, cannot be loaded though it is there, and what mends it;
 *     empty if that is not so
 * @param passedOver why it is not that of a place that comes before; empty if none there failed, or if it is not loaded
 */
public record Library(boolean loaded, String path, String version, String reason, String mend, String noCompiler,
        String passedOver) {

    static Library loaded(String path, String version, String noCompiler, String passedOver) {
        return new Library(true, path, version, "", "", noCompiler, passedOver);
    }

    static Library missing(String reason, String mend) {
        return new Library(false, "", "", reason, mend, "", "");
    }

    /**
     * Compares versions.
     *
     * @param major first number
     * @param minor second number
     * @return whether the library is loaded and of this version or a newer one
     */
    public boolean isAtLeast(int major, int minor) {
        if (!loaded) {
            return false;
        }
        String[] numbers = version.split("\\.");
        int ours = Integer.parseInt(numbers[0]);
        return ours > major || ours == major && Integer.parseInt(numbers[1]) >= minor;
    }
}
