package dev.gateloom.cuda;

import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.Stream;
import java.util.function.Supplier;

/**
 * Where the cells of a plan launch: on lanes, which are so many streams inside of a captured graph, and one and the same stream
 * outside. There the order of the calls keeps every order that {@link #order} asks for; in a graph lanes run beside each other, and
 * only what was asked for is kept. So each has products of its own, whose scratch no other lane touches. Lane 0 is the main one:
 * it begins before all others and ends after them. For one thread at a time.
 */
final class Lanes {
    private final Workspace workspace;
    private final Stream stream;
    private final Supplier<Gemm> gemms;
    private final boolean graphs;
    private Lane[] lanes;
    private Gemm[] products;
    private Stream[] branches;                  // what lanes are inside of a graph; null before the first one
    private Event event;
    private boolean capturing;

    /**
     * One lane.
     *
     * @param workspace owns what graphs need
     * @param stream runs the plan's work
     * @param gemms makes the products of a lane
     * @param graphs whether there will be any; without there is no use for more lanes
     */
    Lanes(Workspace workspace, Stream stream, Supplier<Gemm> gemms, boolean graphs) {
        this.workspace = workspace;
        this.stream = stream;
        this.gemms = gemms;
        this.graphs = graphs;
        spread(1);
    }

    /** Makes lanes, if graphs have a use for more than one. Before any cell has asked for its own. */
    void spread(int count) {
        int from = lanes == null ? 0 : lanes.length;
        int to = graphs ? Math.max(count, from) : 1;
        Lane[] moreLanes = new Lane[to];
        Gemm[] moreProducts = new Gemm[to];
        for (int n = 0; n < to; n++) {
            moreLanes[n] = n < from ? lanes[n] : new Lane(stream);
            moreProducts[n] = n < from ? products[n] : gemms.get();
        }
        lanes = moreLanes;
        products = moreProducts;
    }

    int count() {
        return lanes.length;
    }

    /** The main lane. */
    Stream main() {
        return lanes[0];
    }

    Stream stream(int lane) {
        return lanes[lane];
    }

    Gemm gemm(int lane) {
        return products[lane];
    }

    /** Products from here on may read these weights. */
    void use(WeightAddresses weights) {
        for (Gemm gemm : products) {
            gemm.use(weights);
        }
    }

    /** What follows on one lane waits for what another was given until now. */
    void order(int before, int after) {
        if (capturing && lanes.length > 1 && before != after) {
            branches[before].record(event);
            branches[after].await(event);
        }
    }

    /**
     * Captures what is launched on lanes.
     *
     * @throws dev.gateloom.device.DeviceException if the device refuses; then nothing has run and nothing is captured any more
     */
    Graph capture(Runnable work) {
        open();
        branches[0].beginCapture();
        try {
            lead(true);
            work.run();
        } catch (RuntimeException | Error e) {
            end(e);
            throw e;
        } finally {
            lead(false);
        }
        return branches[0].endCapture();
    }

    private void open() {
        if (branches == null) {
            event = event == null ? workspace.event() : event;
            Stream[] made = new Stream[lanes.length];
            for (int n = 0; n < made.length; n++) {
                made[n] = workspace.stream();
            }
            branches = made;
        }
    }

    private void lead(boolean intoGraph) {
        capturing = intoGraph;
        for (int n = 0; n < lanes.length; n++) {
            lanes[n].leadTo(intoGraph ? branches[n] : stream);
        }
    }

    /** A capture that failed must not go on. */
    private void end(Throwable failure) {
        try {
            branches[0].endCapture().close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
