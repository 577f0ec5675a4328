/**
 * Makes kernels wrong, one place at a time, to see whether the checks notice: a barrier, fence, acquire, release or scope
 * that can be taken away without any report is redundant, or not tested, or the checks are too weak.
 */
package dev.gateloom.ptx.mutation;
