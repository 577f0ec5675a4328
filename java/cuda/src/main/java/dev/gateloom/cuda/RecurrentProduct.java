package dev.gateloom.cuda;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.device.Stream;

/**
 * {@code W_hh h} of a cell with rare options, for the gates from first to last - 1: recurrent dropout gives each gate an h of its
 * own, DropConnect masks W_hh. What is called h here may be another {@code [B, R]}. Products and their gradients are those of
 * all gates, {@code [B, G·H]}, of which only the columns of these gates are touched.
 */
final class RecurrentProduct {
    private final Stream stream;
    private final Gemm gemm;
    private final Rows rows;
    private final Dropout dropout;
    private final int k;
    private final int gates;
    private final int hiddenSize;               // H
    private final int outputSize;               // R
    private final int gateRows;                 // G·H
    private final int place;                    // of W_hh
    private final long dropped;                 // [G·H, R]: W_hh under its mask; 0 without DropConnect
    private final PackedMatrix packed;          // the same for 16-bit products; null if they read fp32
    private final long masked;                  // [G, B, R]: what each gate sees; 0 without recurrent dropout
    private final long allMasked;               // [T, B, R]: what one gate sees in all steps

    RecurrentProduct(GeneralContext context, int k) {
        CellContext cell = context.cell();
        RnnConfig config = cell.config();
        this.k = k;
        stream = cell.lanes().stream(cell.lane(k));
        gemm = cell.lanes().gemm(cell.lane(k));
        rows = cell.rows();
        dropout = context.dropout();
        gates = config.cell().gates();
        hiddenSize = config.hiddenSize();
        outputSize = config.outputSize();
        gateRows = gates * hiddenSize;
        place = cell.places().weightHh[k];
        boolean masks = context.training() && config.recurrentDropout() > 0;
        dropped = context.training() && config.dropConnect() > 0
                ? context.workspace().words((long) gateRows * outputSize, "W_hh after DropConnect [G·H, R]") : 0;
        packed = dropped == 0 ? null : gemm.packed(context.workspace(), dropped, gateRows, outputSize);
        masked = masks ? context.scratch(gates * outputSize, "h as the gates see it").address() : 0;
        allMasked = masks ? context.allSteps(outputSize, "h as one gate sees it").address() : 0;
    }

    /** Once for each forward, before its products. */
    void begin(Pass p) {
        if (dropped != 0) {
            rows.multiply(stream, dropped, p.weights.weightHh(k), weightMask(p), (long) gateRows * outputSize);
            gemm.pack(stream, packed);
        }
    }

    /**
     * {@code term (+)= W_hh h + bias}.
     *
     * @param h {@code [B, R]}
     * @param term {@code [B, G·H]}
     * @param bias {@code [G·H]}; 0 for none
     */
    void forward(Pass p, int first, int last, long h, long term, long bias, boolean accumulate) {
        if (masked == 0) {
            product(p, first, last, h, term, bias, accumulate);
            return;
        }
        int size = p.batch * outputSize;
        dropout.rows(stream, at(masked, first, size), at(gateMask(p), first, size), h, (last - first) * size, size);
        for (int g = first; g < last; g++) {
            product(p, g, g + 1, at(masked, g, size), term, bias, accumulate);
        }
    }

    /**
     * {@code dh (+)=} the gradient of h.
     *
     * @param d {@code [B, G·H]}: gradient of the products
     * @param dh {@code [B, R]}
     */
    void backward(Pass p, int first, int last, long d, long dh, boolean accumulate) {
        if (masked == 0) {
            gradient(p, first, last, d, dh, accumulate);
            return;
        }
        int size = p.batch * outputSize;
        for (int g = first; g < last; g++) {
            gradient(p, g, g + 1, d, at(masked, g, size), false);
        }
        dropout.sums(stream, dh, at(gateMask(p), first, size), at(masked, first, size), last - first, size, accumulate);
    }

    /**
     * Adds the gradient of W_hh. After all steps; with DropConnect no product may follow.
     *
     * @param d {@code [T, B, G·H]}: gradient of the products
     * @param h {@code [T, B, R]}
     */
    void weightGradient(Pass p, int first, int last, long d, long h) {
        if (allMasked == 0) {
            weights(p, first, last, d, h);
            return;
        }
        int size = p.batch * outputSize;
        for (int g = first; g < last; g++) {
            dropout.rows(stream, allMasked, h, at(gateMask(p), g, size), p.steps * size, size);
            weights(p, g, g + 1, d, allMasked);
        }
    }

    private void product(Pass p, int first, int last, long h, long term, long bias, boolean accumulate) {
        // term[B, gates of G·H] (+)= h[B, R] · W_hh[gates of G·H, R]ᵀ + bias
        gemm.nt(stream, at(term, first, hiddenSize), gateRows, h, outputSize, weight(p, first), outputSize,
                bias == 0 ? 0 : at(bias, first, hiddenSize), p.batch, (last - first) * hiddenSize, outputSize, accumulate);
    }

    private void gradient(Pass p, int first, int last, long d, long dh, boolean accumulate) {
        // dh[B, R] (+)= d[B, gates of G·H] · W_hh[gates of G·H, R]
        gemm.nn(stream, dh, outputSize, at(d, first, hiddenSize), gateRows, weight(p, first), outputSize, p.batch, outputSize,
                (last - first) * hiddenSize, accumulate);
    }

    private void weights(Pass p, int first, int last, long d, long h) {
        int size = hiddenSize * outputSize;     // of a gate
        long sum = at(p.gradient(place), first, size);
        // dW_hh[gates of G·H, R] += d[T·B, gates of G·H]ᵀ · h[T·B, R], through its mask with DropConnect: the masked weights
        // are not needed any more, their place takes the gradient
        gemm.tn(stream, dropped == 0 ? sum : at(dropped, first, size), outputSize, at(d, first, hiddenSize), gateRows, h,
                outputSize, (last - first) * hiddenSize, outputSize, p.steps * p.batch, dropped == 0);
        if (dropped != 0) {
            dropout.sums(stream, sum, at(weightMask(p), first, size), at(dropped, first, size), 1, (last - first) * size, true);
        }
    }

    private long weight(Pass p, int gate) {
        return at(dropped == 0 ? p.weights.weightHh(k) : dropped, gate, hiddenSize * outputSize);
    }

    /** {@code [G·H, R]}. */
    private long weightMask(Pass p) {
        return p.masks.at(Kind.WEIGHT_HH, k, gateRows * outputSize);
    }

    /** {@code [G, B, R]}. */
    private long gateMask(Pass p) {
        return p.masks.at(Kind.RECURRENT, k, gates * p.batch * outputSize);
    }

    private static long at(long address, int n, int size) {
        return address + (long) n * size * Float.BYTES;
    }
}
