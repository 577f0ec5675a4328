/** Examples on real data, and how to embed the fused cell in a trainer of your own. */
package dev.gateloom.examples;
