/**
 * Chooses how a stack runs on a GPU, and says why. {@link dev.gateloom.cuda.planner.Planner#plan} takes a problem, a GPU and
 * what is implemented, tries the four strategies in the layouts of the kernels that there are, or else in every layout that fits,
 * prices each by the cost model of {@code kernels/KERNELS.md} and returns the cheapest together with the reason against every
 * other. It is arithmetic alone: no device is touched, and its times are estimates.
 */
package dev.gateloom.cuda.planner;
