/**
 * Compiles the kernels while the project is built: {@code .cu} files to cubins and PTX, with a report of what they need of a
 * multiprocessor. No part of the jar.
 */
package dev.gateloom.kernels.build;
