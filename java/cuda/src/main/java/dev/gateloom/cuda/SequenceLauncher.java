package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What the launchers of all steps share. They launch nothing once the device has refused to. For one thread at a time. */
abstract class SequenceLauncher {
    private static final Logger LOG = System.getLogger(SequenceLauncher.class.getName());
    private static final int COOPERATIVE_LAUNCH_TOO_LARGE = 720;

    final Arguments arguments = new Arguments();
    private final Kernel kernel;
    private final Partition partition;
    private final Exchange exchange;
    private final Geometries geometries;
    private String refusal;

    SequenceLauncher(Kernel kernel, Partition partition, Exchange exchange) {
        this.kernel = kernel;
        this.partition = partition;
        this.exchange = exchange;
        geometries = new Geometries(partition.threads(), 1, partition.sharedBytes(), partition.cooperative());
    }

    /** How it runs. */
    final Partition partition() {
        return partition;
    }

    /** What the device said when it refused a launch; null if it did not. */
    final String refusal() {
        return refusal;
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

    /** False if the device refuses: then nothing has run, and the steps must. */
    final boolean launch(Stream stream, int batch) {
        if (refusal != null) {
            return false;
        }
        try {
            if (partition.cooperative()) {
                exchange.reset(partition.tiles(batch));
            }
            stream.launch(kernel, geometries.of(partition.parts() * partition.groups(batch)), arguments);
            return true;
        } catch (DeviceException e) {
            if (e.code() != COOPERATIVE_LAUNCH_TOO_LARGE) {
                throw e;
            }
            refusal = "the device refused " + partition + ": " + e.getMessage();
            LOG.log(Level.WARNING, refusal + "; its steps run one by one");
            return false;
        }
    }
}
