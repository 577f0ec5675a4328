package dev.gateloom.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Constants of an enum as options name them: in lower case, with - for _. */
final class Constants {
    private Constants() {
    }

    /** The one of that name. */
    static <E extends Enum<E>> E of(String option, String name, E[] all, CommandSpec command) {
        List<String> names = Arrays.stream(all).map(e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList();
        if (!names.contains(name)) {
            throw new ParameterException(command.commandLine(),
                    option + ": expected one of " + String.join(", ", names) + ", got " + name);
        }
        return all[names.indexOf(name)];
    }
}
