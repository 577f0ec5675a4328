package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the engine says it lacks is what its table says, and what a plan refuses. */
interface UnsupportedTests extends ConformanceSubject {

    @TestFactory
    default Stream<DynamicTest> tableAgreesWithTheEngine() {
        return Stream.of(Mode.values()).flatMap(mode -> Option.each(3, 5).stream().map(config ->
                DynamicTest.dynamicTest(config + " " + mode, () -> {
                    Optional<String> reason = engine().unsupported(config, mode);
                    assertEquals(unsupported().covers(config, mode), reason.isPresent(), () -> "the engine says "
                            + reason);
                    if (reason.isPresent()) {
                        UnsupportedOperationException e = assertThrows(UnsupportedOperationException.class,
                                () -> engine().plan(config, Shape.of(2, 2), mode));
                        assertTrue(e.getMessage().contains(reason.get()), e.getMessage());
                        assertTrue(unsupported().gaps().stream().anyMatch(gap -> reason.get().contains(gap.option())),
                                reason.get());
                    } else {
                        engine().plan(config, Shape.of(2, 2), mode).close();
                    }
                })));
    }

    /** No line of the table is out of date. */
    @Test
    default void everyLineOfTheTableIsNeeded() {
        for (Unsupported.Gap gap : unsupported().gaps()) {
            assertTrue(Option.each(3, 5).stream().anyMatch(config -> Stream.of(Mode.values())
                    .anyMatch(mode -> covers(gap, config, mode))), gap.option() + ": the engine has it");
        }
    }

    private boolean covers(Unsupported.Gap gap, RnnConfig config, Mode mode) {
        return gap.covers().test(config, mode)
                && engine().unsupported(config, mode).filter(reason -> reason.contains(gap.option())).isPresent();
    }
}
