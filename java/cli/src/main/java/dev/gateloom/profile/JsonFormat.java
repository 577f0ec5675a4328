package dev.gateloom.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.device.GpuModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An object with the pass, its device and a list of kernels, whose members are named like the columns of {@link CsvFormat}. */
final class JsonFormat {
    private JsonFormat() {
    }

    static String of(ProfileReport report) {
        Map<String, Object> top = new LinkedHashMap<>();
        describe(top, report.work());
        top.put("precision", report.precision().name().toLowerCase(Locale.ROOT));
        top.put("device", report.device());
        top.put("strategy", report.strategy().lines().toList());
        top.put("estimates_for", report.counted() ? peaks(report.gpu()) : null);
        List<Map<String, Object>> kernels = new ArrayList<>();
        List<Column> columns = Column.of(report);
        for (KernelProfile kernel : report.kernels()) {
            Map<String, Object> members = new LinkedHashMap<>();
            columns.forEach(column -> members.put(column.name(), column.value().apply(kernel)));
            kernels.add(members);
        }
        top.put("kernels", kernels);
        return print(top);
    }

    /** What every object begins with. */
    static void describe(Map<String, Object> top, Workload work) {
        top.put("cell", work.cell().name().toLowerCase(Locale.ROOT));
        top.put("batch", work.batch());
        top.put("steps", work.steps());
        top.put("input_size", work.inputSize());
        top.put("hidden_size", work.hiddenSize());
        top.put("layers", work.layers());
        top.put("bidirectional", work.bidirectional());
        top.put("options", work.options());
        top.put("pass", work.pass());
    }

    /** Named as in the table of GPUs. */
    private static Map<String, Object> peaks(GpuModel gpu) {
        Map<String, Object> peaks = new LinkedHashMap<>();
        peaks.put("name", gpu.name());
        peaks.put("label", gpu.label());
        peaks.put("architecture", gpu.architecture());
        peaks.put("multiprocessors", gpu.multiprocessors());
        peaks.put("boost_mhz", gpu.boostMegahertz());
        peaks.put("fp32_tflops", gpu.fp32Tflops());
        peaks.put("tensor_tflops", gpu.tensorTflops());
        peaks.put("mma_share", gpu.mmaShare());
        peaks.put("memory_gb_per_s", gpu.memoryGigabytesPerSecond());
        peaks.put("memory_gib", gpu.memoryGibibytes());
        peaks.put("l2_mib", gpu.l2Mebibytes());
        peaks.put("l2_latency", gpu.l2Latency());
        peaks.put("l2_bytes_per_clock", gpu.l2BytesPerClock());
        peaks.put("source", gpu.source());
        return peaks;
    }

    /** With line breaks. */
    static String print(Map<String, Object> top) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(top) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("all of it is numbers and text", e);
        }
    }
}
