/**
 * The real GPU: {@link dev.gateloom.device.Device} on the CUDA driver API, through JCuda. The only package that calls JCuda,
 * but for {@link dev.gateloom.cuda.libraries}, which asks its libraries for their versions.
 *
 * <p>JCuda's native library needs the driver's and fails without it, so no class of JCuda may be initialised before
 * {@link dev.gateloom.cuda.jcuda.JcudaProvider#obstacle} has found a driver.
 */
package dev.gateloom.cuda.jcuda;
