package dev.gateloom.kernels.build;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the assembler says of each kernel with {@code -v}:
 * <pre>
 * ptxas info    : Compiling entry function 'lstm_forward' for 'sm_90'
 * ptxas info    : Function properties for lstm_forward
 *     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
 * ptxas info    : Used 32 registers, used 1 barriers, 8704 bytes smem, 420 bytes cmem[0]
 * </pre>
 */
final class PtxasLog {
    private static final Pattern ENTRY = Pattern.compile("Compiling entry function '(\\w+)' for '(\\w+)'");
    private static final Pattern MEMORY = Pattern.compile(
            "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    private PtxasLog() {
    }

    /**
     * Resources of one kernel.
     *
     * @param kernel name
     * @param registers of a thread
     * @param stackBytes of a thread
     * @param spillStoreBytes of a thread
     * @param spillLoadBytes of a thread
     * @param sharedBytes static, of a block
     */
    record Usage(String kernel, int registers, int stackBytes, int spillStoreBytes, int spillLoadBytes, int sharedBytes) {
    }

    /**
     * Reads a log.
     *
     * @throws CompileException if it is not what this version of the compiler writes
     */
    static List<Usage> parse(String log) throws CompileException {
        List<Usage> all = new ArrayList<>();
        Matcher entry = ENTRY.matcher(log);
        int next = entry.find() ? entry.start() : log.length();
        while (next < log.length()) {
            String kernel = entry.group(1);
            int start = next;
            next = entry.find() ? entry.start() : log.length();
            String part = log.substring(start, next);
            Matcher memory = find(MEMORY, part);
            Matcher shared = SHARED.matcher(part);
            all.add(new Usage(kernel, number(find(REGISTERS, part), 1), number(memory, 1), number(memory, 2),
                    number(memory, 3), shared.find() ? number(shared, 1) : 0));
        }
        return all;
    }

    private static Matcher find(Pattern pattern, String part) throws CompileException {
        Matcher matcher = pattern.matcher(part);
        if (!matcher.find()) {
            throw new CompileException("the assembler's report has no \"" + pattern + "\" in\n" + part);
        }
        return matcher;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
