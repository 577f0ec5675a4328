package dev.gateloom.cuda;

import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.conformance.Unsupported;
import dev.gateloom.conformance.Unsupported.Gap;

/** What the cuda engine lacks, for the conformance suite. */
public final class CudaGaps {
    public static final Unsupported TABLE = Unsupported.of(
            new Gap("projection", (c, m) -> c.projSize() > 0),
            new Gap("reset-before", (c, m) -> !c.resetAfter()),
            new Gap("layer normalisation", (c, m) -> c.layerNorm() != LayerNorm.NONE),
            new Gap("peepholes", (c, m) -> c.peephole()),
            new Gap("cell clip", (c, m) -> c.cellClip() > 0),
            new Gap("zoneoutHidden", (c, m) -> c.zoneoutHidden() > 0),
            new Gap("zoneoutCell", (c, m) -> c.zoneoutCell() > 0),
            new Gap("recurrent dropout", (c, m) -> m == Mode.TRAINING && c.recurrentDropout() > 0),
            new Gap("candidate dropout", (c, m) -> m == Mode.TRAINING && c.candidateDropout() > 0),
            new Gap("DropConnect", (c, m) -> m == Mode.TRAINING && c.dropConnect() > 0));

    private CudaGaps() {
    }
}
