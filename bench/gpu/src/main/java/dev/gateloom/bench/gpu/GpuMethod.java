package dev.gateloom.bench.gpu;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How it was measured: what a reader needs to judge the numbers. */
final class GpuMethod {

    private GpuMethod() {
    }

    static List<String> of(GpuResults r) {
        List<String> lines = new ArrayList<>();
        lines.add("One direction, biases. A training step clears the gradients, then forward, then the gradients of all weights, "
                + "biases and the input; its weights count as changed at every call, those of a forward and a single step do not. In a ragged batch the first sequence has all steps, "
                + "the others 1 to T; the host knows the lengths. A single step carries its state along, from one set's tensors to the next one's. Tensors "
                + "are in device memory, float32, with cuDNN in 16 bits those of its precision but for the weights, their gradients and ragged batches; "
                + "the precision is that of the products. Who has no bf16 runs fp16, and says so.");
        lines.add("Before anything else each contender's result is compared with the double-precision reference engine's: up to "
                + "four sequences from the first to the last, over the first steps, at least " + DeviceSuite.STEPS + " of them, all gradients of "
                + "exactly that part. Where that is not the whole case, all sequences, steps and gradients are then compared with engine cpu's, "
                + "which has been held against the reference's part like a contender and computes each case once, for all contenders and "
                + "precisions; where that would take long it computes fewer of the first steps, and the notes say so. In fp32 no element may be off by "
                + "more than 1e-4 of the tensor's largest; else the norm of the difference by more than 1e-3 (tf32) or 1e-2 (bf16, fp16) of the tensor's, "
                + "of y and dx step by step. What is wrong is not timed.");
        lines.add("The contenders of a case are open at the same time and take turns, if the device has the memory; where it has not, which the "
                + "notes say, each is measured by itself. What does not fit even then is in the notes too.");
        lines.add("cuDNN's time is that of its calls on tensors where they lie in device memory: nothing is copied to or from them, and in 16 bits "
                + "they have cuDNN's 16 bits, while engine cuda takes float32 and copies inputs, results and states, one pass each (rows of ragged batches two). What engine "
                + "cudnn adds: before a training step it copies the weights into cuDNN's layout, clears cuDNN's gradients of them, and adds these to "
                + "the caller's (in 16 bits by way of float32), 24 bytes a parameter (26 in 16 bits), in a few small kernels, which a program that keeps its weights in "
                + "cuDNN's layout saves; and it has cuDNN make the gradients of the initial state, which nobody asked for; before a forward or a single step nothing. In a ragged batch it passes over all rows once more, float32 in "
                + "every precision (twice in 16 bits), since padding is to be zero whatever the caller or cuDNN leaves there.");
        lines.add("Calls are captured into graphs and replayed, if every contender of the case can be captured; else all are made "
                + "one by one. What graphs compute is compared as well, before it is timed: up to " + Ready.REPLAYED
                + " of each contender's, from the first set's to the last's, and all sequences and steps of the last.");
        if (r.settings().timed()) {
            lines.add(String.format("Several sets of inputs and outputs take turns, so many that together they exceed twice the L2 "
                    + "cache, at most %d, and fewer of long sequences and many layers (their steps together at most %d): where that is not enough the "
                    + "table says so. Size of L2: as the device says, else of the nearest GPU in the table of the planner.", Rotation.MOST, Rotation.MOST_STEPS));
            lines.add("Weights, and in training their gradients, do not take turns: in a loop over one model, training or serving, a call finds in L2 "
                    + "what the one before has left of them, as far as they fit, and so it is here, for all contenders alike. Between the calls of a "
                    + "larger model, or an optimizer's step, some of it would be gone: where the weights fit into L2, as those of one layer "
                    + "with H = 1024 in fp32 do into 50 MB, these times are the better ones.");
            lines.add(String.format("Time: between two events of the device around calls in a row of at least %s s, the median of "
                    + "%d rounds in which the contenders take turns ± half the distance between the quartiles. Before, each is "
                    + "warmed up until it has not become faster for %s s.", r.settings().block(), r.settings().rounds(),
                    r.settings().patience()));
            lines.add("The comparison of a whole case costs the CPU no time that is measured: a few seconds for the largest built-in training "
                    + "step on a machine with many cores, twelve on two. Beyond " + Math.round(DeviceSuite.SECONDS_OF_CPU)
                    + " s a pass it computes fewer steps.");
            lines.add("Single steps follow each other without a wait of the host, launches included: what a step takes from its call to its result "
                    + "on the host is in the lines \"end to end\".");
            lines.add("Host arrays: contenders in a JVM of their own, timed by JMH, in fp32, verified over at least two steps; \"end to end\" includes all transfers.");
            lines.add("Open: engine, plan and all sets in device memory. First call: until its result is there; it loads those kernels (or has the driver "
                    + "compile them) that nobody in this run has used before, for most of which the first case pays, and packs the weights. "
                    + "Capture: of the graphs of all sets. Transfer: weights, input and gradient of the output to the device, results back, through page-locked memory.");
            lines.add("The limits are measured just before: a copy in device memory, and large products by the engine's own "
                    + "kernels or cuBLAS, whichever is faster, which are checked too. \"of products\" is the share of that rate that the case's matrix products reach; "
                    + "\"of copy\" that of the bytes of input, output, weights (and their gradients), each moved once, rows as float32 for everybody (cuDNN's have half of it in 16 bits).");
        } else {
            lines.add("Nothing is timed: the emulator executes each instruction in Java. Counts are those of PTX, for one call, the mean "
                    + "of a turn through all sets.");
        }
        Set<String> who = new LinkedHashSet<>();
        r.measurements().stream().filter(GpuMeasurement::ok).forEach(m -> who.add(m.contender() + " – " + m.run().engine()));
        lines.addAll(who);
        return lines;
    }

    /** Failures, then what was left out. */
    static List<String> remarks(GpuResults r) {
        List<String> lines = new ArrayList<>();
        r.limits().failures().forEach(failure -> lines.add("FAILED: the device's limit is not known: " + failure));
        r.measurements().stream().filter(m -> !m.ok())
                .forEach(m -> lines.add("FAILED: " + m.label() + ", " + m.of().title() + ": " + m.failure()));
        lines.addAll(r.notes());
        return lines;
    }
}
