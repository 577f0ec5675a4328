/**
 * The benchmark suite of a GPU: every engine that has device memory against the card's limits, timed by events of the device.
 *
 * <p>An {@code Entrant} is an engine in one setting, a {@code DeviceSession} a case on it with its tensors in device memory,
 * {@code Turns} its sets of inputs and outputs as captured graphs between two events. {@code DeviceSuite} runs a {@code Race} for
 * each case: it opens and verifies all contenders, then times those that are right in turns, or one after the other where they do not
 * fit into the device together; all by graphs or all call by call, since a graph costs the host less. Sets of inputs exceed twice the
 * L2 cache together where 64 of them do; the report says where not. What is timed on the host goes through JMH's forks, as on a
 * machine without a GPU. On the emulator the same code counts and times nothing. A {@code Watchdog} ends a run
 * whose kernel does not end; the {@code Journal} has what was found until then, however a run ends.
 */
package dev.gateloom.bench.gpu;
