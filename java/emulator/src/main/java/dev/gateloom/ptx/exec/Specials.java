package dev.gateloom.ptx.exec;

import java.util.Arrays;
import java.util.Set;

/** Special registers that keep their value while a thread runs. Clocks are read by an instruction of their own. */
final class Specials {
    private static final Set<String> PLAIN = Set.of("%laneid", "%warpid", "%nwarpid", "%smid", "%nsmid", "%gridid",
            "%lanemask_eq", "%lanemask_le", "%lanemask_lt", "%lanemask_ge", "%lanemask_gt", "%dynamic_smem_size",
            "%total_smem_size", "%cluster_ctarank", "%cluster_nctarank");
    private static final Set<String> TRIPLES = Set.of("%tid", "%ntid", "%ctaid", "%nctaid", "%clusterid", "%nclusterid",
            "%cluster_ctaid", "%cluster_nctaid");

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

    /** The values in all lanes. */
    static void fill(String name, Warp warp, int[] lanes) {
        int dot = name.indexOf('.');
        Geometry shape = warp.cta().grid().geometry();
        int first = warp.index() * Warp.LANES;
        if (dot < 0 && name.startsWith("%lane")) {
            Arrays.setAll(lanes, lane -> lane(name, lane));
        } else if (dot < 0) {
            Arrays.fill(lanes, plain(name, warp));
        } else if (name.startsWith("%tid.")) {
            int axis = name.charAt(dot + 1) - 'x';
            Arrays.setAll(lanes, lane -> threadIndex(shape, first + lane, axis));
        } else {
            Arrays.fill(lanes, triple(name.substring(0, dot), name.charAt(dot + 1) - 'x', warp.cta()));
        }
    }

    private static int lane(String name, int lane) {
        return switch (name) {
            case "%laneid" -> lane;
            case "%lanemask_eq" -> 1 << lane;
            case "%lanemask_lt" -> (1 << lane) - 1;
            case "%lanemask_le" -> (1 << lane) - 1 | 1 << lane;
            case "%lanemask_gt" -> ~((1 << lane) - 1 | 1 << lane);
            case "%lanemask_ge" -> -(1 << lane);
            default -> throw new IllegalStateException(name);
        };
    }

    /** What is the same for all threads of a warp. */
    private static int plain(String name, Warp warp) {
        Cta cta = warp.cta();
        Geometry shape = cta.grid().geometry();
        return switch (name) {
            case "%warpid" -> warp.index();
            case "%nwarpid" -> (shape.threads() + Warp.LANES - 1) / Warp.LANES;
            case "%smid" -> cta.multiprocessor();
            case "%nsmid" -> cta.grid().policy().multiprocessors();
            case "%dynamic_smem_size" -> shape.dynamicShared();
            case "%total_smem_size" -> cta.shared().size();
            case "%cluster_ctarank" -> cta.rank();
            case "%cluster_nctarank" -> cta.cluster().ctas().length;
            default -> throw new IllegalStateException(name);
        };
    }

    /** Places and sizes along an axis that are the same for all threads of a block. */
    private static int triple(String name, int axis, Cta cta) {
        Geometry shape = cta.grid().geometry();
        int blocks = axis == 0 ? shape.gridX() : axis == 1 ? shape.gridY() : shape.gridZ();
        int ofCluster = cta.cluster().size(axis);
        return switch (name) {
            case "%ntid" -> axis == 0 ? shape.blockX() : axis == 1 ? shape.blockY() : shape.blockZ();
            case "%ctaid" -> cta.index(axis);
            case "%nctaid" -> blocks;
            case "%clusterid" -> cta.index(axis) / ofCluster;
            case "%nclusterid" -> blocks / ofCluster;
            case "%cluster_ctaid" -> cta.index(axis) % ofCluster;
            case "%cluster_nctaid" -> ofCluster;
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
