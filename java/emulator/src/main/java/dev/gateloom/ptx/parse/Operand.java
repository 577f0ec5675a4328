package dev.gateloom.ptx.parse;

import java.util.List;

/** An operand of an instruction, names resolved. */
public sealed interface Operand {

    /**
     * A register.
     *
     * @param register which
     * @param negated {@code !p}
     */
    record Reg(Register register, boolean negated) implements Operand {
    }

    /**
     * A special register such as {@code %tid.x}.
     *
     * @param name with its percent sign
     */
    record Special(String name) implements Operand {
    }

    /**
     * An integer.
     *
     * @param value sign-extended
     */
    record Int(long value) implements Operand {
    }

    /**
     * A floating-point number.
     *
     * @param value exact for {@code 0f} and {@code 0d} but for the payload of a NaN
     * @param single the bits of an {@code 0f} constant, or of the rounded value
     */
    record Real(double value, int single) implements Operand {
    }

    /**
     * The address of a variable.
     *
     * @param variable which
     * @param offset bytes added to it
     */
    record Symbol(Variable variable, long offset) implements Operand {
    }

    /**
     * A place in the code.
     *
     * @param name as written
     * @param index of the instruction it stands before; the number of instructions for the function's end
     */
    record Label(String name, int index) implements Operand {
    }

    /**
     * Places in the code, of which a register chooses one: {@code .branchtargets}.
     *
     * @param name of the table
     * @param indices as those of a label, in the order of the table
     */
    record Targets(String name, List<Integer> indices) implements Operand {
    }

    /**
     * A place in memory: {@code [base + offset]}.
     *
     * @param base a register or symbol; null for an absolute address
     * @param offset bytes
     */
    record Address(Operand base, long offset) implements Operand {
    }

    /**
     * Several registers: {@code {a, b}}.
     *
     * @param elements in order
     */
    record Vector(List<Operand> elements) implements Operand {
    }

    /**
     * Two predicates, or a value and a predicate: {@code p|q}.
     *
     * @param first left of the bar
     * @param second right of the bar
     */
    record Pair(Operand first, Operand second) implements Operand {
    }

    /** The sink {@code _}. */
    record Sink() implements Operand {
    }
}
