package dev.gateloom.bench.report;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Change;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Limits;
import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.NamedShape;
import dev.gateloom.bench.Results;
import dev.gateloom.bench.Settings;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A made-up set of results with everything a report can hold. */
public final class Samples {
    /** LSTM forward on S2: 1 ms for cpu, 2 ms for the rival, 100 ms for the reference. */
    public static final Case LSTM_S2 = new Case(CellType.LSTM, NamedShape.S2.dims(), Kind.FORWARD);

    private Samples() {
    }

    /** Two engines, one rival, a sweep, single steps, a failure, a forecast and a comparison. */
    public static Results full() {
        List<Measurement> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.FORWARD, Kind.TRAINING)) {
            for (NamedShape shape : NamedShape.values()) {
                Case c = new Case(CellType.LSTM, shape.dims(), kind);
                double best = c.flops() / 100;
                double scale = c.equals(LSTM_S2) ? 1e6 / best : 1;
                all.add(measured(c, "cpu", best * scale));
                all.add(new Measurement(c, "reference", "plain loops", c.with(c.dims().slice(1, 1)),
                        new double[][] {{100 * best * scale}}, ""));
                all.add(measured(c, "rival <&\"", 2 * best * scale));
            }
        }
        for (int batch = 1; batch <= 64; batch *= 2) {
            Case c = new Case(CellType.GRU, new Dims(batch, 100, 256, 256), Kind.FORWARD);
            all.add(measured(c, "cpu", c.flops() / (20 + batch)));
            all.add(measured(c, "rival <&\"", c.flops() / (10 + batch)));
        }
        for (int hidden : new int[] {128, 512}) {
            Case c = new Case(CellType.GRU, new Dims(1, 1, hidden, hidden), Kind.STEP);
            all.add(measured(c, "cpu", 1000 * hidden));
        }
        all.add(Measurement.failed(LSTM_S2.with(NamedShape.S1.dims()), "broken", "y[3] is NaN, \"oh\", dear"));
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("CPU", "Example 3000 <fast>");
        machine.put("GPU", "none: no NVIDIA driver");
        return new Results(ZonedDateTime.of(2026, 11, 21, 9, 5, 0, 0, ZoneId.of("UTC")), "--rivals --shape S2", machine,
                new Limits(2, 120, 200, 30, "fused multiply-add on 512-bit vectors"), new Settings(7, 1.5, 1, false),
                List.of("cpu", "reference"), List.of("rival <&\""), all, List.of("rival: has no GRU layer."),
                List.of("a note"), Optional.of(forecast()), List.of(new Change("cpu", LSTM_S2.title(), 2e6, 1e6, 0.01)));
    }

    private static Measurement measured(Case c, String contender, double nanos) {
        return new Measurement(c, contender, contender + " 1.0", c,
                new double[][] {{nanos * 0.99}, {nanos}, {nanos * 1.01}}, "");
    }

    private static ForecastSection forecast() {
        List<String> days = new ArrayList<>();
        double[] actual = new double[365];
        double[] forecast = new double[365];
        for (int k = 0; k < 365; k++) {
            days.add(java.time.LocalDate.of(2015, 1, 1).plusDays(k).toString());
            actual[k] = 15 - 10 * Math.cos(k * 2 * Math.PI / 365) + 3 * Math.sin(k * 0.7);
            forecast[k] = 15 - 10 * Math.cos(k * 2 * Math.PI / 365) + 2 * Math.sin(k * 0.7);
        }
        Map<String, Double> rmse = new LinkedHashMap<>();
        rmse.put("LSTM", 2.9);
        rmse.put("persistence", 3.6);
        Map<String, double[]> curves = new LinkedHashMap<>();
        curves.put("measured", actual);
        curves.put("one day ahead", forecast);
        return new ForecastSection("Seattle's daily maximum", "A two-layer LSTM.", rmse, List.of(2.8, 2.9, 3.0), 20.5,
                days, curves);
    }
}
