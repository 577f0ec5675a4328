package dev.gateloom.bench.gpu;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.bench.Forks;
import dev.gateloom.bench.Statistics;
import dev.gateloom.bench.report.Text;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.GemmProbe;
import dev.gateloom.cuda.Products;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a device can do at most, measured: the numbers that results are shown as shares of.
 *
 * @param copy bytes read and written by a copy inside device memory, GB/s; empty without timing
 * @param products rate of large products in each precision that the device has; empty without timing
 * @param failures what could not be measured, and why
 */
public record DeviceLimits(OptionalDouble copy, Map<Precision, Rate> products, List<String> failures) {
    private static final int SIZE = 4096;               // M = N = K of the products
    private static final int SIZE_UNTIMED = 40;
    private static final long COPY = 1L << 30;          // bytes at most
    private static final long COPY_UNTIMED = 1 << 10;
    private static final int TRIALS = 20;
    private static final int WARM_UP = 5;

    /**
     * A rate of products.
     *
     * @param tflops TFLOP/s
     * @param by whose product it was
     */
    public record Rate(double tflops, String by) {
    }

    /** Something that is queued on a stream again and again. */
    private interface Work {
        void enqueue();
    }

    /** Something that is measured once. */
    private interface Probe<T> {
        T measure();
    }

    /**
     * Measures, of our own products and cuBLAS's the better; on the emulator it runs everything once, on small sizes. What fails or
     * multiplies wrongly is no limit.
     *
     * @param device stays open
     * @param timed whether times mean something
     * @return the limits
     */
    public static DeviceLimits measure(Device device, boolean timed) {
        List<String> failures = new ArrayList<>();
        Optional<Double> copied = attempt("copy in device memory", failures, () -> copy(device, timed));
        List<Products> offered = attempt("products", failures, () -> offered(device)).orElse(List.of());
        Map<Precision, Rate> products = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            for (Products by : offered) {
                attempt("products, " + GpuCase.name(precision) + ", " + name(by), failures,
                        () -> has(device, precision) ? product(device, precision, by, timed) : null)
                        .filter(rate -> timed)
                        .ifPresent(rate -> products.merge(precision, rate, (one, other) -> other.tflops > one.tflops ? other : one));
            }
        }
        return new DeviceLimits(timed && copied.isPresent() ? OptionalDouble.of(copied.get()) : OptionalDouble.empty(), products,
                failures);
    }

    /** Empty if it fails, or there is nothing to measure. */
    private static <T> Optional<T> attempt(String what, List<String> failures, Probe<T> probe) {
        try {
            return Optional.ofNullable(probe.measure());
        } catch (RuntimeException | LinkageError e) {
            failures.add(what + ": " + Forks.reason(e));
            return Optional.empty();
        }
    }

    private static boolean has(Device device, Precision precision) {
        try (CudaEngine engine = CudaEngine.on(device, precision)) {
            return engine.unsupported(RnnConfig.lstm(1, 1).build(), Mode.INFERENCE).isEmpty();
        }
    }

    /** Our own, and cuBLAS's if it is there and starts. */
    private static List<Products> offered(Device device) {
        try (CudaEngine engine = CudaEngine.on(device)) {
            return engine.products() == Products.OWN ? List.of(Products.OWN) : List.of(Products.OWN, Products.CUBLAS);
        }
    }

    private static String name(Products products) {
        return products == Products.OWN ? "own kernels" : "cuBLAS";
    }

    private static double copy(Device device, boolean timed) {
        long bytes = timed ? Math.min(COPY, device.properties().memory() / 16) / 256 * 256 : COPY_UNTIMED;
        try (DeviceMemory from = device.allocate(bytes, "benchmark: copy from");
             DeviceMemory to = device.allocate(bytes, "benchmark: copy to"); Stream stream = device.stream()) {
            stream.fill(from.address(), 1, bytes / Float.BYTES);
            double nanos = median(device, stream, timed, () -> stream.copy(from.address(), to.address(), bytes));
            return 2.0 * bytes / nanos;
        }
    }

    private static Rate product(Device device, Precision precision, Products products, boolean timed) {
        int size = timed ? SIZE : SIZE_UNTIMED;
        try (GemmProbe probe = new GemmProbe(device, precision, products, size, size, size);
             HostMemory corner = device.allocateHost(2 * Float.BYTES)) {
            probe.run();
            long last = probe.result() + ((long) size * size - 1) * Float.BYTES;
            probe.stream().download(probe.result(), corner, 0, Float.BYTES);
            probe.stream().download(last, corner, Float.BYTES, Float.BYTES);
            probe.stream().synchronize();
            for (int at = 0; at < 2; at++) {
                float got = corner.bytes().getFloat(at * Float.BYTES);
                if (got != size) {
                    throw new IllegalStateException("the product that measures " + precision + " is wrong: expected " + size
                            + " at its " + (at == 0 ? "first" : "last") + " place, got " + got);
                }
            }
            double nanos = median(device, probe.stream(), timed, probe::run);
            return new Rate(2.0 * size * size * size / nanos / 1e3, name(products));
        }
    }

    private static double median(Device device, Stream stream, boolean timed, Work work) {
        try (Event start = device.event(); Event end = device.event()) {
            for (int n = 0; n < (timed ? WARM_UP : 0); n++) {
                work.enqueue();
            }
            double[] nanos = new double[timed ? TRIALS : 1];
            for (int n = 0; n < nanos.length; n++) {
                stream.record(start);
                work.enqueue();
                stream.record(end);
                stream.synchronize();
                nanos[n] = 1e6 * end.millisecondsSince(start);
            }
            return Statistics.median(nanos);
        }
    }

    /**
     * Share of the rate of products.
     *
     * @param m a measurement with a time
     * @return 0 to 1; empty if that rate is not known
     */
    public OptionalDouble productShare(GpuMeasurement m) {
        Rate rate = products.get(m.precision());
        return rate == null ? OptionalDouble.empty() : OptionalDouble.of(m.tflops() / rate.tflops);
    }

    /**
     * Share of the bandwidth of a copy.
     *
     * @param m a measurement with a time
     * @return 0 to 1; empty if the bandwidth is not known
     */
    public OptionalDouble copyShare(GpuMeasurement m) {
        return copy.isEmpty() ? copy : OptionalDouble.of(m.gigabytes() / copy.getAsDouble());
    }

    /**
     * For a list of facts.
     *
     * @return label and text
     */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        copy.ifPresent(rate -> lines.put("copy in device memory", Text.digits(rate) + " GB/s, read and written"));
        products.forEach((precision, rate) -> lines.put("products, " + GpuCase.name(precision), Text.digits(rate.tflops)
                + " TFLOP/s, M = N = K = " + SIZE + ", " + rate.by));
        if (lines.isEmpty()) {
            lines.put("limits", failures.isEmpty() ? "not measured: the emulator has no times" : "not known, see the notes");
        }
        return lines;
    }
}
