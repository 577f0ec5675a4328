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
 * <p>{@code Sequences} makes the kernels that run all steps of a layer, as {@link dev.gateloom.cuda.planner} chose or a strategy was
 * forced, or says why the steps run one by one after all, which is strategy D. A stack with a rare option runs on a
 * {@code GeneralCell}, made of parts: {@code RecurrentProduct}, {@code Normalisation}, the cell's own kernels, {@code Zoneout}.
 *
 * <p>Products are {@code Gemm}s. Where the device has a {@code Blas}, as a GPU has where cuBLAS is loaded and starts,
 * {@code CublasGemm} takes the place of our kernels; {@code RoundingGemm} has what both need: packed weights, rounded factors, scaled
 * gradients. Handles of cuBLAS belong to the device, workspaces to plans, so that results do not depend on what else runs and calls
 * can be captured.
 *
 * <p>But for strategy C a call is one captured graph ({@code Graphs}), which every later call of its kind launches again;
 * its layers or directions run beside each other on {@code Lanes}. Calls with host memory have a graph between their copies. If the
 * caller captures, or the device refuses to, launches are plain, and {@code CudaPlan.strategy()} says the latter. A trainer that
 * has its own GPU memory embeds the engine by {@code JcudaDevice.ofCurrentContext()} and {@code CudaPlan.forward(DeviceCall)}.
 *
 * <p>{@code CudaOperations} is what a trainer's other layers do, on the same device.
 */
package dev.gateloom.cuda;
