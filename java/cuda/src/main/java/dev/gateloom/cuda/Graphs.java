package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Wavefront;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Graph;
import dev.gateloom.device.Stream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The graphs of a plan. The first call of a kind is captured, later ones launch its graph. Calls are of one kind if they have the
 * same T and B, which decide how many nodes there are, how large, and which kernels multiply; the same tensors, wherever these
 * are: {@link CallBlock}; and weights, and sums of their gradients, at the same places, where products fetch them without a
 * look at the block before each step.
 *
 * <p>Graphs are kept as long as they have {@value #MOST_STEPS} steps of cells between them, where one of few steps counts as
 * {@value #LEAST_STEPS}: 16 kinds of calls, if these are short. Then those that were not used for longest are freed. A call of
 * more steps is never captured: its launches are hidden behind its work. For one thread at a time.
 */
final class Graphs {
    static final int MOST_STEPS = Wavefront.MOST_STEPS;
    static final int LEAST_STEPS = 1 << 11;
    /** {@code CUDA_ERROR_NOT_SUPPORTED}; from {@code CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED} to {@code _WRONG_THREAD}. */
    private static final int NOT_SUPPORTED = 801;
    private static final int FIRST_OF_CAPTURES = 900;
    private static final int LAST_OF_CAPTURES = 908;
    private static final Logger LOG = System.getLogger(Graphs.class.getName());

    private final Lanes lanes;
    private final Stream stream;
    private final int cells;
    private final List<Kept> graphs = new ArrayList<>();      // the last one used is the last
    private String refusal;

    /** A graph, what its calls have in common, and its share of the room. */
    private record Kept(Graph graph, long kind, int steps, int batch, long parameters, long biasSums, long halves, long gradients,
            long cost) {

        boolean serves(long wanted, Pass p) {
            return kind == wanted && steps == p.steps && batch == p.batch && parameters == p.weights.parameters
                    && biasSums == p.weights.biasSums && halves == p.weights.halves && gradients == p.gradients;
        }
    }

    /**
     * None yet.
     *
     * @param workspace is closed after use, and they with it
     * @param stream runs them
     * @param cells of the stack, L·D
     */
    Graphs(Workspace workspace, Lanes lanes, Stream stream, int cells) {
        this.lanes = lanes;
        this.stream = stream;
        this.cells = cells;
        workspace.own(() -> free(graphs.size()));
    }

    /** Why calls are not captured any more; null if nothing stands against it. */
    String refusal() {
        return refusal;
    }

    /** How many are kept. */
    int count() {
        return graphs.size();
    }

    /** Whether a call of so many steps can be captured, if the caller does not capture it already. */
    boolean canRun(int steps) {
        return refusal == null && cost(steps) <= MOST_STEPS;
    }

    /**
     * Runs work as a graph. False if the device refuses to capture it, or has no room for the blocks of a launch in it at once; then
     * nothing has run. Whatever else fails is thrown.
     *
     * @param kind what the work depends on, beside the pass
     * @param work launches on lanes
     */
    boolean run(long kind, Pass p, Runnable work) {
        for (int n = graphs.size() - 1; n >= 0; n--) {
            if (graphs.get(n).serves(kind, p)) {
                if (n < graphs.size() - 1) {
                    graphs.add(graphs.remove(n));
                }
                return launch(graphs.get(graphs.size() - 1).graph());
            }
        }
        Graph captured = capture(work);
        if (captured == null) {
            return false;
        }
        graphs.add(new Kept(captured, kind, p.steps, p.batch, p.weights.parameters, p.weights.biasSums, p.weights.halves,
                p.gradients, cost(p.steps)));
        makeRoom();
        return launch(captured);
    }

    private boolean launch(Graph graph) {
        try {
            stream.launch(graph);
            return true;
        } catch (DeviceException e) {
            return refused(e);
        }
    }

    private Graph capture(Runnable work) {
        try {
            return lanes.capture(work);
        } catch (DeviceException e) {
            refused(e);
            return null;
        }
    }

    /** Notes a refusal, after which nothing is captured any more, and throws what is none. */
    private boolean refused(DeviceException e) {
        if (!isRefusal(e.code()) && !SequenceLauncher.REFUSALS.contains(e.code())) {
            throw e;
        }
        refusal = "the device refused to " + (isRefusal(e.code()) ? "capture" : "run") + " a graph: " + e.getMessage();
        LOG.log(Level.WARNING, refusal + "; launches follow each other one by one");
        return false;
    }

    /** What a device answers to a capture, or to a call in one, that it cannot have; anything else has failed. */
    private static boolean isRefusal(int code) {
        return code == NOT_SUPPORTED || code >= FIRST_OF_CAPTURES && code <= LAST_OF_CAPTURES;
    }

    private long cost(int steps) {
        return Math.max((long) steps * cells, LEAST_STEPS);
    }

    /** The last one always fits. */
    private void makeRoom() {
        long used = 0;
        int kept = graphs.size();
        while (kept > 0 && used + graphs.get(kept - 1).cost() <= MOST_STEPS) {
            used += graphs.get(--kept).cost();
        }
        free(kept);
    }

    /** The first ones, all of them also if freeing one fails. */
    private void free(int count) {
        RuntimeException failure = null;
        for (int n = 0; n < count; n++) {
            try {
                graphs.remove(0).graph().close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
