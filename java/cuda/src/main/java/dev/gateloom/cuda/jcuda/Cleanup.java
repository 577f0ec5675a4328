package dev.gateloom.cuda.jcuda;

/** Runs every step of a clean-up though one fails, and throws the first failure at the end. */
final class Cleanup {
    private RuntimeException failure;

    Cleanup run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        return this;
    }

    boolean hasFailed() {
        return failure != null;
    }

    void finish() {
        if (failure != null) {
            throw failure;
        }
    }
}
