package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Turns a parsed kernel into one that runs: every instruction and every modifier is understood here, or refused. */
public final class Translator {
    private final Function function;
    private final ControlFlow flow;
    private final Slots slots;
    private final Addresses addresses;
    private final FloatFamily floats;
    private final Tearing tearing;
    private final HalfFamily halves;
    private final TensorFamily tensors;

    private Translator(Function function, Addresses addresses, int target, Approximations approximations, long seed) {
        this.function = function;
        this.addresses = addresses;
        flow = new ControlFlow(function.body());
        slots = new Slots(new RegisterFiles(function, flow), function.cluster() != null);
        floats = new FloatFamily(approximations);
        tearing = new Tearing(seed);
        halves = new HalfFamily(approximations);
        tensors = new TensorFamily(approximations, target);
    }

    /**
     * Translates a kernel.
     *
     * @param function as parsed
     * @param globals addresses of the module's variables in global and constant memory
     * @param moduleShared shared variables of the module
     * @param target architecture that the code was made for, for example 80
     * @param approximations how approximate instructions round
     * @param seed of the order in which the elements of strong vectors are accessed
     * @return the kernel, ready to run any number of times
     * @throws PtxException naming what is not supported
     */
    public static Code translate(Function function, Map<Variable, Long> globals, List<Variable> moduleShared, int target,
            Approximations approximations, long seed) {
        Addresses addresses = new Addresses(function, globals, moduleShared);
        Translator translator = new Translator(function, addresses, target, approximations, seed);
        List<Op> ops = translator.ops();
        return new Code(function, ops, translator.slots, addresses.shared(), addresses.local(), addresses.parameters());
    }

    private List<Op> ops() {
        List<Instruction> body = function.body();
        int[] startOf = new int[flow.size() + 1];
        List<Op> ops = new ArrayList<>();
        int[] layout = flow.layout();
        for (int n = 0; n < layout.length; n++) {
            ControlFlow.Block block = flow.block(layout[n]);
            startOf[layout[n]] = ops.size();
            for (int i = block.start(); i < block.end(); i++) {
                Op op = translate(body.get(i));
                ops.addAll(tearing.apply(op));
                if (op instanceof ControlOps.Jump jump) {
                    jump.targets = ControlFlow.targets(body.get(i)).stream().mapToInt(flow::blockAt).toArray();
                }
            }
            ops.get(startOf[layout[n]]).leader = true;
            Instruction last = body.get(block.end() - 1);
            boolean goesOn = last.guard() != null || !ControlFlow.isBranch(last) && !ControlFlow.endsThread(last);
            int next = flow.blockAt(block.end());
            if (goesOn && (n + 1 == layout.length || layout[n + 1] != next)) {
                ControlOps.Branch jump = new ControlOps.Branch(null);
                jump.targets = new int[] {next};
                ops.add(jump);
            }
        }
        startOf[flow.size()] = ops.size();
        Op end = new ControlOps.Exit(null);
        end.leader = true;
        ops.add(end);
        for (int i = 0; i < ops.size(); i++) {
            ops.get(i).index = i;
            if (ops.get(i) instanceof ControlOps.Jump jump) {
                Arrays.setAll(jump.targets, n -> startOf[jump.targets[n]]);
            }
        }
        return ops;
    }

    private Op translate(Instruction instruction) {
        Statement s = new Statement(instruction, slots, addresses);
        Op op = halves.translate(s);
        op = op != null ? op : floats.translate(s);
        op = op != null ? op : CarryFamily.translate(s);
        op = op != null ? op : IntegerFamily.translate(s);
        op = op != null ? op : MoveFamily.translate(s);
        op = op != null ? op : ConversionFamily.translate(s);
        op = op != null ? op : MemoryFamily.translate(s);
        op = op != null ? op : WarpFamily.translate(s);
        op = op != null ? op : tensors.translate(s);
        op = op != null ? op : ClusterFamily.translate(s);
        if (op == null) {
            throw new PtxException(instruction.ptxLine(), "instruction " + instruction.name() + " is not supported");
        }
        s.finish();
        if (instruction.guard() != null) {
            if (instruction.guard().register().type() != PtxType.PRED) {
                throw s.refuse("its guard " + instruction.guard().register().name() + " is no predicate");
            }
            op.guard = slots.slot(instruction.guard().register());
            op.guardFlip = instruction.guard().negated() ? -1 : 0;
        }
        return op;
    }
}
