package dev.gateloom.machine;

import java.util.Locale;

/** The width of the widest vectors that {@code jdk.incubator.vector} uses here. */
final class Simd {
    private static final String MODULE = "jdk.incubator.vector";

    private Simd() {
    }

    /** By reflection, because the module is there only when the JVM was started with it. */
    static String width() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return "none: this JVM was started without --add-modules " + MODULE;
        }
        try {
            Object species = Class.forName(MODULE + ".FloatVector").getField("SPECIES_PREFERRED").get(null);
            int bits = (int) Class.forName(MODULE + ".VectorSpecies").getMethod("vectorBitSize").invoke(species);
            return String.format(Locale.ROOT, "%d bits, %d floats at once (%s)", bits, bits / Float.SIZE, MODULE);
        } catch (ReflectiveOperationException e) {
            return "unknown: " + MODULE + " of this JVM has another shape (" + e + ")";
        }
    }
}
