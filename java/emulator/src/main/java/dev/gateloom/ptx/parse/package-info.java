/**
 * PTX text to a tree: {@link dev.gateloom.ptx.parse.PtxParser} reads what NVRTC emits (PTX ISA 6.0 to 8.8).
 *
 * <p>Names are resolved here, once: registers, variables and labels of nested scopes become objects or indices, so that
 * nothing later looks up a string. Modifiers of instructions are kept as text: what they mean is known to the instruction alone,
 * and whoever translates it must account for each of them.
 */
package dev.gateloom.ptx.parse;
