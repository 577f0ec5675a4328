package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;

/** What the launchers of all steps share. They launch nothing once the device has refused to. For one thread at a time. */
abstract class SequenceLauncher {
    private static final Logger LOG = System.getLogger(SequenceLauncher.class.getName());
    /**
     * What a device answers to blocks that must run at once and cannot, a grid or a cluster:
     * {@code CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE} and {@code _INVALID_CLUSTER_SIZE}.
     */
    static final Set<Integer> REFUSALS = Set.of(720, 912);

    final Arguments arguments = new Arguments();
    private final Kernel kernel;
    private final Partition partition;
    private final Exchange exchange;
    private final Geometries[] geometries;      // by the directions of a launch, less one
    private String refusal;

    SequenceLauncher(Kernel kernel, Partition partition, Exchange exchange) {
        this.kernel = kernel;
        this.partition = partition;
        this.exchange = exchange;
        geometries = new Geometries[partition.directions()];
        for (int n = 0; n < geometries.length; n++) {
            geometries[n] = new Geometries(n + 1, partition.threads(), 1, partition.sharedBytes(), partition.cooperative());
        }
    }

    /** How it runs. */
    final Partition partition() {
        return partition;
    }

    /** What the device said when it refused a launch; null if it did not. */
    final String refusal() {
        return refusal;
    }

    /** Whether a call is for it: not a single step where blocks would wait for each other, since no graph holds those. */
    final boolean takes(Pass p) {
        return !(p.isStep && partition.cooperative());
    }

    /** Whether a launch takes both directions of a layer. Not once the device has refused one. */
    final boolean takesBoth() {
        return partition.directions() > 1 && refusal == null;
    }

    /** Adds what these kernels take after their own pointers, all but what is the cell's own. */
    final void common(long lengths, int steps, int batch, int hiddenSize, int ldy, boolean reverse) {
        Expect.atLeast("T", steps, 1);
        Expect.atLeast("B", batch, 1);
        Expect.atLeast("H", hiddenSize, 1);
        Expect.atLeast("ldy", ldy, hiddenSize);
        arguments.address(Expect.address("lengths", lengths)).address(exchange.flags()).address(exchange.status())
                .int32(steps).int32(batch).int32(hiddenSize).int32(ldy).int32(reverse ? 1 : 0).int32(partition.units())
                .int32(partition.groups(batch)).int32(exchange.polls());
    }

    /** Adds, after all others, what kernels in 16 bits take. */
    final void handing() {
        if (exchange.halves()) {
            arguments.address(exchange.handed());
        }
    }

    /** The same for those that go back. */
    final void handing(long magnitude) {
        if (exchange.halves()) {
            arguments.address(exchange.handed()).address(magnitude);
        }
    }

    /** Adds, last of all, so many tensors of a second direction that there is not. */
    final void noSecond(int tensors) {
        for (int n = 0; n < tensors; n++) {
            arguments.address(0);
        }
    }

    /** One direction. False if the device refuses: then nothing has run, and the steps must. */
    final boolean launch(Stream stream, int batch) {
        return launch(stream, batch, 1);
    }

    /** The same for both directions. */
    final boolean launchBoth(Stream stream, int batch) {
        Expect.atLeast("directions of a launch", partition.directions(), 2);
        return launch(stream, batch, 2);
    }

    private boolean launch(Stream stream, int batch, int directions) {
        if (refusal != null) {
            return false;
        }
        try {
            if (partition.cooperative()) {
                exchange.reset(directions * partition.tiles(batch));
            }
            stream.launch(kernel, geometries[directions - 1].of(partition.parts() * partition.groups(batch)), arguments);
            return true;
        } catch (DeviceException e) {
            if (!REFUSALS.contains(e.code())) {
                throw e;
            }
            refusal = "the device refused " + partition + ": " + e.getMessage();
            LOG.log(Level.WARNING, refusal + "; its steps run one by one");
            return false;
        }
    }
}
