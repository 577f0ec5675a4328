package dev.gateloom.profile;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A line for each kernel, below a line of names. The pass and its device stand in every line, so that files can be joined. */
final class CsvFormat {
    private CsvFormat() {
    }

    static String of(ProfileReport report) {
        List<Column> columns = Column.of(report);
        Workload work = report.work();
        String pass = String.join(",", work.cell().name().toLowerCase(Locale.ROOT), work.shape(),
                String.valueOf(work.layers()), String.valueOf(work.bidirectional()),
                quoted(String.join(" ", work.options())), work.pass(), report.precision().name().toLowerCase(Locale.ROOT),
                report.strategies(), quoted(report.strategy().replace("\n", "; ")), quoted(report.device()),
                quoted(report.counted() ? report.gpu().label() : ""));
        StringBuilder text = new StringBuilder("cell,shape,layers,bidirectional,options,pass,precision,strategy,strategy_reason,device,estimates_for,"
                + columns.stream().map(Column::name).collect(Collectors.joining(",")) + "\n");
        for (KernelProfile kernel : report.kernels()) {
            text.append(pass);
            columns.forEach(column -> text.append(',').append(cell(column.value().apply(kernel))));
            text.append('\n');
        }
        return text.toString();
    }

    /** Names of kernels and sizes have no commas. */
    private static String cell(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.6g", number) : value.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
