/**
 * The CUDA kernels: compiled code, sources, and what each kernel needs of a multiprocessor.
 *
 * <p>The build compiles every {@code .cu} with NVRTC, which comes as a library from Maven Central: machine code and PTX for seven
 * architectures, each in one run, which hands out the machine code together with the PTX that it was made from. What has not changed
 * (sources, headers, options, compiler, the table of architectures, the build program) is left alone. A warning is an error.
 */
package dev.gateloom.kernels;
