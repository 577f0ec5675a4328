package dev.gateloom.ptx.parse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The body of a kernel: declarations, labels and instructions, in nested braces. */
final class Body {
    private static final Set<String> SPECIAL = Set.of("tid", "ntid", "ctaid", "nctaid", "laneid", "warpid", "nwarpid",
            "smid", "nsmid", "gridid", "clock", "clock_hi", "clock64", "globaltimer", "globaltimer_lo",
            "globaltimer_hi", "lanemask_eq", "lanemask_le", "lanemask_lt", "lanemask_ge", "lanemask_gt",
            "dynamic_smem_size", "total_smem_size", "clusterid", "nclusterid", "cluster_ctaid", "cluster_nctaid",
            "cluster_ctarank", "cluster_nctarank", "is_explicit_cluster");

    private final Tokens tokens;
    private final Declarations declarations;
    private final Map<Integer, String> files;
    private final List<Variable> variables = new ArrayList<>();
    private final List<Register> registers = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    /** Labels are used before they stand: their names are resolved at the end, each in the scope of its use. */
    private final List<Runnable> unresolved = new ArrayList<>();
    private Scope scope;
    private Location location;

    Body(Tokens tokens, Declarations declarations, Map<Integer, String> files, Scope scope) {
        this.tokens = tokens;
        this.declarations = declarations;
        this.files = files;
        this.scope = scope;
    }

    List<Variable> variables() {
        return List.copyOf(variables);
    }

    List<Register> registers() {
        return List.copyOf(registers);
    }

    List<Instruction> instructions() {
        return List.copyOf(instructions);
    }

    void read() {
        block();
        unresolved.forEach(Runnable::run);
    }

    private void block() {
        tokens.expect("{");
        scope = new Scope(scope);
        while (!tokens.take("}")) {
            statement();
        }
        scope = scope.parent;
    }

    private void statement() {
        Token token = tokens.peek();
        if (token.is("{")) {
            block();
        } else if (token.is("@")) {
            instruction();
        } else if (token.kind() != Token.Kind.WORD) {
            if (!tokens.take(";")) {
                throw new PtxException(token.line(), "expected an instruction, got '" + token.text() + "'");
            }
        } else if (tokens.peek(1).is(":")) {
            label();
        } else if (token.text().startsWith(".")) {
            directive();
        } else {
            instruction();
        }
    }

    private void label() {
        Token name = tokens.next();
        tokens.expect(":");
        if (tokens.take(".branchtargets")) {
            table(name);
            return;
        }
        if (scope.labels.put(name.text(), instructions.size()) != null) {
            throw new PtxException(name.line(), "label " + name.text() + " stands twice");
        }
    }

    /** {@code name: .branchtargets A, B, C;}: no place in the code, a list of such. */
    private void table(Token name) {
        List<String> labels = new ArrayList<>();
        do {
            labels.add(tokens.word("a label"));
        } while (tokens.take(","));
        tokens.expect(";");
        scope.tables.put(name.text(), labels);
    }

    private void directive() {
        Token token = tokens.next();
        switch (token.text()) {
            case ".reg" -> registerDeclaration();
            case ".shared", ".local", ".global", ".const", ".param" ->
                variables(Space.of(token.text().substring(1)), false);
            case ".extern" -> {
                Token space = tokens.next();
                if (!space.is(".shared")) {
                    throw new PtxException(space.line(), "expected .shared after .extern, got '" + space.text() + "'");
                }
                variables(Space.SHARED, true);
            }
            case ".loc" -> loc(token);
            case ".pragma" -> tokens.skipStatement();
            default -> throw new PtxException(token.line(), "unknown directive " + token.text());
        }
    }

    private void variables(Space space, boolean external) {
        for (Variable variable : declarations.variables(space, external)) {
            variables.add(variable);
            scope.variables.put(variable.name(), variable);
        }
    }

    /** {@code .loc file line column}, and where a function was inlined, which needs no place in a report. */
    private void loc(Token token) {
        String file = files.get((int) tokens.integer());
        int line = (int) tokens.integer();
        location = file == null || line == 0 ? location : new Location(file, line);
        tokens.skipLine(token.line());
    }

    private void registerDeclaration() {
        Token typeToken = tokens.next();
        PtxType type = typeToken.text().startsWith(".") ? PtxType.of(typeToken.text().substring(1)) : null;
        if (type == null) {
            throw new PtxException(typeToken.line(), "expected the type of a register, got '" + typeToken.text() + "'");
        }
        do {
            String name = tokens.word("the name of a register");
            if (tokens.take("<")) {
                long count = tokens.integer();
                tokens.expect(">");
                for (long i = 0; i < count; i++) {
                    declare(name + i, type);
                }
            } else {
                declare(name, type);
            }
        } while (tokens.take(","));
        tokens.expect(";");
    }

