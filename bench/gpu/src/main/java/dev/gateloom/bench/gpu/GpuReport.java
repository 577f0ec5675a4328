package dev.gateloom.bench.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gateloom.bench.report.Document;
import dev.gateloom.bench.report.Figure;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report of a run on a device, as every kind of file. */
final class GpuReport {
    static final String WARNING = "Executed on the emulator: every result was verified, but nothing here was timed, and nothing here "
            + "ran on a GPU.";

    private GpuReport() {
    }

    /** Names and texts. */
    static Map<String, String> files(GpuResults r) {
        Document document = document(r);
        Map<String, String> files = new LinkedHashMap<>();
        files.put("report.html", document.html());
        files.put("report.md", document.markdown());
        files.put("results.csv", GpuCsv.of(r.limits(), r.measurements()));
        files.put("results.json", json(r));
        return files;
    }

    static Document document(GpuResults r) {
        Document document = new Document("Gateloom GPU benchmark", r.started(), r.command());
        if (!r.settings().timed()) {
            document.warning(WARNING);
        }
        document.findings(GpuFindings.of(r)).heading("Machine").facts(r.environment()).heading("Limits of the device")
                .facts(r.limits().lines());
        List<Figure> figures = new ArrayList<>(WinMaps.of(r));
        figures.addAll(GpuCharts.of(r));
        if (!figures.isEmpty()) {
            document.heading("Charts").figures(figures);
        }
        document.heading("All results").table(GpuTables.results(r));
        if (r.settings().timed()) {
            document.heading("Apart from the kernels").table(GpuTables.apart(r));
        }
        document.heading("How each recurrence ran").table(GpuTables.strategies(r))
                .heading("How it was measured").notes(GpuMethod.of(r));
        if (!GpuMethod.remarks(r).isEmpty()) {
            document.heading("Notes").notes(GpuMethod.remarks(r));
        }
        return document;
    }

    private static String json(GpuResults r) {
        Map<String, Object> top = new LinkedHashMap<>();
        top.put("started", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(r.started()));
        top.put("command", "bench/run " + r.command());
        top.put("timed", r.settings().timed());
        top.put("environment", r.environment());
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("copy_gb_per_s", r.limits().copy().isPresent() ? r.limits().copy().getAsDouble() : null);
        r.limits().products().forEach((precision, rate) -> {
            limits.put("products_tflops_" + GpuCase.name(precision), rate.tflops());
            limits.put("products_by_" + GpuCase.name(precision), rate.by());
        });
        top.put("limits", limits);
        top.put("measurements", r.measurements().stream().map(m -> measurement(r, m)).toList());
        top.put("notes", r.notes());
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(top) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the results cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> measurement(GpuResults r, GpuMeasurement m) {
        Map<String, Object> members = new LinkedHashMap<>();
        GpuCsv.row(r.limits(), m).forEach((name, value) -> members.put(name, value.isEmpty() ? null : value));
        members.put("nanos", m.nanos());
        if (m.ok()) {
            members.put("engine", m.run().engine());
            members.put("strategy", m.run().strategy().lines().toList());
            members.put("clocks", m.run().clocks());
        }
        return members;
    }
}
