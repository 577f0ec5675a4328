/**
 * What the kernels of one pass do, kernel by kernel: counts from the emulator, or times from a GPU, and what published peaks of a
 * GPU make of the counts.
 */
package dev.gateloom.profile;
