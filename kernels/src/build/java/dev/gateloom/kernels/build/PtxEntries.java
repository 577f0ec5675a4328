package dev.gateloom.kernels.build;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels of a PTX text and the block sizes that they were compiled for. */
final class PtxEntries {
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+(\\w+)[^{]*");
    private static final Pattern THREADS = Pattern.compile("\\.(?:max|req)ntid\\s+(\\d+)(?:\\s*,\\s*(\\d+))?(?:\\s*,\\s*(\\d+))?");

    private PtxEntries() {
    }

    /**
     * Threads of a block by kernel.
     *
     * @throws CompileException if a kernel does not say: then its registers would be bounded for 1024 threads
     */
    static Map<String, Integer> threads(String ptx) throws CompileException {
        Map<String, Integer> all = new TreeMap<>();
        Matcher entry = ENTRY.matcher(ptx);
        while (entry.find()) {
            Matcher threads = THREADS.matcher(entry.group());
            if (!threads.find()) {
                throw new CompileException("kernel " + entry.group(1) + " has no __launch_bounds__: give it the size of its blocks");
            }
            all.put(entry.group(1), factor(threads.group(1)) * factor(threads.group(2)) * factor(threads.group(3)));
        }
        return all;
    }

    private static int factor(String number) {
        return number == null ? 1 : Integer.parseInt(number);
    }
}
