package dev.gateloom.machine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processor's model. Each system keeps it elsewhere. */
final class Cpu {
    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(\\S.*?)\\s*$");
    /** Linux on ARM: no model, but the numbers that identify it. */
    private static final Pattern ARM_MAKER = Pattern.compile("(?m)^CPU implementer\\s*:\\s*(\\S+)");
    private static final Pattern ARM_PART = Pattern.compile("(?m)^CPU part\\s*:\\s*(\\S+)");
    private static final Pattern LSCPU = Pattern.compile("(?m)^Model name:\\s*(\\S.*?)\\s*$");
    private static final Pattern REGISTRY = Pattern.compile("ProcessorNameString\\s+REG_SZ\\s+(\\S.*?)\\s*\\R");

    private Cpu() {
    }

    static String model(Host host) {
        String system = host.property("os.name");
        Optional<String> model = system.startsWith("Windows") ? windows(host)
                : system.startsWith("Mac") ? host.run("sysctl", "-n", "machdep.cpu.brand_string").map(String::strip)
                : linux(host);
        return model.filter(m -> !m.isEmpty()).orElse("model unknown, architecture " + host.property("os.arch"));
    }

    private static Optional<String> windows(Host host) {
        return host.run("reg", "query", "HKLM\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", "/v",
                "ProcessorNameString").flatMap(text -> first(REGISTRY, text))
                .or(() -> Optional.of(host.environment("PROCESSOR_IDENTIFIER")));
    }

    private static Optional<String> linux(Host host) {
        Optional<String> info = host.read("/proc/cpuinfo");
        return info.flatMap(text -> first(MODEL, text))
                .or(() -> host.run("lscpu").flatMap(text -> first(LSCPU, text)).filter(name -> !name.equals("-")))
                .or(() -> info.flatMap(text -> first(ARM_MAKER, text).flatMap(maker ->
                        first(ARM_PART, text).map(part -> "ARM implementer " + maker + ", part " + part))));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }
}
