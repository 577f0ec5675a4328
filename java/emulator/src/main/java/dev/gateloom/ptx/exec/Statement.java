package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.List;

/** An instruction that is being translated: its modifiers and its operands, to be accounted for one by one; operands as slots. */
final class Statement {
    final Instruction source;
    private final Slots slots;
    private final Addresses addresses;
    private final List<String> modifiers;
    /** A bit for each operand that somebody asked for. */
    private int asked;

    Statement(Instruction source, Slots slots, Addresses addresses) {
        this.source = source;
        this.slots = slots;
        this.addresses = addresses;
        modifiers = new ArrayList<>(source.modifiers());
    }

    String opcode() {
        return source.opcode();
    }

    PtxException refuse(String why) {
        return new PtxException(source.ptxLine(), source.name() + ": " + why);
    }

    /** Accounts for a modifier if it is there. */
    boolean take(String modifier) {
        return modifiers.remove(modifier);
    }

    /** Accounts for one of several modifiers; null if none is there. */
    String takeAny(String... known) {
        for (String modifier : known) {
            if (modifiers.remove(modifier)) {
                return modifier;
            }
        }
        return null;
    }

    /** One of several modifiers, of which one must be there. */
    String takeOne(String... known) {
        String taken = takeAny(known);
        if (taken == null) {
            throw refuse("expected one of ." + String.join(", .", known));
        }
        return taken;
    }

    /** The first modifier that nobody accounted for. */
    String takeFirst(String what) {
        if (modifiers.isEmpty()) {
            throw refuse("expected " + what);
        }
        return modifiers.remove(0);
    }

    /** The type that comes first among the modifiers left. */
    PtxType type() {
        for (String modifier : modifiers) {
            PtxType type = PtxType.of(modifier);
            if (type != null) {
                modifiers.remove(modifier);
                return type;
            }
        }
        throw refuse("none of its modifiers is a type that is supported here");
    }

    /** Refuses what nobody accounted for: ignored it would mean something else than it says. */
    void finish() {
        if (!modifiers.isEmpty()) {
            throw refuse("modifier ." + modifiers.get(0) + " is not supported here");
        }
        if (Integer.bitCount(asked) != count()) {
            throw refuse("takes " + Integer.bitCount(asked) + " operands, got " + count());
        }
    }

    int count() {
        return source.operands().size();
    }

    Operand operand(int index) {
        if (index >= count()) {
            throw refuse("takes more than " + count() + " operands");
        }
        asked |= 1 << index;
        return source.operands().get(index);
    }

    /** A slot of words to read. Constants are converted to the type's bits. */
    int word(int index, PtxType type) {
        return word(operand(index), type);
    }

    int word(Operand operand, PtxType type) {
        if (operand instanceof Operand.Reg reg && !Slots.isWide(reg.register()) && reg.register().type() != PtxType.PRED) {
            return slots.slot(reg.register());
        }
        if (operand instanceof Operand.Int value) {
            return slots.wordConstant(type.bits() == 16 ? (int) value.value() & 0xffff : (int) value.value());
        }
        if (operand instanceof Operand.Real real) {
            return slots.wordConstant(Slots.bits(type, real));
        }
        if (operand instanceof Operand.Special special && !Specials.isWide(special.name())) {
            return slots.special(special.name(), source);
        }
        if (operand instanceof Operand.Symbol symbol) {
            return slots.wordConstant((int) (addresses.of(symbol.variable()) + symbol.offset()));
        }
        throw refuse("expected a 32-bit register or a constant, got " + describe(operand));
    }

    /** A slot of longs to read. */
    int wide(int index, PtxType type) {
        return wide(operand(index), type);
    }

    int wide(Operand operand, PtxType type) {
        if (operand instanceof Operand.Reg reg && Slots.isWide(reg.register())) {
            return slots.slot(reg.register());
        }
        if (operand instanceof Operand.Int value) {
            return slots.longConstant(value.value());
        }
        if (operand instanceof Operand.Real real) {
            return slots.longConstant(Double.doubleToRawLongBits(real.value()));
        }
        if (operand instanceof Operand.Special special && Specials.isWide(special.name())) {
            return slots.special(special.name(), source);
        }
        if (operand instanceof Operand.Symbol symbol) {
            return slots.longConstant(addresses.of(symbol.variable()) + symbol.offset());
        }
        throw refuse("expected a 64-bit register or a constant, got " + describe(operand));
    }

