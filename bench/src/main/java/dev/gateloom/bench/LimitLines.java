package dev.gateloom.bench;

import dev.gateloom.bench.report.Text;
import java.util.LinkedHashMap;
import java.util.Map;

/** The measured limits, as lines below those of {@link dev.gateloom.machine.Machine}. */
final class LimitLines {

    private LimitLines() {
    }

    static Map<String, String> of(Limits limits) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("peak, one thread", Text.digits(limits.peakOne()) + " GFLOP/s, " + limits.how());
        lines.put("peak, all threads", Text.digits(limits.peakAll()) + " GFLOP/s, " + limits.threads() + " threads");
        lines.put("memory bandwidth", Text.digits(limits.bandwidth()) + " GB/s, a = b + s·c on " + limits.threads()
                + " threads");
        return lines;
    }
}
