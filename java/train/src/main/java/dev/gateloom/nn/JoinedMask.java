package dev.gateloom.nn;

/** The mask of a join of several inputs: as in Keras a step counts if it does in any of them. */
final class JoinedMask {
    private boolean[] room = new boolean[0];

    /** Null, since all steps count, as soon as one input has no mask. */
    boolean[] of(Tensor[] x) {
        boolean[] first = x[0].mask();
        boolean same = true;
        for (Tensor t : x) {
            if (t.mask() == null) {
                return null;
            }
            same &= t.mask() == first;
        }
        if (same) {
            return first;
        }
        int steps = x[0].batch() * x[0].dim(1);
        if (room.length < steps) {
            room = new boolean[steps];
        }
        for (int i = 0; i < steps; i++) {
            room[i] = false;
            for (Tensor t : x) {
                room[i] |= t.mask()[i];
            }
        }
        return room;
    }
}
