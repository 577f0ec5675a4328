package dev.gateloom.machine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Name and version of the operating system; of the distribution too, where that is kept in a file. */
final class OperatingSystem {
    private static final Pattern DISTRIBUTION = Pattern.compile("(?m)^PRETTY_NAME=\"?([^\"\\n]+)\"?$");

    private OperatingSystem() {
    }

    static String name(Host host) {
        String kernel = host.property("os.name") + " " + host.property("os.version") + ", "
                + host.property("os.arch");
        Matcher m = DISTRIBUTION.matcher(host.read("/etc/os-release").orElse(""));
        return m.find() ? m.group(1) + " (" + kernel + ")" : kernel;
    }
}
