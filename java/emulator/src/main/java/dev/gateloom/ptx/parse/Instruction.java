package dev.gateloom.ptx.parse;

import java.util.List;

/**
 * One instruction.
 *
 * @param guard its predicate; null if it has none
 * @param opcode the first part of its name, for example {@code ld}
 * @param modifiers the other parts in order, without dots
 * @param operands in order
 * @param ptxLine line of the PTX
 * @param location line of the source; null if the PTX does not say
 */
public record Instruction(Operand.Reg guard, String opcode, List<String> modifiers, List<Operand> operands, int ptxLine,
        Location location) {

    /**
     * Name and modifiers.
     *
     * @return for example {@code ld.global.f32}
     */
    public String name() {
        return modifiers.isEmpty() ? opcode : opcode + "." + String.join(".", modifiers);
    }

    /**
     * Where it is, for a report.
     *
     * @return the line of the source, else that of the PTX
     */
    public String where() {
        return location != null ? location.toString() : "PTX line " + ptxLine;
    }
}
