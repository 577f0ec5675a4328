package dev.gateloom.ptx.exec;

import java.util.Set;

/** Special registers that keep their value while a thread runs. Clocks are read by an instruction of their own. */
final class Specials {
    private static final Set<String> PLAIN = Set.of("%laneid", "%warpid", "%nwarpid", "%smid", "%nsmid", "%gridid",
            "%lanemask_eq", "%lanemask_le", "%lanemask_lt", "%lanemask_ge", "%lanemask_gt", "%dynamic_smem_size",
            "%total_smem_size");
    private static final Set<String> TRIPLES = Set.of("%tid", "%ntid", "%ctaid", "%nctaid");

    private Specials() {
    }

    static boolean isWide(String name) {
        return name.equals("%gridid") || name.equals("%clock64") || name.equals("%globaltimer");
    }

    static boolean isKnown(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? PLAIN.contains(name)
                : TRIPLES.contains(name.substring(0, dot)) && "x y z".contains(name.substring(dot + 1));
    }

    /** The value in one lane. */
    static int word(String name, Warp warp, int lane) {
        Cta cta = warp.cta();
        Geometry shape = cta.grid().geometry();
        int thread = warp.index() * Warp.LANES + lane;
        int dot = name.indexOf('.');
        if (dot > 0) {
            int axis = name.charAt(dot + 1) - 'x';
            return switch (name.substring(0, dot)) {
                case "%tid" -> threadIndex(shape, thread, axis);
                case "%ntid" -> axis == 0 ? shape.blockX() : axis == 1 ? shape.blockY() : shape.blockZ();
                case "%ctaid" -> cta.index(axis);
                default -> axis == 0 ? shape.gridX() : axis == 1 ? shape.gridY() : shape.gridZ();
            };
        }
        return switch (name) {
            case "%laneid" -> lane;
            case "%warpid" -> warp.index();
            case "%nwarpid" -> (shape.threads() + Warp.LANES - 1) / Warp.LANES;
            case "%smid" -> cta.multiprocessor();
            case "%nsmid" -> cta.grid().policy().multiprocessors();
            case "%lanemask_eq" -> 1 << lane;
            case "%lanemask_lt" -> (1 << lane) - 1;
            case "%lanemask_le" -> (1 << lane) - 1 | 1 << lane;
            case "%lanemask_gt" -> ~((1 << lane) - 1 | 1 << lane);
            case "%lanemask_ge" -> -(1 << lane);
            case "%dynamic_smem_size" -> shape.dynamicShared();
            case "%total_smem_size" -> cta.shared().size();
            default -> throw new IllegalStateException(name);
        };
    }

    static int threadIndex(Geometry shape, int thread, int axis) {
        return switch (axis) {
            case 0 -> thread % shape.blockX();
            case 1 -> thread / shape.blockX() % shape.blockY();
            default -> thread / shape.blockX() / shape.blockY();
        };
    }
}
