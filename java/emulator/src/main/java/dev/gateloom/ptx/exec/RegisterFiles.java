package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Gives registers that are never alive at the same time one place, as the compiler behind PTX does. PTX has a new register for
 * each value, a thousand in an unrolled kernel; without this a warp would be as slow as the caches that its registers pass.
 *
 * <p>A register's range spans, in the order of the code as laid out, every place at which it is alive; ranges that do not overlap share
 * (Poletto and Sarkar, "Linear scan register allocation"). What is alive is a matter of each thread alone, and each thread has a lane of its
 * own, so diverged threads cannot get at each other's values. Registers that may be read before they are written are
 * zero at the start.
 */
final class RegisterFiles {

    /** Where registers of a size live. */
    enum File {
        /** 32 bits and less. */
        WORDS,
        /** 64 bits. */
        LONGS,
        /** One bit. */
        PREDICATES;

        static File of(Register register) {
            return register.type() == PtxType.PRED ? PREDICATES : register.type().bits() == 64 ? LONGS : WORDS;
        }
    }

    /** Instructions whose first operand is written and not read. Of others every operand counts as read, which is always safe. */
    private static final Set<String> WRITERS = Set.of("mov", "cvta", "selp", "setp", "cvt", "ld", "ldu", "add", "sub", "mul",
            "mad", "fma", "div", "rem", "abs", "neg", "min", "max", "and", "or", "xor", "not", "cnot", "shl", "shr", "popc", "clz",
            "brev", "bfe", "bfi", "bfind", "prmt", "lop3", "shf", "rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh",
            "copysign", "addc", "subc", "madc", "shfl", "vote", "match", "redux", "activemask", "elect", "atom",
            "mma", "ldmatrix", "mapa", "getctarank");

    private final List<Instruction> body;
    private final ControlFlow flow;
    private final Register[] registers;
    /** By register: from where to where it is alive; reads happen at even places, writes at the odd ones after them. */
    private final int[] from;
    private final int[] to;
    private final int[] place;
    private final int[] sizes = new int[File.values().length];
    private final BitSet undefined;

    RegisterFiles(Function function, ControlFlow flow) {
        body = function.body();
        this.flow = flow;
        registers = function.registers().toArray(Register[]::new);
        from = new int[registers.length];
        to = new int[registers.length];
        place = new int[registers.length];
        Arrays.fill(from, Integer.MAX_VALUE);
        Arrays.fill(to, -1);
        BitSet[] alive = aliveAtStarts();
        undefined = body.isEmpty() ? new BitSet() : alive[0];
        span(alive);
        for (File file : File.values()) {
            allocate(file);
        }
    }

    /** Number of places of a file. */
    int size(File file) {
        return sizes[file.ordinal()];
    }

    int place(Register register) {
        return place[register.index()];
    }

    /** Places of a file that must be zero at the start. */
    int[] undefined(File file) {
        return undefined.stream().filter(r -> File.of(registers[r]) == file).map(r -> place[r]).toArray();
    }

    private static boolean writes(Instruction instruction) {
        return WRITERS.contains(instruction.opcode()) && !instruction.operands().isEmpty();
    }

    private static void reads(Instruction instruction, IntConsumer reader) {
        if (instruction.guard() != null) {
            visit(instruction.guard(), reader);
        }
        List<Operand> operands = instruction.operands();
        for (int i = writes(instruction) ? 1 : 0; i < operands.size(); i++) {
            visit(operands.get(i), reader);
        }
    }

    private static void writes(Instruction instruction, IntConsumer writer) {
        if (writes(instruction)) {
            visit(instruction.operands().get(0), writer);
        }
    }

    private static void visit(Operand operand, IntConsumer visitor) {
        if (operand instanceof Operand.Reg reg) {
            visitor.accept(reg.register().index());
        } else if (operand instanceof Operand.Address address && address.base() != null) {
            visit(address.base(), visitor);
        } else if (operand instanceof Operand.Vector vector) {
            vector.elements().forEach(element -> visit(element, visitor));
        } else if (operand instanceof Operand.Pair pair) {
            visit(pair.first(), visitor);
            visit(pair.second(), visitor);
        }
    }

    /** By block: registers whose values at its start may still be read. */
    private BitSet[] aliveAtStarts() {
        int[] layout = flow.layout();
        BitSet[] alive = new BitSet[flow.size()];
        for (int i = 0; i < alive.length; i++) {
            alive[i] = new BitSet();
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int n = layout.length - 1; n >= 0; n--) {
                ControlFlow.Block block = flow.block(layout[n]);
                BitSet now = aliveAtEnd(block, alive);
                for (int i = block.end() - 1; i >= block.start(); i--) {
                    Instruction instruction = body.get(i);
                    if (instruction.guard() == null) {
                        writes(instruction, now::clear);
                    }
                    reads(instruction, now::set);
                }
                changed |= !now.equals(alive[layout[n]]);
                alive[layout[n]] = now;
            }
        }
        return alive;
    }

    private BitSet aliveAtEnd(ControlFlow.Block block, BitSet[] alive) {
        BitSet result = new BitSet();
        for (int successor : block.successors()) {
            if (successor < flow.size()) {
                result.or(alive[successor]);
            }
        }
        return result;
    }

    private void span(BitSet[] alive) {
        int at = 0;
        for (int number : flow.layout()) {
            ControlFlow.Block block = flow.block(number);
            int start = 2 * at;
            alive[number].stream().forEach(r -> extend(r, start));
            for (int i = block.start(); i < block.end(); i++) {
                Instruction instruction = body.get(i);
                int here = 2 * at++;
                reads(instruction, r -> extend(r, here));
                // A lane's only result may replace an operand that dies here; of several results the first must not.
                boolean several = !instruction.operands().isEmpty()
                        && !(instruction.operands().get(0) instanceof Operand.Reg);
                writes(instruction, r -> extend(r, several ? here : here + 1));
                if (several) {
                    writes(instruction, r -> extend(r, here + 1));
                }
            }
            int end = 2 * at;
            aliveAtEnd(block, alive).stream().forEach(r -> extend(r, end));
        }
    }

    private void extend(int register, int at) {
        from[register] = Math.min(from[register], at);
        to[register] = Math.max(to[register], at);
    }

    private void allocate(File file) {
        List<Integer> byStart = new ArrayList<>();
        for (int r = 0; r < registers.length; r++) {
            if (to[r] >= 0 && File.of(registers[r]) == file) {
                byStart.add(r);
            }
        }
        byStart.sort(Comparator.comparingInt(r -> from[r]));
        Comparator<Integer> byEnd = Comparator.comparingInt(r -> to[r]);
        PriorityQueue<Integer> taken = new PriorityQueue<>(byEnd);
        PriorityQueue<Integer> free = new PriorityQueue<>();
        for (int r : byStart) {
            while (!taken.isEmpty() && to[taken.peek()] < from[r]) {
                free.add(place[taken.poll()]);
            }
            place[r] = free.isEmpty() ? sizes[file.ordinal()]++ : free.poll();
            taken.add(r);
        }
    }
}
