package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Case;
import dev.gateloom.bench.report.Csv;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** {@code results.csv}: one line for each case and contender, plain numbers, for other programs. */
final class GpuCsv {

    private GpuCsv() {
    }

    static String of(DeviceLimits limits, List<GpuMeasurement> measurements) {
        List<String> header = List.of();
        List<List<String>> rows = new ArrayList<>();
        for (GpuMeasurement m : measurements) {
            Map<String, String> row = row(limits, m);
            header = List.copyOf(row.keySet());
            rows.add(List.copyOf(row.values()));
        }
        return Csv.of(header, rows);
    }

    /** Columns and cells; empty where there is nothing to say. */
    static Map<String, String> row(DeviceLimits limits, GpuMeasurement m) {
        Case c = m.of().of();
        Map<String, String> row = new LinkedHashMap<>();
        row.put("cell", c.cell().name());
        row.put("kind", c.kind().text());
        row.put("batch", String.valueOf(c.dims().batch()));
        row.put("steps", String.valueOf(c.dims().steps()));
        row.put("input_size", String.valueOf(c.dims().inputSize()));
        row.put("hidden_size", String.valueOf(c.dims().hiddenSize()));
        row.put("layers", String.valueOf(c.layers()));
        row.put("ragged", String.valueOf(c.ragged()));
        row.put("precision", GpuCase.name(m.of().precision()));
        row.put("contender", m.contender());
        row.put("contender_precision", GpuCase.name(m.precision()));
        row.put("by", m.ok() ? m.run().how().text() : "");
        boolean timed = m.timed();
        row.put("nanos_median", timed ? Csv.number(m.median()) : "");
        row.put("nanos_spread", timed ? Csv.number(m.spread()) : "");
        row.put("rounds", timed ? String.valueOf(m.nanos().length) : "");
        row.put("tflops", timed ? Csv.number(m.tflops()) : "");
        row.put("share_of_products", timed ? number(limits.productShare(m)) : "");
        row.put("share_of_copy", timed ? number(limits.copyShare(m)) : "");
        boolean apart = timed && m.run().rotation() != null;
        row.put("open_nanos", apart ? Csv.number(m.run().preparation().open()) : "");
        row.put("first_call_nanos", apart ? Csv.number(m.run().preparation().firstCall()) : "");
        row.put("capture_nanos", apart ? Csv.number(m.run().preparation().capture()) : "");
        row.put("transfer_nanos", apart ? Csv.number(m.run().transferNanos()) : "");
        row.put("sets", m.ok() && m.run().rotation() != null ? String.valueOf(m.run().rotation().sets()) : "");
        row.put("past_l2", apart ? String.valueOf(m.run().rotation().isPastL2()) : "");
        Counts counts = m.ok() ? m.run().counts() : null;
        row.put("launches", counts == null ? "" : String.valueOf(counts.launches()));
        row.put("warp_instructions", counts == null ? "" : String.valueOf(counts.instructions()));
        row.put("memory_bytes", counts == null ? "" : String.valueOf(counts.bytes()));
        row.put("failure", m.failure());
        return row;
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? Csv.number(value.getAsDouble()) : "";
    }
}
