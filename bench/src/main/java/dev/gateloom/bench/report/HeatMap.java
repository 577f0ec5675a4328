package dev.gateloom.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A grid of two sizes whose cells are coloured by who is in front there, with a legend below. */
public final class HeatMap {
    private static final int WIDTH = 528;
    private static final int TOP = 48;
    private static final int LEFT = 76;
    private static final int CELL = 30;                 // height
    private static final int LEGEND = 19;
    private static final int COLOURS = 8;
    private static final int MOST_CHARACTERS = 68;      // of a line of the legend

    private final String title;
    private final String columnsName;
    private final List<String> columns;
    private final String rowsName;
    private final List<String> rows;
    private final Map<String, Integer> categories = new LinkedHashMap<>();
    private final Cell[][] cells;

    private record Cell(int category, String label, String tooltip) {
    }

    /**
     * An empty grid.
     *
     * @param title above it
     * @param columnsName what the columns are
     * @param columns from left to right
     * @param rowsName what the rows are
     * @param rows from top to bottom
     */
    public HeatMap(String title, String columnsName, List<String> columns, String rowsName, List<String> rows) {
        this.title = title;
        this.columnsName = columnsName;
        this.columns = columns;
        this.rowsName = rowsName;
        this.rows = rows;
        cells = new Cell[rows.size()][columns.size()];
    }

    /**
     * Fills a cell.
     *
     * @param row from 0
     * @param column from 0
     * @param category decides the colour and is named in the legend
     * @param label a few characters inside the cell
     */
    public void cell(int row, int column, String category, String label) {
        categories.putIfAbsent(category, categories.size());
        cells[row][column] = new Cell(categories.get(category), label,
                columnsName + " " + columns.get(column) + ", " + rowsName + " " + rows.get(row) + ": " + category + " " + label);
    }

    /**
     * Draws it.
     *
     * @return an {@code <svg>} element
     */
    public String svg() {
        int floor = TOP + rows.size() * CELL;
        double width = (double) (WIDTH - LEFT - 12) / columns.size();
        Svg svg = new Svg(WIDTH, floor + 44 + categories.size() * LEGEND, title);
        svg.text(8, 18, "start", "title", title).text(8, TOP - 8, "start", "unit", rowsName);
        for (int r = 0; r < rows.size(); r++) {
            double y = TOP + r * CELL;
            svg.text(LEFT - 8, y + CELL / 2.0 + 4, "end", "tick", rows.get(r));
            for (int c = 0; c < columns.size(); c++) {
                Cell cell = cells[r][c];
                if (cell != null) {
                    double x = LEFT + c * width;
                    svg.bar(x, y, width - 2, CELL - 2, "fill" + cell.category % COLOURS, cell.tooltip)
                            .text(x + width / 2 - 1, y + CELL / 2.0 + 4, "middle", "cell", cell.label);
                }
            }
        }
        for (int c = 0; c < columns.size(); c++) {
            svg.text(LEFT + (c + 0.5) * width, floor + 14, "middle", "tick", columns.get(c));
        }
        svg.text(LEFT + columns.size() * width / 2, floor + 31, "middle", "unit", columnsName);
        categories.forEach((name, k) -> {
            double y = floor + 40 + k * LEGEND;
            svg.bar(8, y, 12, 12, "fill" + k % COLOURS, name).text(26, y + 10, "start", "name", clipped(name));
        });
        return svg.build();
    }

    private static String clipped(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS - 1) + "…";
    }
}
