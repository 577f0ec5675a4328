package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;

/**
 * What the cells with rare options are made with: beside what all cells have, the launchers that they share, and the plan's
 * workspace. Each part of such a cell takes its memory there by itself.
 */
record GeneralContext(CellContext cell, Workspace workspace, Shape shape, Mode mode, Zoneout zoneout, Dropout dropout,
        LayerNormKernels layerNorm) {

    GeneralContext(CellContext cell, Workspace workspace, Shape shape, Mode mode, Device device) {
        this(cell, workspace, shape, mode, new Zoneout(device), new Dropout(device), new LayerNormKernels(device));
    }

    boolean training() {
        return mode == Mode.TRAINING;
    }

    /** Rows that each step writes again. */
    StepTensor scratch(int width, String purpose) {
        return new StepTensor(workspace.words((long) shape.maxBatch() * width, purpose + " [B, " + width + "]"), width, false);
    }

    /** Rows of all steps. */
    StepTensor allSteps(int width, String purpose) {
        long rows = (long) shape.maxSteps() * shape.maxBatch();
        return new StepTensor(workspace.words(rows * width, purpose + " [T, B, " + width + "]"), width, true);
    }

    /** Rows of all steps for backward; in inference scratch. */
    StepTensor kept(int width, String purpose) {
        return training() ? allSteps(width, purpose) : scratch(width, purpose);
    }
}
