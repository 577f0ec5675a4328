package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Region;

/**
 * A {@code cp.async} of one thread.
 *
 * @param lane whose
 * @param group of copies of the thread
 * @param bytes what arrives, zeros past what was read included
 * @param from where it was read; null if nothing was
 * @param fromOffset first byte there
 * @param read bytes from there
 * @param to where it goes
 * @param toOffset first byte there
 */
public record AsyncCopy(int lane, int group, byte[] bytes, Region from, int fromOffset, int read, Region to, int toOffset) {
}
