package dev.gateloom.ptx.parse;

import java.util.List;

/**
 * A kernel.
 *
 * @param name its name
 * @param parameters in order
 * @param variables its shared and local memory
 * @param registers all, by index
 * @param body its instructions
 * @param maxThreads product of {@code .maxntid}; 0 if not given
 * @param requiredThreads of {@code .reqntid}: x, y, z; null if not given
 * @param minBlocks of {@code .minnctapersm}; 0 if not given
 * @param cluster of {@code .reqnctapercluster}: x, y, z; null if not given
 */
public record Function(String name, List<Variable> parameters, List<Variable> variables, List<Register> registers,
        List<Instruction> body, int maxThreads, int[] requiredThreads, int minBlocks, int[] cluster) {
}
