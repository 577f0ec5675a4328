package dev.gateloom.ptx.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names between a pair of braces, and of what surrounds it. */
final class Scope {
    final Scope parent;
    final Map<String, Register> registers = new HashMap<>();
    final Map<String, Variable> variables = new HashMap<>();
    final Map<String, Integer> labels = new HashMap<>();
    /** Names of the labels in a table of branch targets. */
    final Map<String, List<String>> tables = new HashMap<>();

    Scope(Scope parent) {
        this.parent = parent;
    }

    Register register(String name) {
        for (Scope s = this; s != null; s = s.parent) {
            Register found = s.registers.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    Variable variable(String name) {
        for (Scope s = this; s != null; s = s.parent) {
            Variable found = s.variables.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    Integer label(String name) {
        for (Scope s = this; s != null; s = s.parent) {
            Integer found = s.labels.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    List<String> table(String name) {
        for (Scope s = this; s != null; s = s.parent) {
            List<String> found = s.tables.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
