/** The benchmark suite: what is measured, how, and the command that starts it. */
package dev.gateloom.bench;
