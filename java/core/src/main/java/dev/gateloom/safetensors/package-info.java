/**
 * Reads and writes the safetensors format: 8 bytes little-endian header length N, N bytes of JSON, then the tensors,
 * little-endian and row-major, without gaps.
 */
package dev.gateloom.safetensors;
