package dev.gateloom;

import java.util.concurrent.Executor;

/**
 * What an engine may use.
 *
 * @param threads number of threads, the calling one included, at least 1
 * @param executor runs {@code threads - 1} tasks that stay busy during a call; null for daemon threads of the engine
 */
public record EngineOptions(int threads, Executor executor) {

    /**
     * Checks the number.
     *
     * @param threads at least 1
     * @param executor null for daemon threads of the engine
     */
    public EngineOptions {
        Check.atLeast("threads", threads, 1);
    }

    /**
     * All cores, threads of the engine.
     *
     * @return the defaults
     */
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), null);
    }

    /**
     * That many threads of the engine.
     *
     * @param threads at least 1
     * @return the options
     */
    public static EngineOptions threads(int threads) {
        return new EngineOptions(threads, null);
    }
}