    /** A slot of words to write. */
    int destination(int index) {
        return destination(operand(index), false);
    }

    /** A slot of longs to write. */
    int wideDestination(int index) {
        return destination(operand(index), true);
    }

    /** A slot of one of the two files to write. */
    int destination(Operand operand, boolean wide) {
        if (operand instanceof Operand.Reg reg && !reg.negated() && reg.register().type() != PtxType.PRED
                && Slots.isWide(reg.register()) == wide) {
            return slots.slot(reg.register());
        }
        if (operand instanceof Operand.Sink) {
            return wide ? slots.sinkLong() : slots.sinkWord();
        }
        throw refuse("expected a " + (wide ? 64 : 32) + "-bit register to write to, got " + describe(operand));
    }

    int predicateDestination(Operand operand) {
        if (operand instanceof Operand.Sink) {
            return slots.sinkPredicate();
        }
        if (operand instanceof Operand.Reg reg && !reg.negated() && reg.register().type() == PtxType.PRED) {
            return slots.slot(reg.register());
        }
        throw refuse("expected a predicate to write to, got " + describe(operand));
    }

    PredicateOps.Source predicate(int index) {
        return predicate(operand(index));
    }

    PredicateOps.Source predicate(Operand operand) {
        if (operand instanceof Operand.Reg reg && reg.register().type() == PtxType.PRED) {
            return new PredicateOps.Source(slots.slot(reg.register()), reg.negated() ? -1 : 0);
        }
        if (operand instanceof Operand.Int value) {
            return new PredicateOps.Source(slots.predicateConstant(value.value() != 0), 0);
        }
        if (operand instanceof Operand.Special special && special.name().equals("%is_explicit_cluster")) {
            return new PredicateOps.Source(slots.predicateConstant(slots.explicitCluster()), 0);
        }
        throw refuse("expected a predicate, got " + describe(operand));
    }

    /** Whether an operand is a 64-bit register. */
    boolean isWide(int index) {
        return Slots.isWide(operand(index));
    }

    /** The predicate that holds the carry. */
    int carry() {
        return slots.carry();
    }

    int constantWord(int value) {
        return slots.wordConstant(value);
    }

    int constantLong(long value) {
        return slots.longConstant(value);
    }

    /** A whole number that must be known now. */
    long integer(int index) {
        if (operand(index) instanceof Operand.Int value) {
            return value.value();
        }
        throw refuse("expected a constant, got " + describe(operand(index)));
    }

    /** Registers between braces, or one alone. */
    List<Operand> elements(int index) {
        return operand(index) instanceof Operand.Vector vector ? vector.elements() : List.of(operand(index));
    }

    /** {@code [base + offset]} of a space. */
    MemoryOp.Place place(int index, Space space) {
        if (!(operand(index) instanceof Operand.Address address)) {
            throw refuse("expected an address in brackets, got " + describe(operand(index)));
        }
        Operand base = address.base();
        if (base == null) {
            return new MemoryOp.Place(true, slots.longConstant(address.offset()), 0);
        }
        if (base instanceof Operand.Symbol symbol) {
            long at = addresses.of(symbol.variable()) + address.offset();
            if (space == Space.GENERIC) {
                at |= Addresses.window(symbol.variable().space()) << dev.gateloom.ptx.memory.Region.WINDOW_BITS;
            }
            return new MemoryOp.Place(true, slots.longConstant(at), 0);
        }
        return Slots.isWide(base) ? new MemoryOp.Place(true, wide(base, PtxType.B64), address.offset())
                : new MemoryOp.Place(false, word(base, PtxType.B32), address.offset());
    }

    static String describe(Operand operand) {
        if (operand instanceof Operand.Reg reg) {
            return reg.register().name() + " of type ." + reg.register().type().name().toLowerCase(java.util.Locale.ROOT);
        }
        return operand.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
