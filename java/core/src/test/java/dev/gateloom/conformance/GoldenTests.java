package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import dev.gateloom.reference.ReferenceEngine;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What PyTorch computed: every file of the families core and variant, in both layouts. */
interface GoldenTests extends ConformanceSubject {

    @TestFactory
    default Stream<DynamicTest> golden() {
        return Golden.files().stream().flatMap(file -> {
            Golden batchFirst = Golden.load(file);
            return Stream.of(batchFirst, batchFirst.timeMajor());
        }).filter(golden -> !unsupported().covers(golden.problem())).map(golden -> DynamicTest.dynamicTest(
                golden.problem().name(),
                () -> golden.problem().run(engine()).assertClose(golden.expected(), tolerance(golden))));
    }

    private double tolerance(Golden golden) {
        return precision() == Precision.FP32 ? goldenTolerance(golden.rtol())
                : Conditioning.tolerance(precision(), golden.problem(), golden.problem().run(new ReferenceEngine()));
    }

    @Test
    default void allGoldenFilesAreListed() {
        List<String> files = Golden.files();
        assertEquals(38, files.stream().filter(f -> f.startsWith("core/")).count());
        assertEquals(22, files.stream().filter(f -> f.startsWith("variant/")).count());
    }
}
