package dev.gateloom.cpu;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;

/**
 * The packed copies of one set of weights, shared by all plans of engines with the same vector length. Packed again,
 * in place, at the first call after {@link RnnWeights#changed()}; the transposed half only for training.
 */
final class FusedWeights {
    /** Key of the copies among those that engines keep with the weights. */
    record Key(int lanes) {
    }

    private final FusedPack[] packs;            // [L·D]
    private final LayerParameters[] parameters; // [L·D]
    private final int directions;
    private final Gang.Task task = this::pack;
    private RnnWeights weights;
    private boolean transposed;
    private boolean packForward;
    private long version = -1;
    private long transposedVersion = -1;

    FusedWeights(Kernels kernels, RnnWeights weights) {
        RnnConfig config = weights.config();
        directions = config.numDirections();
        packs = new FusedPack[config.numLayers() * directions];
        parameters = new LayerParameters[packs.length];
        for (int k = 0; k < packs.length; k++) {
            packs[k] = new FusedPack(kernels, new LayerIo(config, kernels, k / directions, k % directions), false);
            parameters[k] = new LayerParameters(weights, k / directions, k % directions);
        }
    }

    /** The copy of a layer and direction. */
    FusedPack pack(int layer, int direction) {
        return packs[layer * directions + direction];
    }

    /** The places of its parameters. */
    LayerParameters parameters(int layer, int direction) {
        return parameters[layer * directions + direction];
    }

    /** Packs if the values changed since. Plans that come meanwhile wait: they need the copies too. */
    synchronized void refresh(RnnWeights of, boolean forBackward, Team team) {
        long now = of.version();
        packForward = version != now;
        transposed = forBackward && transposedVersion != now;
        if (!packForward && !transposed) {
            return;
        }
        if (transposed) {
            for (FusedPack pack : packs) {
                pack.allocateTransposed();
            }
        }
        weights = of;
        team.run(task, of.data().length < CpuPlan.SOLO_WEIGHTS);
        weights = null;
        version = now;
        transposedVersion = transposed ? now : transposedVersion;
    }

    private void pack(int id, Gang gang) {
        float[] w = weights.data();
        for (int k = 0; k < packs.length; k++) {
            packs[k].packInput(w, parameters[k], transposed, packForward, id, gang.size());
            packs[k].packRecurrent(w, parameters[k], transposed, packForward, null, 0, id, gang.size());
        }
    }
}
