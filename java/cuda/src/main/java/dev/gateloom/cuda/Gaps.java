package dev.gateloom.cuda;

import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import java.util.Optional;

/** The options of the contract that the kernels lack. */
final class Gaps {
    private Gaps() {
    }

    /** The first option of the stack that is lacking in that mode. In inference what only drops units does nothing. */
    static Optional<String> of(RnnConfig c, Mode mode) {
        boolean training = mode == Mode.TRAINING;
        return Optional.ofNullable(
                c.projSize() > 0 ? gap("projection", "projSize", c.projSize())
                : !c.resetAfter() ? gap("the reset-before GRU", "resetAfter", false)
                : c.layerNorm() != LayerNorm.NONE ? gap("layer normalisation", "layerNorm", c.layerNorm())
                : c.peephole() ? gap("peepholes", "peephole", true)
                : c.cellClip() > 0 ? gap("the cell clip", "cellClip", c.cellClip())
                : c.zoneoutHidden() > 0 ? gap("zoneout", "zoneoutHidden", c.zoneoutHidden())
                : c.zoneoutCell() > 0 ? gap("zoneout", "zoneoutCell", c.zoneoutCell())
                : training && c.recurrentDropout() > 0 ? gap("recurrent dropout", "recurrentDropout", c.recurrentDropout())
                : training && c.candidateDropout() > 0 ? gap("candidate dropout", "candidateDropout", c.candidateDropout())
                : training && c.dropConnect() > 0 ? gap("DropConnect", "dropConnect", c.dropConnect())
                : null);
    }

    private static String gap(String what, String option, Object value) {
        return "no kernel for " + what + " (" + option + " = " + value + ")";
    }
}