    private void declare(String name, PtxType type) {
        Register register = new Register(registers.size(), name, type);
        registers.add(register);
        scope.registers.put(name, register);
    }

    private void instruction() {
        int line = tokens.peek().line();
        Operand.Reg guard = null;
        if (tokens.take("@")) {
            boolean negated = tokens.take("!");
            guard = new Operand.Reg(register(tokens.next()), negated);
        }
        String[] parts = tokens.word("an instruction").split("\\.");
        if (parts[0].equals("call")) {
            throw new PtxException(line, "call is not supported: functions must be inlined into the kernel, declare them"
                    + " __forceinline__");
        }
        List<String> modifiers = List.of(parts).subList(1, parts.length);
        List<Operand> operands = new ArrayList<>();
        if (!tokens.peek().is(";")) {
            do {
                operand(operands, parts[0]);
            } while (tokens.take(","));
        }
        tokens.expect(";");
        instructions.add(new Instruction(guard, parts[0], modifiers, Collections.unmodifiableList(operands), line,
                location));
    }

    private void operand(List<Operand> operands, String opcode) {
        if (opcode.equals("bra") || opcode.equals("brx") && operands.size() == 1) {
            labelOperand(operands, opcode.equals("brx"));
            return;
        }
        Operand first = simple();
        operands.add(tokens.take("|") ? new Operand.Pair(first, simple()) : first);
    }

    private void labelOperand(List<Operand> operands, boolean isTable) {
        Token name = tokens.next();
        int index = operands.size();
        Scope here = scope;
        operands.add(null);
        unresolved.add(() -> operands.set(index, isTable ? table(here, name)
                : new Operand.Label(name.text(), place(here, name.text(), name.line()))));
    }

    private static Operand table(Scope scope, Token name) {
        List<String> labels = scope.table(name.text());
        if (labels == null) {
            throw new PtxException(name.line(), "no table of branch targets " + name.text());
        }
        return new Operand.Targets(name.text(), labels.stream().map(label -> place(scope, label, name.line())).toList());
    }

    private static int place(Scope scope, String label, int line) {
        Integer place = scope.label(label);
        if (place == null) {
            throw new PtxException(line, "no label " + label);
        }
        return place;
    }

    private Operand simple() {
        Token token = tokens.next();
        if (token.is("[")) {
            return address();
        }
        if (token.is("{")) {
            List<Operand> elements = new ArrayList<>();
            do {
                elements.add(simple());
            } while (tokens.take(","));
            tokens.expect("}");
            return new Operand.Vector(List.copyOf(elements));
        }
        if (token.is("!")) {
            return new Operand.Reg(register(tokens.next()), true);
        }
        if (token.is("-")) {
            return Literals.number(tokens.next(), true);
        }
        if (token.kind() == Token.Kind.NUMBER) {
            return Literals.number(token, false);
        }
        return named(token);
    }

    private Operand named(Token token) {
        String name = token.text();
        if (token.kind() != Token.Kind.WORD) {
            throw new PtxException(token.line(), "expected an operand, got '" + name + "'");
        }
        if (name.equals("_")) {
            return new Operand.Sink();
        }
        Register register = scope.register(name);
        if (register != null) {
            return new Operand.Reg(register, false);
        }
        Variable variable = scope.variable(name);
        if (variable != null) {
            return new Operand.Symbol(variable, tokens.take("+") ? tokens.integer() : 0);
        }
        if (name.equals("WARP_SZ")) {
            return new Operand.Int(32);
        }
        int dot = name.indexOf('.');
        if (name.startsWith("%") && SPECIAL.contains(name.substring(1, dot < 0 ? name.length() : dot))) {
            return new Operand.Special(name);
        }
        throw new PtxException(token.line(), "unknown name " + name);
    }

    private Operand address() {
        Token token = tokens.next();
        Operand base = token.kind() == Token.Kind.NUMBER ? null : named(token);
        long offset = base == null ? Literals.integer(token) : 0;
        if (base instanceof Operand.Symbol symbol) {
            offset = symbol.offset();
            base = new Operand.Symbol(symbol.variable(), 0);
        }
        while (!tokens.take("]")) {
            boolean minus = tokens.take("-");
            if (!minus) {
                tokens.expect("+");
                minus = tokens.take("-");
            }
            long value = tokens.integer();
            offset += minus ? -value : value;
        }
        return new Operand.Address(base, offset);
    }

    private Register register(Token token) {
        Register register = scope.register(token.text());
        if (register == null) {
            throw new PtxException(token.line(), "no register " + token.text());
        }
        return register;
    }
}
