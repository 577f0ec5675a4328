package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Precision;
import dev.gateloom.bench.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class GpuOptionsTest {

    @Command
    private static final class Holder {
        @Mixin
        private GpuOptions options;
    }

    static GpuOptions parse(String... arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return holder.options;
    }

    @Test
    void builtInCasesAreTheShapesInAllPrecisionsAndTheSweepInTwo() {
        List<GpuCase> all = parse().cases(true);
        assertEquals(104 + 88, all.size(), "the figure of the README");
        assertEquals(all.size(), new HashSet<>(all).size());
        List<GpuCase> maps = all.stream().filter(c -> GpuCases.isForMapsOnly(c.of())).toList();
        assertEquals(88, maps.size());
        assertTrue(maps.stream().allMatch(c -> c.of().kind() != Kind.STEP && c.of().dims().steps() == 128
                && c.of().dims().inputSize() == c.of().dims().hiddenSize()), maps.toString());
        assertEquals(List.of("BF16", "FP32"), maps.stream().map(c -> c.precision().name()).distinct().sorted().toList());
        assertEquals(all.size() - 88, all.stream().filter(parse()::withHostArrays).count());
    }

    @Test
    void theSweepFollowsWhatIsAskedFor() {
        List<GpuCase> some = parse("--cell", "gru", "--kind", "training", "--precision", "tf32").cases(true);
        List<GpuCase> maps = some.stream().filter(c -> GpuCases.isForMapsOnly(c.of())).toList();
        assertEquals(11, maps.size());
        assertTrue(maps.stream().allMatch(c -> c.of().kind() == Kind.TRAINING && c.precision() == Precision.TF32), maps.toString());
        assertEquals(List.of(), parse("--kind", "step").cases(true).stream().filter(c -> GpuCases.isForMapsOnly(c.of())).toList());
    }

    /** Host arrays too: whoever names a shape wants all of it. */
    @ParameterizedTest
    @ValueSource(strings = {"--shape=16x128x=x256..512", "--shape 16x128x=x256..512"})
    void whatIsNamedIsAllThatIsRun(String typed) {
        GpuOptions options = parse(typed.split(" "));
        List<GpuCase> all = options.cases(true);
        assertEquals(List.of("16x128x256x256", "16x128x512x512"),
                all.stream().map(c -> c.of().dims().toString()).distinct().collect(Collectors.toList()));
        assertTrue(all.stream().allMatch(options::withHostArrays));
    }
}
