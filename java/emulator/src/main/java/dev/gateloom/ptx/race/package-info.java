/**
 * Finds races, by the memory model of the PTX ISA.
 *
 * <p><b>Threads.</b> Happens-before is tracked with vector clocks (the algorithm of FastTrack) for single threads, also
 * within a warp: threads of a warp that run side by side on the emulator need not do so on hardware. Orders come from
 * {@code bar} and {@code barrier} (also {@code arrive} and {@code .cluster}), {@code bar.warp.sync}, and from a release
 * whose value an acquire reads, directly or through atomic updates; a release or acquire is an instruction with that
 * modifier, or a fence before a strong write (or a relaxed arrival) or after a strong read. Such a pair orders two threads only if each scope involved, of the two fences as
 * well as of the two accesses, includes the other thread. Shuffles, votes and {@code mma} order nothing; nor does
 * {@code fence.sc} more than {@code fence.acq_rel}. Clocks are immutable and shared, and know whole blocks by one number
 * ({@link dev.gateloom.ptx.race.Known}), since that is how threads mostly meet.
 *
 * <p><b>Memory.</b> A race is two accesses to the same bytes, one of them a write, that are not ordered and not both strong
 * (of one size, with scopes that include each other). {@link dev.gateloom.ptx.race.Page} says what a cell remembers.
 * {@code cp.async} reads and writes at some time from its issue to the wait of its own thread that covers it, until when
 * even that thread may not interfere. Reads by {@code .nc} race with any write of the same launch, ordered or not.
 *
 * <p><b>Time.</b> Epochs only grow from launch to launch: nothing has to be cleared, older ones have happened before.
 * Blocks that follow each other in the same place are not ordered in global memory, since nothing says that they run in
 * this order.
 *
 * <p><b>Streams.</b> {@link dev.gateloom.ptx.race.Timeline} does the same for copies, fills and launches of several
 * streams, which events and the waiting host order.
 *
 * <p>{@code OrderingTest} compares orders with plain sets. Two patterns of the ISA are not followed, so that races are
 * reported that are none: a release and then a strong write to the same place, and a strong read and then an acquire of the
 * same place. A race is found if both accesses happen in this run, in whatever order, unless one was forgotten: a cell keeps two
 * concurrent weak readers, one strong reader and one strong writer, and two lanes that read the same address in one instruction
 * stand for all. Races are reported at the end of the launch, which fails.
 */
package dev.gateloom.ptx.race;
