package dev.gateloom.examples;

import java.util.Locale;

/** A picture under construction: an SVG file that stands by itself. Coordinates are pixels from the upper left corner. */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    /** On white. */
    Svg(int width, int height) {
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                + "font-family=\"sans-serif\" font-size=\"12\">", width, height, width, height);
        rectangle(0, 0, width, height, "white");
    }

    private Svg add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /** Filled, without a border. Colours are CSS's. */
    Svg rectangle(double x, double y, double width, double height, String colour) {
        return add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height, colour);
    }

    /** A square of a grey-scale image: 0 is white, 1 black. */
    Svg pixel(double x, double y, double size, double darkness) {
        return rectangle(x, y, size, size, grey(darkness));
    }

    /** A colour from white, 0, to black, 1. */
    static String grey(double darkness) {
        int level = (int) Math.round(255 * (1 - Math.max(0, Math.min(1, darkness))));
        return "rgb(" + level + "," + level + "," + level + ")";
    }

    /** A line through points x, y, x, y, … */
    Svg path(double[] points, String colour, double width) {
        StringBuilder list = new StringBuilder();
        for (int k = 0; k + 1 < points.length; k += 2) {
            list.append(String.format(Locale.ROOT, "%.1f,%.1f ", points[k], points[k + 1]));
        }
        return add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\" "
                + "stroke-linecap=\"round\"/>", list.toString().trim(), colour, width);
    }

    /** On its base line; the anchor that x is meant for is start, middle or end. */
    Svg text(double x, double y, String anchor, String text) {
        return add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escape(text));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    String build() {
        return out + "</svg>\n";
    }
}
