package dev.gateloom.examples;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --engine}, for commands that train. */
final class EngineOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--engine", paramLabel = "NAME", description = "Engine to compute on; default: the first one of \"gateloom info\" that is "
            + "ready, \"cuda\" where there is a GPU.")
    private String name;

    /** The engine, to be closed by the caller. */
    RnnEngine open() {
        try {
            return name == null ? Engines.best() : Engines.get(name);
        } catch (IllegalArgumentException | EngineUnavailableException e) {
            throw new ParameterException(spec.commandLine(), "--engine: " + e.getMessage());
        }
    }
}
