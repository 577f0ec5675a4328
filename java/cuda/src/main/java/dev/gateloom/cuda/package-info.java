/**
 * The engine {@code cuda}: recurrent stacks on a {@link dev.gateloom.device.Device}, by kernels of our own.
 *
 * <p>From the kernels up: a launcher, of one {@code .cu} file or of several that are alike ({@code GemmKernels}, {@code Rows},
 * {@code LstmForward}, …), checks arguments and knows the geometry; {@code Gemm} chooses among the products by their sizes; a
 * {@code Cell} is one layer and direction, with its buffers and its loops over the steps; {@code CudaPlan} owns workspace,
 * reserve and stream, moves the caller's tensors and runs the cells in order; {@code CallTensors} are those tensors, in host
 * memory or in the device's ({@code DeviceCall}); {@code CudaWeights} is the device's copy of parameters that the host has.
 *
 * <p>For each layer and direction: one product for the inputs of all steps; per step one recurrent product and one kernel
 * for the gates, or one kernel for all steps ({@code SequenceKernel}); backward per step one kernel and one product into dh,
 * or again one kernel for all steps, then one product each over all steps for dx, dW_ih and dW_hh, and column sums for the
 * biases.
 *
 * <p>{@code CudaOperations} is what a trainer's other layers do, on the same device.
 */
package dev.gateloom.cuda;
