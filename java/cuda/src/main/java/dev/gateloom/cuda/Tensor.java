package dev.gateloom.cuda;

import dev.gateloom.RnnMasks.Kind;

/**
 * The tensors of a forward and its backward, by their names in {@link dev.gateloom.RnnPlan}. Floats, dense and row-major,
 * unless it says otherwise or {@link DeviceCall#dataType} was told of others. {@code R} is the size of h: {@code P} with projection, else {@code H}. Masks are those of
 * {@link dev.gateloom.RnnMasks}, for the T and B of the call.
 */
public enum Tensor {
    // Those of forward first, then those of backward: DeviceCall.present. call_block.cu knows how many there are.

    /** All parameters, one after the other as in {@code RnnWeights.data()}. Input of forward and backward. */
    WEIGHTS,
    /** {@code [T, B, I]}, or {@code [B, T, I]} if batch first. Input of forward. */
    X,
    /** {@code [L·D, B, R]}. Input of forward; absent for zeros. */
    H0,
    /** {@code [L·D, B, H]}. Input of an LSTM's forward; absent for zeros. */
    C0,
    /**
     * 32-bit integers {@code [B]}: the length of each sequence, 0 to T. Input of forward; absent if all are T. Engine {@code cudnn}
     * waits until the stream has made them, unless {@link DeviceCall#hostLengths} tells them, and checks them; engine {@code cuda}
     * does neither.
     */
    LENGTHS,
    /** {@code [L-1, T, B, D·R]}, 0 or 1/keep: dropout between layers. Input of a training forward that has such dropout. */
    MASKS(Kind.INTERLAYER),
    /** {@code [L·D, G, B, R]}, 0 or 1/keep. Input of a training forward with recurrent dropout. */
    RECURRENT_MASKS(Kind.RECURRENT),
    /** {@code [L·D, T, B, H]}, 0 or 1/keep. Input of a training forward with candidate dropout. */
    CANDIDATE_MASKS(Kind.CANDIDATE),
    /** {@code [L·D, T, B, R]}, 1 keeps the old h. Input of a training forward with zoneout of h. */
    ZONEOUT_H_MASKS(Kind.ZONEOUT_H),
    /** {@code [L·D, T, B, H]}, 1 keeps the old c. Input of a training forward with zoneout of c. */
    ZONEOUT_C_MASKS(Kind.ZONEOUT_C),
    /** {@code [L·D, G·H, R]}, 0 or 1/keep. Input of a training forward with DropConnect. */
    WEIGHT_HH_MASKS(Kind.WEIGHT_HH),
    /** {@code [T, B, D·R]}, or {@code [B, T, D·R]} if batch first. Output of forward. */
    Y,
    /** {@code [L·D, B, R]}. Output of forward; may be the memory of {@link #H0}. */
    HN,
    /** {@code [L·D, B, H]}. Output of an LSTM's forward; may be the memory of {@link #C0}. */
    CN,
    /** Gradient of {@link #Y}, same layout. Input of backward; absent for zeros. */
    DY,
    /** Gradient of {@link #HN}. Input of backward; absent for zeros. */
    DHN,
    /** Gradient of {@link #CN}. Input of an LSTM's backward; absent for zeros. */
    DCN,
    /** Gradient of {@link #X}, same layout. Output of backward. */
    DX,
    /** Gradient of {@link #H0}. Output of backward; may be the memory of {@link #DHN}. */
    DH0,
    /** Gradient of {@link #C0}. Output of an LSTM's backward; may be the memory of {@link #DCN}. */
    DC0,
    /** Gradients of all parameters, laid out as {@link #WEIGHTS}. Backward <em>adds</em> to what is there. */
    GRADIENTS;

    /** Which mask it is; null if it is none. */
    final Kind mask;

    Tensor() {
        this(null);
    }

    Tensor(Kind mask) {
        this.mask = mask;
    }
}
