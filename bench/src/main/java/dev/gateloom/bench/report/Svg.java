package dev.gateloom.bench.report;

import java.util.Locale;

/** An SVG picture under construction. Colours are CSS classes, so that one picture serves light and dark pages. */
final class Svg {
    private final StringBuilder out = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height, String title) {
        this.width = width;
        this.height = height;
        out.append(String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                + "xmlns=\"http://www.w3.org/2000/svg\"><title>%s</title>%n", width, height, width, height,
                escape(title)));
    }

    /** Anchor is start, middle or end. */
    Svg text(double x, double y, String anchor, String style, String text) {
        out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>%n",
                x, y, anchor, style, escape(text)));
        return this;
    }

    Svg line(double x1, double y1, double x2, double y2, String style) {
        out.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
                x1, y1, x2, y2, style));
        return this;
    }

    Svg bar(double x, double y, double w, double h, String style, String tooltip) {
        out.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\" "
                + "class=\"%s\"><title>%s</title></rect>%n", x, y, Math.max(w, 1), h, style, escape(tooltip)));
        return this;
    }

    Svg dot(double x, double y, String style, String tooltip) {
        out.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"%s\"><title>%s</title>"
                + "</circle>%n", x, y, style, escape(tooltip)));
        return this;
    }

    /** A line through points x, y, x, y, … */
    Svg path(double[] points, String style) {
        out.append("<polyline points=\"");
        for (int k = 0; k < points.length; k += 2) {
            out.append(String.format(Locale.ROOT, "%.1f,%.1f ", points[k], points[k + 1]));
        }
        out.append("\" class=\"").append(style).append("\"/>\n");
        return this;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    String build() {
        return out + "</svg>\n";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
