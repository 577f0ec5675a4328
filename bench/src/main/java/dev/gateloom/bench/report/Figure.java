package dev.gateloom.bench.report;

/**
 * A picture and the sentence under it.
 *
 * @param svg an {@code <svg>} element
 * @param caption what it shows, beside its title
 */
public record Figure(String svg, String caption) {
}
