/**
 * Finds races, by the memory model of the PTX ISA (its chapter "Memory Consistency Model").
 *
 * <p><b>Threads.</b> Happens-before, the ISA's base causality order, is tracked with vector clocks (the algorithm of FastTrack) for
 * single threads, also within a warp: threads of a warp that run side by side on the emulator need not do so on hardware. Orders
 * come from {@code bar} and {@code barrier} (also {@code arrive} and {@code .cluster}), from {@code bar.warp.sync}, and from a release
 * pattern that synchronizes with an acquire pattern. Shuffles, votes and {@code mma} order nothing; nor does {@code fence.sc} more
 * than {@code fence.acq_rel}: the order that it adds among fences shows only to threads that also read each other's values.
 * Clocks are immutable and shared, and know whole blocks by one number ({@link dev.gateloom.ptx.race.Known}), since that is
 * how threads mostly meet.
 *
 * <p><b>Patterns.</b> A release pattern on a place is a release of it, or a fence or a release of the same place and later a strong
 * write to it; what it tells is what was known at its first instruction. An acquire pattern is an acquire of the place, or a
 * strong read of it and later an acquire of it or a fence; what it learns is known after its last instruction. They
 * synchronize if the read observes the write, directly or through a chain of atomic updates, and if the first and the last
 * instruction include each other in their scopes. A link of the chain, too, counts only if both of its accesses are strong, of one
 * size, and include each other: {@link dev.gateloom.ptx.race.Flag} therefore keeps who wrote a value and how apart from what the
 * value tells, and {@link dev.gateloom.ptx.race.Published} sorts that by the scopes of first instructions. {@code red} passes on what
 * it updates, but acquires nothing.
 *
 * <p><b>Memory.</b> A race is two accesses to the same bytes, one of them a write, that are not ordered and not both strong
 * (of one size, with scopes that include each other). A weak write is ordered after all that was before it, or there is a race
 * already: it stands for all of that. Weak reads and strong accesses need not be ordered among themselves; those of which none
 * has happened before another one are all kept: weak readers of one block that stand at the same epoch in
{@link dev.gateloom.ptx.race.BlockReaders}, up to {@code Readers.MOST} other warps beside them. A write that a strong read has
 * observed has happened before whatever comes after that read, though what its thread did earlier has not: the
 * last block to count may clear the counter by a plain store. That holds for {@code atom}, whose result shows the order, and not for
 * {@code red}, which might as well have come first.
 *
 * <p>{@code cp.async} reads and writes at some time from its issue to the wait of its own thread that covers it, until when
 * even that thread may not interfere. Reads by {@code .nc} race with any write of the same launch, ordered or not.
 *
 * <p><b>Time.</b> Epochs only grow from launch to launch: nothing has to be cleared, older ones have happened before.
 * Blocks that follow each other in the same place are not ordered in global memory, since nothing says that they run in
 * this order.
 *
 * <p><b>Streams.</b> {@link dev.gateloom.ptx.race.Timeline} does the same for copies, fills and launches of several
 * streams, which events and the waiting host order. Strong accesses of two launches count as weak there.
 *
 * <p>{@code OrderingTest} compares orders with plain sets. A race is found if both accesses happen in this run, in whatever order,
 * and no release that the schedule happened to put between them orders them. Races are reported at the end of the launch, which
 * fails.
 */
package dev.gateloom.ptx.race;
