package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnConfig.Builder;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a user is told. That nothing is missing from the list is the conformance suite's matter. */
class GapsTest {

    @Test
    void messagesNameTheOption() {
        lacks("projection (projSize = 2)", b -> b.projSize(2));
        lacks("layer normalisation (layerNorm = STANDARD)", b -> b.layerNorm(LayerNorm.STANDARD));
        lacks("peepholes (peephole = true)", b -> b.peephole(true));
        lacks("the cell clip (cellClip = 3.0)", b -> b.cellClip(3));
        lacks("zoneout (zoneoutHidden = 0.5)", b -> b.zoneout(0.5f, 0));
        lacks("zoneout (zoneoutCell = 0.5)", b -> b.zoneout(0, 0.5f));
        assertEquals(Optional.of("no kernel for the reset-before GRU (resetAfter = false)"),
                Gaps.of(RnnConfig.gru(3, 4).resetAfter(false).build(), Mode.INFERENCE));
    }

    @Test
    void whatOnlyDropsUnitsIsLackingInTrainingAlone() {
        dropsUnits("recurrent dropout (recurrentDropout = 0.5)", b -> b.recurrentDropout(0.5f));
        dropsUnits("candidate dropout (candidateDropout = 0.5)", b -> b.candidateDropout(0.5f));
        dropsUnits("DropConnect (dropConnect = 0.5)", b -> b.dropConnect(0.5f));
    }

    private static void lacks(String what, UnaryOperator<Builder> option) {
        RnnConfig config = option.apply(RnnConfig.lstm(3, 4)).build();
        for (Mode mode : Mode.values()) {
            assertEquals(Optional.of("no kernel for " + what), Gaps.of(config, mode));
        }
    }

    private static void dropsUnits(String what, UnaryOperator<Builder> option) {
        RnnConfig config = option.apply(RnnConfig.lstm(3, 4)).build();
        assertEquals(Optional.of("no kernel for " + what), Gaps.of(config, Mode.TRAINING));
        assertEquals(Optional.empty(), Gaps.of(config, Mode.INFERENCE));
    }
}
