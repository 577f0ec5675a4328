package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Weights;
import dev.gateloom.train.Vocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code examples ask}: reads utterances and says what {@link IntentsExample} takes them for, until an empty line. */
@Command(name = "ask", mixinStandardHelpOptions = true,
        description = "Type utterances and see what the trained network of the example intents takes them for; an empty line "
                + "ends it. Train it first: examples run intents.")
final class AskCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOption engine;

    @Option(names = "--model", paramLabel = "FILE", defaultValue = "gateloom-examples/intents/seed-1/intents.safetensors",
            description = "What \"examples run intents\" saved; default: ${DEFAULT-VALUE}.")
    private Path file;

    @Option(names = "--data", paramLabel = "FILE", description = "The data that it was trained on, if not the example's own.")
    private Path data;

    private final InputStream in;

    /** Made by picocli. */
    AskCommand() {
        this(System.in);
    }

    AskCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.isRegularFile(file)) {
            throw wrong("--model: expected what \"examples run intents\" saves, got no file " + file + ": run it first");
        }
        try (RnnEngine opened = engine.open();
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()))) {
            Context context = new Context(opened, 1, 1, data, null, null, out);
            Utterances known = context.read(IntentsExample.RESOURCE, text -> Utterances.parse(Context.lines(text)));
            try (Model model = IntentsExample.model(Setup.of(opened, 1), known)) {
                Weights.load(model, file);
                out.print("What can I do for you? ");
                out.flush();
                for (String line = lines.readLine(); line != null && !line.isBlank(); line = lines.readLine()) {
                    out.println(answer(model, known, line));
                    out.print("> ");
                    out.flush();
                }
            }
        } catch (IOException e) {
            throw wrong(e.getMessage());
        }
        out.println();
        out.flush();
        return 0;
    }

    private static String answer(Model model, Utterances known, String utterance) {
        int[] tokens = known.words().encode(PlainText.of(utterance));
        if (tokens.length == 0) {
            return "I see no word in that.";
        }
        if (Arrays.stream(tokens).allMatch(token -> token == Vocabulary.UNKNOWN)) {
            return "I know none of these words.";
        }
        Tensor x = new Tensor(1, tokens.length);
        for (int t = 0; t < tokens.length; t++) {
            x.values()[t] = tokens[t];
        }
        Tensor y = new Tensor();
        model.forward(x, y, false);
        double[] p = Sampling.softmax(y.values(), 0, y.features(), 1);
        return IntStream.range(0, p.length).boxed().sorted(Comparator.comparingDouble(c -> -p[c])).limit(SHOWN)
                .map(c -> String.format(Locale.ROOT, "%s %.0f %%", known.intents().get(c), 100 * p[c]))
                .collect(Collectors.joining(", "));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
