package dev.gateloom.ptx.parse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a PTX file. What it does not know it refuses by name and line; debug sections are skipped. */
public final class PtxParser {
    private final Tokens tokens;
    private final Declarations declarations;
    private final Map<Integer, String> files = new HashMap<>();
    private final Scope globals = new Scope(null);
    private final List<Variable> variables = new ArrayList<>();
    private final Map<String, Function> kernels = new LinkedHashMap<>();
    private String version;
    private String target;

    private PtxParser(String text) {
        tokens = new Tokens(text);
        declarations = new Declarations(tokens);
    }

    /**
     * Reads a file.
     *
     * @param text the PTX
     * @return its content
     * @throws PtxException naming the line and what stands there
     */
    public static PtxModule parse(String text) {
        return new PtxParser(text).module();
    }

    private PtxModule module() {
        findFiles();
        boolean external = false;
        while (!tokens.atEnd()) {
            Token token = tokens.next();
            switch (token.text()) {
                case ".version" -> version = tokens.next().text();
                case ".target" -> target();
                case ".address_size" -> addressSize(token);
                case ".visible", ".weak" -> external = false;
                case ".extern" -> external = true;
                case ".entry" -> kernel(token);
                case ".func" -> function(token);
                case ".file" -> tokens.skipLine(token.line());
                case ".section" -> {
                    tokens.word("the name of a section");
                    tokens.skipBraces();
                }
                case ".pragma" -> tokens.skipStatement();
                case ".global", ".const", ".shared" -> {
                    Space space = Space.of(token.text().substring(1));
                    for (Variable variable : declarations.variables(space, external)) {
                        variables.add(variable);
                        globals.variables.put(variable.name(), variable);
                    }
                    external = false;
                }
                case ";" -> external = false;
                default -> throw new PtxException(token.line(), "expected a directive, got '" + token.text() + "'");
            }
        }
        if (version == null || target == null) {
            throw new PtxException(1, "no .version and .target: this is no PTX");
        }
        return new PtxModule(version, target, List.copyOf(variables), kernels);
    }

    /** {@code .file} stands at the end of what NVRTC writes, and is needed before. */
    private void findFiles() {
        for (int i = 0; tokens.peek(i).kind() != Token.Kind.END; i++) {
            if (tokens.peek(i).is(".file") && tokens.peek(i + 1).kind() == Token.Kind.NUMBER) {
                String path = tokens.peek(i + 2).text();
                int folder = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
                files.put((int) Literals.integer(tokens.peek(i + 1)), path.substring(folder + 1));
            }
        }
    }

    private void target() {
        target = tokens.word("a target such as sm_80");
        while (tokens.take(",")) {
            tokens.word("an option of the target");
        }
    }

    private void addressSize(Token token) {
        long bits = tokens.integer();
        if (bits != 64) {
            throw new PtxException(token.line(), ".address_size " + bits + " is not supported, only 64");
        }
    }

    /** Functions are declared by headers and never called by inlined code; a call is refused where it stands. */
    private void function(Token token) {
        while (!tokens.peek().is("{") && !tokens.peek().is(";")) {
            if (tokens.atEnd()) {
                throw new PtxException(token.line(), ".func has no body");
            }
            tokens.next();
        }
        if (tokens.peek().is("{")) {
            tokens.skipBraces();
        } else {
            tokens.expect(";");
        }
    }

    private void kernel(Token entry) {
        String name = tokens.word("the name of a kernel");
        Scope scope = new Scope(globals);
        List<Variable> parameters = new ArrayList<>();
        if (tokens.take("(") && !tokens.take(")")) {
            do {
                tokens.expect(".param");
                Variable parameter = declarations.parameter();
                parameters.add(parameter);
                scope.variables.put(parameter.name(), parameter);
            } while (tokens.take(","));
            tokens.expect(")");
        }
        Body body = new Body(tokens, declarations, files, scope);
        int maxThreads = 0;
        int[] required = null;
        int minBlocks = 0;
        int[] cluster = null;
        while (!tokens.peek().is("{")) {
            Token token = tokens.next();
            switch (token.text()) {
                case ".maxntid" -> {
                    int[] most = triple();
                    maxThreads = most[0] * most[1] * most[2];
                }
                case ".reqntid" -> required = triple();
                case ".minnctapersm" -> minBlocks = (int) tokens.integer();
                case ".maxnreg", ".maxclusterrank" -> tokens.integer();
                case ".reqnctapercluster" -> cluster = triple();
                case ".explicitcluster" -> {
                }
                case ".pragma" -> tokens.skipStatement();
                default -> throw new PtxException(token.line(), "unknown directive " + token.text() + " of kernel " + name);
            }
        }
        body.read();
        if (kernels.put(name, new Function(name, List.copyOf(parameters), body.variables(), body.registers(),
                body.instructions(), maxThreads, required, minBlocks, cluster)) != null) {
            throw new PtxException(entry.line(), "kernel " + name + " is defined twice");
        }
    }

    private int[] triple() {
        int[] result = {1, 1, 1};
        int i = 0;
        do {
            result[i++] = (int) tokens.integer();
        } while (i < 3 && tokens.take(","));
        return result;
    }
}
