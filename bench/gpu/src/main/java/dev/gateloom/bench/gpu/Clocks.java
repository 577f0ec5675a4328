package dev.gateloom.bench.gpu;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How fast the card runs at a moment, by {@code nvidia-smi}. */
final class Clocks {
    static final String UNKNOWN = "not known";
    private static final List<String> COMMAND = List.of("nvidia-smi",
            "--query-gpu=clocks.sm,clocks.mem,temperature.gpu,power.draw", "--format=csv,noheader");
    private final Function<List<String>, Optional<String>> run;

    private Clocks(Function<List<String>, Optional<String>> run) {
        this.run = run;
    }

    /** Of this machine's GPUs. */
    static Clocks actual() {
        return new Clocks(Command::output);
    }

    /** From what a command prints. */
    static Clocks of(Function<List<String>, Optional<String>> run) {
        return new Clocks(run);
    }

    /** Of a device that has none. */
    static Clocks none() {
        return new Clocks(command -> Optional.empty());
    }

    /** SM clock, memory clock, temperature and power of each GPU; or that it is not known. */
    String now() {
        return run.apply(COMMAND).map(text -> String.join("; ", text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()))
                .filter(text -> !text.isEmpty()).orElse(UNKNOWN);
    }
}
