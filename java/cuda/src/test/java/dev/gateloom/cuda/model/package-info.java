/** A device whose kernels are plain Java, written from the headers of the {@code .cu} files: for tests of launch code. */
package dev.gateloom.cuda.model;
