package dev.gateloom.cuda;

import dev.gateloom.Precision;

/**
 * What a plan on a GPU has beside the calls with host memory: calls with device memory. {@link #forward} and {@link #backward}
 * return at once, unless a library has to know {@link Tensor#LENGTHS} on the host: then forward waits for the stream, if
 * {@link DeviceCall#hostLengths} does not tell them. The caller's tensors are read and written in the order of {@link #stream}.
 * Every engine of this module has it,
 * so whoever keeps tensors on the device, or times engines there, needs no other.
 */
public interface DevicePlan {
    /**
     * Where calls with device memory run.
     *
     * @return a {@code CUstream}: the caller's, or the plan's own
     */
    long stream();

    /**
     * How the recurrence runs, and why: the kernels or the library's algorithm.
     *
     * @return one line for each pass, layer or kernel; it changes if the device refuses a launch
     */
    String strategy();

    /**
     * The numbers in which calls give rows and states at the least cost, see {@link DeviceCall#dataType}, if all sequences have T
     * steps. Float32 is taken too.
     *
     * @return FP32, or the 16 bits in which a library computes
     */
    default Precision dataType() {
        return Precision.FP32;
    }

    /**
     * Runs the stack over a batch of sequences in device memory, later, on the plan's stream. The shape is that of
     * {@link dev.gateloom.RnnPlan#shape(int, int)}.
     *
     * @param call the weights, the inputs and the results that are wanted
     * @throws IllegalArgumentException naming the tensor that must or must not be there; nothing was queued then
     * @throws UnsupportedOperationException if the plan's library has not what the call asks of it, as sequences of different lengths;
     *     nothing was queued then
     * @throws IllegalStateException if it would have to wait and the stream is being captured; nothing was queued then
     */
    void forward(DeviceCall call);

    /**
     * Gradients of the forward with device memory just before, later, on the plan's stream. One backward belongs to one
     * forward, and a library reads {@link Tensor#X}, {@link Tensor#H0}, {@link Tensor#C0} and {@link Tensor#Y} of that forward again:
     * for engine {@code cudnn} keep them as they were, except a state that forward has overwritten with its result. Engine
     * {@code cuda} reads the weights alone again.
     *
     * @param call the weights of that forward, unchanged since, the gradients of its results, and the gradients that are
     *     wanted; other tensors may be set and are not used
     * @throws IllegalArgumentException naming the tensor that must or must not be there; nothing was queued then
     * @throws IllegalStateException if there was no such training forward of this shape just before
     */
    void backward(DeviceCall call);

    /**
     * Waits for the calls with device memory.
     *
     * @throws dev.gateloom.device.DeviceException if one of them failed: the results of all since the last wait are invalid
     */
    void synchronize();
}
