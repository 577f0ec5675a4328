package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import org.junit.jupiter.api.Test;

class ParameterPlacesTest {

    @Test
    void placesAreThoseOfTheWeights() {
        RnnConfig config = RnnConfig.gru(3, 4).layers(2).bidirectional(true).build();
        RnnWeights weights = RnnWeights.zeros(config);
        ParameterPlaces places = new ParameterPlaces(config);
        assertEquals(weights.data().length, places.size);
        for (int k = 0; k < 4; k++) {
            String suffix = RnnConfig.suffix(k / 2, k % 2);
            assertEquals(weights.parameter("weight_ih" + suffix).offset(), places.weightIh[k]);
            assertEquals(weights.parameter("weight_hh" + suffix).offset(), places.weightHh[k]);
            assertEquals(weights.parameter("bias_ih" + suffix).offset(), places.biasIh[k]);
            assertEquals(weights.parameter("bias_hh" + suffix).offset(), places.biasHh[k]);
        }
    }

    @Test
    void rareParametersAreFoundByName() {
        RnnConfig config = RnnConfig.lstm(3, 4).layers(2).peephole(true).build();
        ParameterPlaces places = new ParameterPlaces(config);
        assertEquals(RnnWeights.zeros(config).parameter("peephole_l1").offset(), places.of("peephole", 1));
        assertEquals(-1, places.of("weight_hr", 1));
    }

    @Test
    void withoutBiasesThereAreNone() {
        ParameterPlaces places = new ParameterPlaces(RnnConfig.lstm(3, 4).bias(false).build());
        assertArrayEquals(new int[] {-1}, places.biasIh);
        assertArrayEquals(new int[] {-1}, places.biasHh);
    }
}
