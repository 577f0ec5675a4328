/** The libraries that a Java developer would otherwise use, set up as their own documentation advises. */
package dev.gateloom.bench.rivals;
