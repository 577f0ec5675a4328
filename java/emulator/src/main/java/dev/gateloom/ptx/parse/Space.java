package dev.gateloom.ptx.parse;

/** State spaces. */
public enum Space {
    /** Any of the others, told apart by the address. */
    GENERIC,
    /** Device memory. */
    GLOBAL,
    /** Memory of a block. */
    SHARED,
    /** Memory of any block of a cluster. */
    CLUSTER_SHARED,
    /** Memory of a thread. */
    LOCAL,
    /** Arguments of the kernel. */
    PARAM,
    /** Constants of the program. */
    CONST;

    /**
     * The space of a modifier.
     *
     * @param name without the dot
     * @return the space; null if it names none
     */
    static Space of(String name) {
        return switch (name) {
            case "global" -> GLOBAL;
            case "shared", "shared::cta" -> SHARED;
            case "local" -> LOCAL;
            case "param", "param::entry" -> PARAM;
            case "const" -> CONST;
            default -> null;
        };
    }

    /**
     * As PTX writes it.
     *
     * @return for example {@code shared}
     */
    public String word() {
        return this == CLUSTER_SHARED ? "shared" : name().toLowerCase(java.util.Locale.ROOT);
    }
}
