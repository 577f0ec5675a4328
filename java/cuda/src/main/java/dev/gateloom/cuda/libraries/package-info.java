/**
 * NVIDIA's libraries beyond the driver: cuBLAS and cuDNN, which nobody needs and which are used where they are. Finds and loads
 * them, and says where they are and which version, or why not and what mends it. No class of JCublas or JCudnn is touched before
 * its library is in the process.
 */
package dev.gateloom.cuda.libraries;
