package dev.gateloom.examples;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code examples}: lists every {@link Example}; {@code examples run} runs one. */
@Command(name = "examples", mixinStandardHelpOptions = true, subcommands = {ExamplesRunCommand.class, AskCommand.class},
        description = "List the examples: each trains on data that come with it, or that it generates, and is scored on data "
                + "that were held out, beside baselines.")
public final class ExamplesCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Made by picocli. */
    public ExamplesCommand() {
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        int width = Examples.names().stream().mapToInt(String::length).max().orElse(0);
        for (Example example : Examples.ALL) {
            out.printf("%-" + width + "s  %s%n", example.name(), example.summary());
        }
        out.printf("%nRun one with: %s run NAME%n", spec.qualifiedName());
        out.flush();
    }
}
