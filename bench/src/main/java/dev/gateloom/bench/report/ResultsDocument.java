package dev.gateloom.bench.report;

import dev.gateloom.bench.Results;
import java.util.List;
import java.util.Locale;

/** The report of a run on the CPU. */
final class ResultsDocument {

    private ResultsDocument() {
    }

    static Document of(Results r) {
        Document document = new Document("Gateloom benchmark", r.started(), r.command()).findings(Findings.of(r))
                .heading("Machine").facts(r.machine())
                .heading("Charts").figures(new Charts(r).all());
        r.forecast().ifPresent(f -> forecast(document, f));
        if (!r.changes().isEmpty()) {
            document.heading("Changes since the older run").table(Table.ofChanges(r.changes()));
        }
        document.heading("All results").table(Table.of(r)).heading("How it was measured").notes(Method.of(r));
        if (!Method.remarks(r).isEmpty()) {
            document.heading("Notes").notes(Method.remarks(r));
        }
        return document;
    }

    private static void forecast(Document document, ForecastSection f) {
        document.heading("Forecast of " + f.title()).text(f.explanation())
                .table(new Table(List.of("method", "", "RMSE, °C"), f.rmse().entrySet().stream()
                        .map(e -> List.of(e.getKey(), "", String.format(Locale.ROOT, "%.2f", e.getValue()))).toList()))
                .text(String.format(Locale.ROOT, "Error for each seed: %s °C. Training and scoring took %.1f s.",
                        String.join(", ", f.seeds().stream().map(s -> String.format(Locale.ROOT, "%.2f", s)).toList()),
                        f.seconds()));
    }
}
