package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import java.util.LinkedHashMap;
import java.util.Map;

/** The sequence kernels of a plan: how each runs, or why the steps run in its place. */
final class Sequences {
    private final Device device;
    private final Workspace workspace;
    private final Stream stream;
    private final SequenceOptions options;
    private final Precision precision;
    private final long magnitude;
    private final int hiddenSize;
    private final int maxBatch;
    private final Map<SequenceKernel, SequenceLauncher> launchers = new LinkedHashMap<>();
    private final Map<SequenceKernel, String> obstacles = new LinkedHashMap<>();
    private Exchange exchange;                  // null if there is no launcher

    /** @param magnitude of gradients, as {@link Gemm#magnitude} has it */
    Sequences(Device device, Workspace workspace, Stream stream, SequenceOptions options, Precision precision, long magnitude,
            int hiddenSize, int maxBatch) {
        this.device = device;
        this.workspace = workspace;
        this.stream = stream;
        this.options = options;
        this.precision = precision;
        this.magnitude = magnitude;
        this.hiddenSize = hiddenSize;
        this.maxBatch = maxBatch;
    }

    interface Maker<L extends SequenceLauncher> {
        L make(Kernel kernel, Partition partition, Exchange exchange);
    }

    /** The launcher of a kernel; null if its steps are to run. */
    <L extends SequenceLauncher> L make(SequenceKernel kernel, Maker<L> maker) {
        if (options.strategy() == Strategy.D) {
            return null;
        }
        SequenceLayout layout = kernel.in(options.strategy(), precision);
        if (layout == null) {
            obstacles.put(kernel, "it computes in FP32, BF16 or FP16, this engine in " + precision);
            return null;
        }
        SequenceChoice choice = SequenceChoice.of(device, layout, options, hiddenSize, maxBatch);
        if (choice.kernel() == null) {
            obstacles.put(kernel, choice.obstacle());
            return null;
        }
        if (exchange == null) {
            exchange = new Exchange(workspace, stream, maxBatch, options.polls());
        }
        long words = layout.handedWords(hiddenSize, maxBatch);
        L launcher = maker.make(choice.kernel(), choice.partition(), precision == Precision.FP32 ? exchange
                : exchange.handing(words == 0 ? 0 : workspace.words(words, "what blocks hand over, in 16 bits"), magnitude));
        launchers.put(kernel, launcher);
        return launcher;
    }

    /** Whether any sequence kernel runs. */
    boolean present() {
        return exchange != null;
    }

    /** Before the stream is waited for. */
    void ask() {
        if (exchange != null) {
            exchange.ask();
        }
    }

    /** After the stream has been waited for: throws if blocks waited for each other in vain. */
    void check() {
        if (exchange != null) {
            exchange.check();
        }
    }

    /** One line for each kernel that was asked for. */
    String description() {
        StringBuilder text = new StringBuilder();
        launchers.forEach((kernel, launcher) -> line(text, kernel, launcher.description()));
        obstacles.forEach((kernel, obstacle) -> line(text, kernel, "strategy D, because " + obstacle));
        return text.length() > 0 ? text.toString() : "strategy D"
                + (options.strategy() == Strategy.D ? "" : ": no sequence kernel for such a stack");
    }

    private static void line(StringBuilder text, SequenceKernel kernel, String how) {
        text.append(text.length() == 0 ? "" : "\n").append(kernel.programName()).append(": ").append(how);
    }
}
