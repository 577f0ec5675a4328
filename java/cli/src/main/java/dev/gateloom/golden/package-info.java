/**
 * Golden test vectors: safetensors files of the families {@code core} and {@code variant}, with inputs, parameters and
 * what PyTorch computed from them. {@link dev.gateloom.golden.GoldenCase} reads one,
 * {@link dev.gateloom.golden.Verdict} says how well an engine agrees.
 */
package dev.gateloom.golden;
