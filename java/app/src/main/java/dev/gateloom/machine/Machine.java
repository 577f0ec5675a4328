package dev.gateloom.machine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * This machine as a report describes it, one line each. What cannot be found out is said so, with the reason.
 *
 * @param cpu model of the processor
 * @param cores processors that this JVM may use
 * @param simd SIMD width that the vector module offers, or why there is none
 * @param java version and vendor of the JVM
 * @param system operating system
 * @param gpu model and driver, or the reason there is none
 */
public record Machine(String cpu, int cores, String simd, String java, String system, String gpu) {
    /** As {@link Gpu#describe} has it. */
    private static final Pattern DRIVER = Pattern.compile("\\bdriver (\\d[\\d.]*)");

    /**
     * Looks at the machine this JVM runs on. Runs {@code nvidia-smi} where there is one; loads no native code.
     *
     * @return the description
     */
    public static Machine describe() {
        return describe(Host.actual());
    }

    static Machine describe(Host host) {
        return new Machine(Cpu.model(host), Runtime.getRuntime().availableProcessors(), Simd.width(),
                javaVersion(host), OperatingSystem.name(host), Gpu.describe(host));
    }

    /**
     * For printing.
     *
     * @return label and text, in order
     */
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("CPU", cpu);
        lines.put("cores", cores + " available to this JVM");
        lines.put("SIMD", simd);
        lines.put("Java", java);
        lines.put("system", system);
        lines.put("GPU", gpu);
        return lines;
    }

    /**
     * The number of NVIDIA's driver, as {@code 550.54.15}.
     *
     * @return empty if there is none, or it does not say
     */
    public Optional<String> driver() {
        Matcher number = DRIVER.matcher(gpu);
        return number.find() ? Optional.of(number.group(1)) : Optional.empty();
    }

    private static String javaVersion(Host host) {
        return host.property("java.runtime.version") + " (" + host.property("java.vm.name") + ", "
                + host.property("java.vendor") + ")";
    }
}
