package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnConfig.Builder;
import dev.gateloom.Shape;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of stacks and strategies in KERNELS.md says what plans do that are asked for each. */
class StrategyTableTest {
    private static final Path DOCUMENT = Path.of("../../kernels/KERNELS.md");
    private static final String HEAD = "| stack | A | B | C | D |";

    /** A stack for each line. */
    private static Map<String, RnnConfig> stacks() {
        Map<String, Builder> stacks = new LinkedHashMap<>();
        stacks.put("plain LSTM", RnnConfig.lstm(3, 8));
        stacks.put("plain GRU", RnnConfig.gru(3, 8));
        stacks.put("plain RNN", RnnConfig.of(CellType.RNN_TANH, 3, 8));
        stacks.put("layers, both directions, dropout between layers, no bias, batch first",
                RnnConfig.lstm(3, 8).layers(2).bidirectional(true).dropout(0.5f).bias(false).batchFirst(true));
        stacks.put("projection", RnnConfig.lstm(3, 8).projSize(4));
        stacks.put("reset-before GRU", RnnConfig.gru(3, 8).resetAfter(false));
        stacks.put("layer normalisation", RnnConfig.gru(3, 8).layerNorm(LayerNorm.STANDARD));
        stacks.put("peepholes", RnnConfig.lstm(3, 8).peephole(true));
        stacks.put("cell clip", RnnConfig.lstm(3, 8).cellClip(1));
        stacks.put("zoneout", RnnConfig.lstm(3, 8).zoneout(0.5f, 0.5f));
        stacks.put("recurrent dropout", RnnConfig.gru(3, 8).recurrentDropout(0.5f));
        stacks.put("candidate dropout", RnnConfig.gru(3, 8).candidateDropout(0.5f));
        stacks.put("DropConnect", RnnConfig.gru(3, 8).dropConnect(0.5f));
        Map<String, RnnConfig> built = new LinkedHashMap<>();
        stacks.forEach((name, stack) -> built.put(name, stack.build()));
        return built;
    }

    @Test
    void theDocumentSaysWhatPlansDo() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        int head = lines.indexOf(HEAD);
        assertTrue(head >= 0, HEAD);
        assertEquals(String.join("\n", table()), lines.subList(head, lines.size()).stream().takeWhile(line -> line.startsWith("|"))
                .collect(Collectors.joining("\n")));
    }

    /** On a device that has everything that a strategy may want. */
    private static List<String> table() {
        try (EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().architecture(90).multiprocessors(16))) {
            return Stream.concat(Stream.of(HEAD, "| --- | --- | --- | --- | --- |"), stacks().entrySet().stream()
                    .map(stack -> "| " + stack.getKey() + " | " + Arrays.stream(Strategy.values())
                            .map(strategy -> precisions(device, stack.getValue(), strategy)).collect(Collectors.joining(" | ")) + " |"))
                    .toList();
        }
    }

    /** In which a training step runs so if it is asked to, both ways. */
    private static String precisions(EmulatorDevice device, RnnConfig config, Strategy strategy) {
        List<String> runs = Arrays.stream(Precision.values()).filter(precision -> {
            try (CudaEngine engine = CudaEngine.on(device, strategy, precision);
                    CudaPlan plan = engine.plan(config, Shape.of(2, 4), Mode.TRAINING)) {
                long passes = plan.strategy().lines().filter(line -> line.contains(": strategy " + strategy + ",")
                        && line.endsWith(", as asked")).count();
                assertTrue(passes == 0 || passes == 2, plan::strategy);
                return passes == 2;
            }
        }).map(precision -> precision.name().toLowerCase(Locale.ROOT)).toList();
        return runs.size() == Precision.values().length ? "all" : runs.isEmpty() ? "" : String.join(", ", runs);
    }
}
