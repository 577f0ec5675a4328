/**
 * The cuDNN engine of Gateloom: NVIDIA's own recurrent networks behind the contract of all engines, as the baseline of the fused
 * kernels and as an example of cuDNN 9 in Java. No class of JCudnn is touched before cuDNN was found.
 */
package dev.gateloom.cudnn;
