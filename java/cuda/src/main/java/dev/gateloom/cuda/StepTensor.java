package dev.gateloom.cuda;

/**
 * Rows that belong to the steps of a cell: {@code [T, B, W]}, or in inference one step's, used by each in turn.
 *
 * @param address the first step's
 * @param width W
 * @param keepsSteps whether each step has its own
 */
record StepTensor(long address, int width, boolean keepsSteps) {

    /** {@code [B, W]} of a step. */
    long at(Pass p, int t) {
        return address + (keepsSteps ? Cell.rowBytes(p, t, width) : 0);
    }
}
