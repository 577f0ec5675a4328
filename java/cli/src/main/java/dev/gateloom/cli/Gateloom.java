package dev.gateloom.cli;

import dev.gateloom.examples.ExamplesCommand;
import dev.gateloom.examples.ForecastCommand;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code gateloom}. Exit status: 0 all is well, 1 a verification failed, 2 wrong arguments or unreadable
 * input, 70 a bug of Gateloom.
 */
@Command(name = "gateloom", description = "Fused LSTM and GRU kernels for Java.",
        mixinStandardHelpOptions = true, versionProvider = Gateloom.Version.class,
        scope = ScopeType.INHERIT,
        subcommands = {InfoCommand.class, VerifyCommand.class, ProfileCommand.class, ExamplesCommand.class,
            ForecastCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        exitCodeOnExecutionException = Gateloom.BUG,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all is well", "1:a verification failed", "2:wrong arguments or unreadable input",
            "70:a bug of Gateloom"})
public final class Gateloom implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_INPUT = 2;
    /** EX_SOFTWARE of sysexits.h. */
    static final int BUG = 70;

    /** Kept here: a logger that nobody holds forgets its level. */
    private static final Logger LOG = Logger.getLogger("dev.gateloom");

    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public Gateloom() {
    }

    /**
     * Runs the program and ends the JVM with its exit status.
     *
     * @param arguments of the command line
     */
    public static void main(String[] arguments) {
        quietLog();
        System.exit(commandLine().execute(arguments));
    }

    /** Without a subcommand there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: expected one of "
                + String.join(", ", spec.subcommands().keySet()));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Gateloom()).setParameterExceptionHandler(Gateloom::explain);
    }

    /** One line for what is wrong and one place to read on, instead of the whole help text. */
    private static int explain(ParameterException wrong, String[] arguments) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println(command.qualifiedName() + ": " + message(wrong).replaceAll("\\s*\\R\\s*", " ") + " (see "
                + command.qualifiedName() + " --help)");
        err.flush();
        return WRONG_INPUT;
    }

    /** Where there are commands to choose from, it names them. */
    private static String message(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        if (command.subcommands().isEmpty() || !(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
            return wrong.getMessage();
        }
        return "expected one of the commands " + String.join(", ", command.subcommands().keySet()) + ", got "
                + unmatched.getUnmatched().get(0);
    }

    /** The commands print which engine was chosen themselves; warnings stay, one line each. */
    private static void quietLog() {
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
        }
        LOG.setLevel(Level.WARNING);
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Gateloom.class.getPackage().getImplementationVersion();
            return new String[] {"gateloom " + (version == null ? "(not packaged)" : version)};
        }
    }
}
