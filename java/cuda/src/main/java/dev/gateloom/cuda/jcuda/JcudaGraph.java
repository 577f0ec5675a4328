package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;

import dev.gateloom.device.Graph;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;

/** A graph ready to run. */
final class JcudaGraph implements Graph {
    private final JcudaDevice device;
    private final CUgraphExec handle;
    private final Ledger.Entry entry;

    /** Makes a captured graph ready; the captured form is not needed after it. Leaves nothing behind if either fails. */
    JcudaGraph(JcudaDevice device, DriverContext context, Ledger ledger, CUgraph captured) {
        this.device = device;
        CUgraphExec ready = new CUgraphExec();
        Runnable free = () -> context.call("cuGraphExecDestroy", () -> cuGraphExecDestroy(ready), () -> "");
        Cleanup cleanup = new Cleanup()
                .run(() -> context.call("cuGraphInstantiate", () -> cuGraphInstantiate(ready, captured, 0), () -> ""))
                .run(() -> context.call("cuGraphDestroy", () -> cuGraphDestroy(captured), () -> ""));
        if (cleanup.hasFailed() && Handles.get(ready) != 0) {
            cleanup.run(free);
        }
        cleanup.finish();
        handle = ready;
        entry = ledger.enter(this, "graph", 0, free);
    }

    CUgraphExec handle(JcudaDevice user) {
        entry.requireOpen();
        user.requireSame(device, "graph");
        return handle;
    }

    @Override
    public void close() {
        entry.close();
    }
}
