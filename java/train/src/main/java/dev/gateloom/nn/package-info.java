/** Layers and losses: forward and backward by hand on top of the recurrent engines. */
package dev.gateloom.nn;
