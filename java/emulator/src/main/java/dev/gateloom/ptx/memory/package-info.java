/**
 * Memory of the emulated device, with exact bounds.
 *
 * <p>Addresses are {@code window << 36 | offset}. Windows 1 to 3 are the generic windows of shared, local and constant memory; every
 * allocation of device memory has a window of its own, so that an access past its end can never hit its neighbour, and a
 * window is never used again after it was freed. Each byte remembers whether it was ever written: four bits for four
 * bytes.
 */
package dev.gateloom.ptx.memory;
