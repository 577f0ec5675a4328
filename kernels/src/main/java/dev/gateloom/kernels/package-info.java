/** The CUDA kernels: compiled code, sources, and what each kernel needs of a multiprocessor. */
package dev.gateloom.kernels;
