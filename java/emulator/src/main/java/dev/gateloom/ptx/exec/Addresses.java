package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.Space;
import dev.gateloom.ptx.parse.Variable;
import java.util.IdentityHashMap;
import java.util.Map;

/** Where the variables of a kernel are: offsets in its own spaces, addresses for what the program owns. */
final class Addresses {
    private static final int DYNAMIC_ALIGNMENT = 16;

    /** By declaration: variables of two scopes may be alike in everything and are two all the same. */
    private final Map<Variable, Long> places = new IdentityHashMap<>();
    private int shared;
    private int local;
    private int parameters;

    /**
     * Lays out a kernel.
     *
     * @param globals where the module's variables are
     * @param moduleShared shared variables that are declared outside of the kernel
     */
    Addresses(Function function, Map<Variable, Long> globals, Iterable<Variable> moduleShared) {
        places.putAll(globals);
        for (Variable parameter : function.parameters()) {
            parameters = align(parameters, parameter.alignment());
            places.put(parameter, (long) parameters);
            parameters += (int) parameter.bytes();
        }
        moduleShared.forEach(this::place);
        function.variables().forEach(this::place);
        int end = shared;
        for (Variable variable : moduleShared) {
            end = Math.max(end, dynamic(variable));
        }
        for (Variable variable : function.variables()) {
            end = Math.max(end, dynamic(variable));
        }
        shared = end;
    }

    long of(Variable variable) {
        Long place = places.get(variable);
        if (place == null) {
            throw new PtxException(0, "variable " + variable.name() + " has no place");
        }
        return place;
    }

    static long window(Space space) {
        return switch (space) {
            case SHARED, CLUSTER_SHARED -> Region.SHARED_WINDOW;
            case LOCAL -> Region.LOCAL_WINDOW;
            case CONST -> Region.CONST_WINDOW;
            default -> 0;
        };
    }

    int shared() {
        return shared;
    }

    int local() {
        return local;
    }

    int parameters() {
        return parameters;
    }

    private void place(Variable variable) {
        if (variable.space() == Space.SHARED && !variable.external()) {
            shared = align(shared, variable.alignment());
            places.put(variable, (long) shared);
            shared += (int) variable.bytes();
        } else if (variable.space() == Space.LOCAL) {
            local = align(local, variable.alignment());
            places.put(variable, (long) local);
            local += (int) variable.bytes();
        }
    }

    /** All dynamic arrays start at the same place: after what is declared, as far as their alignment asks. */
    private int dynamic(Variable variable) {
        if (variable.space() != Space.SHARED || !variable.external()) {
            return 0;
        }
        int start = align(shared, Math.max(variable.alignment(), DYNAMIC_ALIGNMENT));
        places.put(variable, (long) start);
        return start;
    }

    private static int align(int offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
