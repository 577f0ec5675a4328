package dev.gateloom;

import java.util.concurrent.Executor;

/**
 * What an engine may use.
 *
 * @param threads number of threads, the calling one included, at least 1
 * @param executor runs {@code threads - 1} tasks that stay busy during a call; null for daemon threads of the engine
 * @param precision of the products of matrices
 */
public record EngineOptions(int threads, Executor executor, Precision precision) {

    /**
     * Checks the values.
     *
     * @param threads at least 1
     * @param executor null for daemon threads of the engine
     * @param precision of the products of matrices
     */
    public EngineOptions {
        Check.atLeast("threads", threads, 1);
        Check.present("precision", precision);
    }

    /**
     * In {@link Precision#FP32}.
     *
     * @param threads at least 1
     * @param executor null for daemon threads of the engine
     */
    public EngineOptions(int threads, Executor executor) {
        this(threads, executor, Precision.FP32);
    }

    /**
     * All cores, threads of the engine, {@link Precision#FP32}.
     *
     * @return the defaults
     */
    public static EngineOptions defaults() {
        return threads(Runtime.getRuntime().availableProcessors());
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

    /**
     * Another precision.
     *
     * @param value of the products of matrices
     * @return changed options
     */
    public EngineOptions precision(Precision value) {
        return new EngineOptions(threads, executor, value);
    }
}
