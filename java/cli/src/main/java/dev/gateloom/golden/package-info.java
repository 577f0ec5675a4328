/**
 * Golden test vectors: safetensors files of the families {@code core} and {@code variant}, with inputs, parameters and what
 * PyTorch computed from them, {@code train}, training steps of PyTorch, and {@code keras}, models of Keras with their
 * training. {@link dev.gateloom.golden.Golden} reads one, {@link dev.gateloom.golden.Verdict} says how well an engine agrees.
 */
package dev.gateloom.golden;
