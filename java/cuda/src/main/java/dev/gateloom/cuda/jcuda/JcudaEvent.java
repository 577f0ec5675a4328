package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;

import dev.gateloom.device.Event;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;

/** An event that also takes the time. */
final class JcudaEvent implements Event {
    private final JcudaDevice device;
    private final CUevent handle;
    private final Ledger.Entry entry;

    JcudaEvent(JcudaDevice device, DriverContext context, Ledger ledger) {
        this.device = device;
        CUevent created = new CUevent();
        context.call("cuEventCreate", () -> cuEventCreate(created, CUevent_flags.CU_EVENT_DEFAULT), () -> "");
        handle = created;
        entry = ledger.enter(this, "event", 0,
                () -> context.call("cuEventDestroy", () -> cuEventDestroy(created), () -> ""));
    }

    CUevent handle(JcudaDevice user) {
        entry.requireOpen();
        user.requireSame(device, "event");
        return handle;
    }

    @Override
    public void synchronize() {
        entry.requireOpen();
        device.context().call("cuEventSynchronize", () -> cuEventSynchronize(handle), () -> "");
    }

    @Override
    public double millisecondsSince(Event start) {
        CUevent from = device.own(start, JcudaEvent.class, "start").handle(device);
        entry.requireOpen();
        float[] milliseconds = new float[1];
        device.context().call("cuEventElapsedTime", () -> cuEventElapsedTime(milliseconds, from, handle),
                () -> "both events must have been recorded and reached");
        return milliseconds[0];
    }

    @Override
    public void close() {
        entry.close();
    }
}
