/**
 * The cuDNN engine of Gateloom: NVIDIA's own recurrent networks behind the contract of all engines, as the baseline of the fused
 * kernels and as an example of cuDNN 9 in Java. No class of JCudnn is touched before cuDNN was found.
 *
 * <p>{@code LibraryPlan} hands the caller's tensors to the library where they are, or takes them to dense, time-major ones of the
 * library's numbers and back; {@code CudnnPlan} runs cuDNN between them, all layers in one call, or layer by layer where dropout's masks come between. {@code WeightSpace} asks
 * cuDNN where each gate's parameters lie, once for a plan, and copies run by run. {@code Support} is the table of what cuDNN
 * lacks. Empty sequences run one step on zeros, since cuDNN leaves open what they do. Calls may be captured by the
 * caller, unless they have to wait for lengths, which cuDNN reads on the host.
 */
package dev.gateloom.cudnn;
