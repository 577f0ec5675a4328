package dev.gateloom.ptx.parse;

/**
 * A line of the source that the PTX was compiled from.
 *
 * @param file its name without folders
 * @param line from 1
 */
public record Location(String file, int line) {

    /** As compilers write it. */
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
