package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.report.BarChart;
import dev.gateloom.bench.report.Figure;
import dev.gateloom.bench.report.Text;
import java.util.ArrayList;
import java.util.List;

/** Bars of a run with times: for each kind of call and precision, how long everybody takes. */
final class GpuCharts {
    private static final int COLOURS = 8;
    private static final int MOST_CASES = 16;           // more are a sweep, which has its maps

    private GpuCharts() {
    }

    static List<Figure> of(GpuResults r) {
        List<Figure> figures = new ArrayList<>();
        List<String> contenders = r.measurements().stream().map(GpuMeasurement::contender).distinct().toList();
        for (Kind kind : Kind.values()) {
            for (Precision precision : Precision.values()) {
                List<GpuCase> cases = r.cases().stream().filter(c -> c.of().kind() == kind && c.precision() == precision
                        && r.best(c).isPresent()).toList();
                if (!cases.isEmpty() && cases.size() <= MOST_CASES) {
                    figures.add(bars(r, kind.text() + ", " + GpuCase.name(precision), cases, contenders));
                }
            }
        }
        return figures;
    }

    private static Figure bars(GpuResults r, String title, List<GpuCase> cases, List<String> contenders) {
        BarChart chart = new BarChart(title, "times as fast as the slowest on the device (longer is better)", Text::ratio);
        for (GpuCase c : cases) {
            double slowest = r.of(c).stream().filter(m -> m.timed() && m.run().how() != GpuMeasurement.How.HOST)
                    .mapToDouble(GpuMeasurement::median).max().orElse(Double.NaN);
            List<BarChart.Bar> bars = new ArrayList<>();
            for (GpuMeasurement m : r.of(c)) {
                if (m.timed() && m.run().how() != GpuMeasurement.How.HOST) {
                    bars.add(new BarChart.Bar(m.label(), slowest / m.median(),
                            "fill" + contenders.indexOf(m.contender()) % COLOURS));
                }
            }
            if (!bars.isEmpty()) {
                chart.group(c.of().cell() + " " + c.of().dims() + (c.of().layers() > 1 ? " ×" + c.of().layers() : "")
                        + (c.of().ragged() ? " ragged" : ""), bars);
            }
        }
        return new Figure(chart.svg(), "Batch × steps × input × hidden. Times are in the table below.");
    }
}
