package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.reference.ReferenceEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The suite's own tools notice what they are there to notice. */
class SuiteTest {

    @Test
    void comparisonIsRelativeToTheLargestValue() {
        float[] expected = {0, 100};
        assertDoesNotThrow(() -> Results.assertClose("a", expected, new float[] {0.0009f, 100}, 1e-5));
        fails(() -> Results.assertClose("a", expected, new float[] {0.0011f, 100}, 1e-5));
        assertDoesNotThrow(() -> Results.assertClose("tiny", new float[1], new float[] {0.9e-8f}, 1e-5));
        fails(() -> Results.assertClose("tiny", new float[1], new float[] {1.1e-8f}, 1e-5));
        fails(() -> Results.assertClose("a", expected, new float[] {Float.NaN, 100}, 1e-5));
        fails(() -> Results.assertClose("a", expected, new float[] {0, Float.POSITIVE_INFINITY}, 1e-5));
        fails(() -> Results.assertClose("a", expected, new float[] {0}, 1e-5));
    }

    @Test
    void bitsTellZerosApart() {
        fails(() -> Results.assertSameBits("zero", new float[] {0f}, new float[] {-0f}));
    }

    @Test
    void missingResultsAreNoticed() {
        Results expected = new Results("expected");
        expected.put("y", new float[1]);
        fails(() -> new Results("actual").assertClose(expected, 1));
    }

    @Test
    void guardsNoticeEveryWriteBesideARegion() {
        for (Memory memory : Memory.values()) {
            Region region = memory.region(3);
            assertTrue(Float.isNaN(region.checked("output")[2]), "outputs start as NaN");
            if (region.isBuffer()) {
                region.buffer().duplicate().clear().put(region.buffer().limit(), 1f);
                fails(() -> region.checked("behind"));
                Region before = memory.region(3);
                before.buffer().duplicate().clear().put(before.buffer().position() - 1, Float.NaN);
                fails(() -> before.checked("before"));
                Region moved = memory.region(3);
                moved.buffer().get();
                fails(() -> moved.checked("position"));
            } else {
                region.array()[3] = 1f;
                fails(() -> region.checked("behind"));
            }
        }
    }

    @Test
    void changedInputsAreNoticed() {
        for (Memory memory : Memory.values()) {
            Region input = memory.of(new float[] {1, 2});
            input.checked("untouched");
            if (input.isBuffer()) {
                input.buffer().put(input.buffer().position() + 1, 3f);
            } else {
                input.array()[1] = 3f;
            }
            fails(() -> input.checked("input"));
        }
    }

    /** A float32 engine passes with room, one error in the fourth digit of one weight does not. */
    @Test
    void tolerancesSeparateRoundingFromErrors() {
        for (CellType cell : CellType.values()) {
            RnnConfig config = RnnConfig.of(cell, 8, 16).layers(2).build();
            Draw draw = new Draw(1);
            Exact exact = Exact.of(Precision.FP32, "separate " + cell, () -> draw.problem(config, Mode.TRAINING, 5, 4));
            assertTrue(exact.rtol() < 5e-5, "tolerance " + exact.rtol());
            RnnWeights wrong = RnnWeights.zeros(config);
            System.arraycopy(exact.problem().weights().data(), 0, wrong.data(), 0, wrong.data().length);
            wrong.data()[wrong.parameter("weight_hh_l0").offset()] += 3e-3f;
            wrong.changed();
            Results results = exact.problem().with(wrong).run(new ReferenceEngine());
            fails(() -> exact.assertSolvedBy(results));
        }
    }

    @Test
    void drawsRepeat() {
        RnnConfig config = RnnConfig.lstm(3, 4).build();
        Problem one = new Draw(9).ragged(true).problem(config, Mode.TRAINING, 5, 4);
        Problem two = new Draw(9).ragged(true).problem(config, Mode.TRAINING, 5, 4);
        assertTrue(Arrays.equals(one.x(), two.x()) && Arrays.equals(one.lengths(), two.lengths())
                && Arrays.equals(one.weights().data(), two.weights().data()));
    }

    /** A slow engine runs about the part it asks for, always the same. */
    @Test
    void problemsAreSampledBySeed() {
        List<String> all = randomProblems(1);
        List<String> fourth = randomProblems(4);
        assertEquals(RandomTests.RANDOM_PROBLEMS, all.size());
        assertTrue(all.containsAll(fourth) && fourth.equals(randomProblems(4)));
        double share = (double) fourth.size() / all.size();
        assertTrue(share > 0.15 && share < 0.35, () -> fourth.size() + " of " + all.size());
        for (CellType cell : CellType.values()) {
            assertTrue(fourth.stream().anyMatch(name -> name.contains(cell.name().toLowerCase(Locale.ROOT) + "(")), cell.name());
        }
    }

    private static List<String> randomProblems(int oneOf) {
        EngineConformance suite = new EngineConformance("reference") {
            @Override
            public int oneProblemOf() {
                return oneOf;
            }
        };
        return suite.randomProblems().map(DynamicTest::getDisplayName).toList();
    }

    @Test
    void jsonIsRead() {
        Map<String, Object> read = Json.object("{\"a\": [1, -2.5e-3, {}, []], \"b\\n\\u00e9\": null, \"c\":true}");
        assertEquals("{a=[1.0, -0.0025, {}, []], b\n\u00e9=null, c=true}", read.toString());
        for (String broken : new String[] {"{", "{\"a\" 1}", "{\"a\": }", "{} x", "{\"a\": [1 2]}"}) {
            assertThrows(RuntimeException.class, () -> Json.object(broken), broken);
        }
    }

    private static void fails(Executable check) {
        assertThrows(AssertionError.class, check);
    }
}
