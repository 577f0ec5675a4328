package dev.gateloom.profile;

import dev.gateloom.device.Launch;
import dev.gateloom.ptx.KernelCounters;

/**
 * The launches of a kernel with one geometry.
 *
 * @param kernel its name
 * @param launch the geometry
 * @param launches how many
 * @param resources what each needs of a multiprocessor
 * @param milliseconds of all of them together, taken on a GPU; null if they ran on the emulator
 * @param counts of all of them together; null if they ran on a GPU
 * @param roofline what the counts come to on a chosen GPU; null without counts
 */
record KernelProfile(String kernel, Launch launch, long launches, Resources resources, Double milliseconds,
        KernelCounters counts, Roofline roofline) {
}
