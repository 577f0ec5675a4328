package dev.gateloom.cuda;

import dev.gateloom.device.Stream;

/** The caller's tensors in device memory, which are copied in the order of the plan's stream. */
final class DeviceTensors implements CallTensors {
    private final Stream stream;
    private DeviceCall call;

    DeviceTensors(Stream stream) {
        this.stream = stream;
    }

    DeviceTensors of(DeviceCall next) {
        call = next;
        return this;
    }

    @Override
    public boolean has(Tensor tensor) {
        return call.has(tensor);
    }

    @Override
    public long place(Tensor tensor) {
        return call.get(tensor);
    }

    @Override
    public void load(Tensor tensor, long words, long to) {
        stream.copy(call.get(tensor), to, words * Float.BYTES);
    }

    @Override
    public void store(long from, Tensor tensor, long words) {
        stream.copy(from, call.get(tensor), words * Float.BYTES);
    }
}
