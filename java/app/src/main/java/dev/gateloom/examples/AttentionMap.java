package dev.gateloom.examples;

import java.util.List;

/**
 * Where a decoder looked: a row for each token of the answer, a column for each of the source, the darker the more attention.
 *
 * @param source tokens read
 * @param answer tokens given
 * @param weights for each token of the answer (and perhaps its end) one for each of the source
 */
record AttentionMap(List<String> source, List<String> answer, List<float[]> weights) {
    private static final int CELL = 24;
    private static final int MARGIN = 60;

    /** Maps one below the other. */
    static Svg picture(List<AttentionMap> maps) {
        int columns = maps.stream().mapToInt(m -> m.source.size()).max().orElse(0);
        int rows = maps.stream().mapToInt(m -> m.answer.size()).sum();
        Svg picture = new Svg(2 * MARGIN + columns * CELL, rows * CELL + maps.size() * MARGIN + CELL);
        int top = MARGIN;
        for (AttentionMap map : maps) {
            map.draw(picture, top);
            top += map.answer.size() * CELL + MARGIN;
        }
        return picture;
    }

    private void draw(Svg picture, int top) {
        for (int column = 0; column < source.size(); column++) {
            picture.text(MARGIN + (column + 0.5) * CELL, top - 6, "middle", source.get(column));
        }
        for (int row = 0; row < answer.size(); row++) {
            picture.text(MARGIN - 6, top + (row + 0.7) * CELL, "end", answer.get(row));
            for (int column = 0; column < source.size(); column++) {
                picture.pixel(MARGIN + column * CELL, top + row * CELL, CELL - 1, weights.get(row)[column]);
            }
        }
    }
}
