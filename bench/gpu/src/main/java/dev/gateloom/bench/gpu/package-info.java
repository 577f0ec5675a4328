/** The benchmark suite of a GPU: every engine that has device memory against the card's limits, timed by events of the device. */
package dev.gateloom.bench.gpu;
