package dev.gateloom.kernels.build;

/** What stops the build, in words for whoever wrote the kernel: compiler messages carry file and line. */
final class CompileException extends Exception {
    private static final long serialVersionUID = 1;

    CompileException(String message) {
        super(message);
    }
}
