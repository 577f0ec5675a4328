import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Writes the SIMD kernels of the cpu engine: {@code java GenerateKernels.java OUTPUT_DIRECTORY}.
 *
 * <p>Two kinds of code must be written out rather than called. A register tile keeps rows × vectors accumulators in
 * local variables, which Java cannot index. And a call of exp that HotSpot does not inline boxes its vectors; so exp is
 * written into the gate algebra, at most twice in one method, since more exceeds what JDK 17 inlines into one compilation
 * (measured: five in one method take 820 ns for 16 units, in three methods 40).
 */
public final class GenerateKernels {
    /** Most rows of a tile: rows × vectors accumulators, one vector per column and one broadcast must fit in 32 registers. */
    private static final int ROWS_OF_4 = 6;
    private static final int ROWS_OF_3 = 8;
    /** Independent accumulators per column of a single row; they hide the latency of the multiply-add. */
    private static final int SPLIT = 4;

    private final StringBuilder out = new StringBuilder();
    private int names;

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0], "dev", "gateloom", "cpu");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("SimdTiles.java"), new GenerateKernels().tiles());
        Files.writeString(directory.resolve("SimdGates.java"), new GenerateKernels().gates());
    }

    // ---------------------------------------------------------------- register tiles

    private String tiles() {
        header("SimdTiles", """
                Products of a tile of C with all of k: {@code C[rows, n·V] = S[rows, n·V] + A[rows, k] · P[k, n·V]}. S and C
                have row strides lds and ldc and may be the same; a stride of 0 repeats one row. P is packed, n·V floats for each k.""");
        for (int rows = 1; rows <= ROWS_OF_4; rows++) {
            tile(rows, 4);
        }
        for (int rows = 1; rows <= ROWS_OF_3; rows++) {
            tile(rows, 3);
            gruTile(rows);
        }
        last();
        single(4);
        single(3);
        gruSingle();
        dispatch("product4", "multiply4x", ROWS_OF_4, 4, "", "last(4, rows, a, ao, p, po, c, co, ldc);");
        dispatch("product3", "multiply3x", ROWS_OF_3, 3, "", "last(3, rows, a, ao, p, po, c, co, ldc);");
        dispatch("gru3", "gru3x", ROWS_OF_3, 3, ", float[] b, int bo, int ldb, float[] n, int no, int ldn",
                "last(2, rows, a, ao, p, po, c, co, ldc);", "last(1, rows, a, ao, p, po + 2 * V, n, no, ldn);");
        return end();
    }

    private void tile(int rows, int vectors) {
        line("static void multiply%dx%d(float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c, int co, int ldc) {",
                vectors, rows);
        load(rows, vectors, v -> "s", v -> "so + %d * lds", v -> v);
        multiply(rows, vectors);
        store(rows, vectors, v -> "c", v -> "co + %d * ldc", v -> v);
        line("}");
    }

    /** Gates r and z go on in C, the recurrent half of n starts from b and goes to n: three vectors, two places. */
    private void gruTile(int rows) {
        line("static void gru3x%d(float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c, int co, int ldc,"
                + " float[] b, int bo, int ldb, float[] n, int no, int ldn) {", rows);
        load(rows, 3, v -> v < 2 ? "s" : "b", v -> v < 2 ? "so + %d * lds" : "bo + %d * ldb", v -> v < 2 ? v : 0);
        multiply(rows, 3);
        store(rows, 3, v -> v < 2 ? "c" : "n", v -> v < 2 ? "co + %d * ldc" : "no + %d * ldn", v -> v < 2 ? v : 0);
        line("}");
    }

    private void load(int rows, int vectors, IntFunction<String> array, IntFunction<String> row, IntFunction<Integer> column) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                line("    FloatVector c%d_%d = FloatVector.fromArray(F, %s, %s + %d * V);", r, v, array.apply(v),
                        String.format(row.apply(v), r), column.apply(v));
            }
        }
    }

    private void store(int rows, int vectors, IntFunction<String> array, IntFunction<String> row, IntFunction<Integer> column) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                line("    c%d_%d.intoArray(%s, %s + %d * V);", r, v, array.apply(v), String.format(row.apply(v), r),
                        column.apply(v));
            }
        }
    }

    /**
     * The loop over k, in the forms that HotSpot of JDK 17 and of JDK 25 compile best among some twenty that were measured:
     * what counts is how few instructions other than multiply-adds remain, and that no accumulator is spilled. Tiles that need
     * nearly all registers take one k at a time, the others two. The loop counts by the index that saves the most address
     * arithmetic: that of A, of P, or neither.
     */
    private void multiply(int rows, int vectors) {
        int together = rows * vectors <= 20 ? 2 : 1;
        String a = "ao + ";
        String b = "po + ";
        if (together == 2) {
            b = "i + ";
            line("    int end = po + k * (%d * V);", vectors);
            line("    for (int i = po; i < end; i += %d * V) {", 2 * vectors);
        } else if (vectors == 4) {
            a = "i + ";
            b = "first + i * (4 * V) + ";
            line("    int first = po - ao * (4 * V);");
            line("    int end = ao + k;");
            line("    for (int i = ao; i < end; i++) {");
        } else {
            line("    for (int i = 0; i < k; i++) {");
        }
        for (int j = 0; j < together; j++) {
            for (int v = 0; v < vectors; v++) {
                line("        FloatVector p%d_%d = FloatVector.fromArray(F, p, %s%d * V);", j, v, b, j * vectors + v);
            }
            for (int r = 0; r < rows; r++) {
                line("        FloatVector x%d_%d = FloatVector.broadcast(F, a[%s(%d * Kernels.ROW + %d)]);", j, r, a, r, j);
                for (int v = 0; v < vectors; v++) {
                    line("        c%d_%d = x%d_%d.fma(p%d_%d, c%d_%d);", r, v, j, r, j, v, r, v);
                }
            }
        }
        if (a.startsWith("ao")) {
            line("        ao += %d;", together);
        }
        if (b.startsWith("po")) {
            line("        po += %d * V;", vectors);
        }
        line("    }");
    }

    /** The last of an odd number of k. */
    private void last() {
        line("""
                private static void last(int vectors, int rows, float[] a, int ao, float[] p, int po, float[] c, int co, int ldc) {
                    for (int r = 0; r < rows; r++) {
                        FloatVector x = FloatVector.broadcast(F, a[ao + r * Kernels.ROW]);
                        for (int v = 0; v < vectors * V; v += V) {
                            x.fma(FloatVector.fromArray(F, p, po + v), FloatVector.fromArray(F, c, co + r * ldc + v)).intoArray(c, co + r * ldc + v);
                        }
                    }
                }""");
    }

    /** One row alone: k is split into SPLIT interleaved sums, added up in a fixed order at the end. */
    private void single(int vectors) {
        line("static void single%d(float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co) {", vectors);
        for (int v = 0; v < vectors; v++) {
            line("    FloatVector c%d_0 = FloatVector.fromArray(F, s, so + %d * V);", v, v);
        }
        splitSums(vectors);
        for (int v = 0; v < vectors; v++) {
            line("    c%d_0.add(c%d_1).add(c%d_2.add(c%d_3)).intoArray(c, co + %d * V);", v, v, v, v, v);
        }
        line("}");
    }

    private void gruSingle() {
        line("static void gruSingle(float[] a, int ao, float[] p, int po, int k, float[] s, int so, float[] c, int co,"
                + " float[] b, int bo, float[] n, int no) {");
        for (int v = 0; v < 3; v++) {
            line("    FloatVector c%d_0 = FloatVector.fromArray(F, %s);", v, v < 2 ? "s, so + " + v + " * V" : "b, bo");
        }
        splitSums(3);
        for (int v = 0; v < 3; v++) {
            line("    c%d_0.add(c%d_1).add(c%d_2.add(c%d_3)).intoArray(%s);", v, v, v, v,
                    v < 2 ? "c, co + " + v + " * V" : "n, no");
        }
        line("}");
    }

    private void splitSums(int vectors) {
        for (int j = 1; j < SPLIT; j++) {
            for (int v = 0; v < vectors; v++) {
                line("    FloatVector c%d_%d = FloatVector.zero(F);", v, j);
            }
        }
        line("    int whole = k / %d;", SPLIT);
        line("    for (int i = 0; i < whole; i++) {");
        for (int j = 0; j < SPLIT; j++) {
            line("        FloatVector x%d = FloatVector.broadcast(F, a[ao + %d]);", j, j);
            for (int v = 0; v < vectors; v++) {
                line("        c%d_%d = x%d.fma(FloatVector.fromArray(F, p, po + %d * V), c%d_%d);", v, j, j, j * vectors + v, v, j);
            }
        }
        line("        ao += %d;", SPLIT);
        line("        po += %d * V;", SPLIT * vectors);
        line("    }");
        line("    for (int i = whole * %d; i < k; i++) {", SPLIT);
        line("        FloatVector x = FloatVector.broadcast(F, a[ao]);");
        for (int v = 0; v < vectors; v++) {
            line("        c%d_0 = x.fma(FloatVector.fromArray(F, p, po + %d * V), c%d_0);", v, v, v);
        }
        line("        ao++;");
        line("        po += %d * V;", vectors);
        line("    }");
    }

    private void dispatch(String name, String tile, int rows, int vectors, String more, String... last) {
        String moreArguments = more.replaceAll("(float\\[\\]|int) ", "");
        line("static void %s(int rows, float[] a, int ao, float[] p, int po, int k, float[] s, int so, int lds, float[] c, int co, int ldc%s) {",
                name, more);
        line("    int even = k & -2;");
        line("    switch (rows) {");
        for (int r = 1; r <= rows; r++) {
            line("        case %d -> %s%d(a, ao, p, po, even, s, so, lds, c, co, ldc%s);", r, tile, r, moreArguments);
        }
        line("        default -> throw new IllegalArgumentException(\"rows: expected 1 to %d, got \" + rows);", rows);
        line("    }");
        line("    if (even < k) {");
        line("        ao += even;");
        line("        po += even * %d * V;", vectors);
        for (String statement : last) {
            line("        %s", statement);
        }
        line("    }");
        line("}");
    }

    // ---------------------------------------------------------------- gate algebra

    private String gates() {
        header("SimdGates", """
                The gate algebra of one block of V units, row after row, on what the products left. Gates of a block lie side by side:
                i, f, g, o (LSTM), r, z, n (GRU), V floats each.""");
        constants();
        lstmForward();
        lstmBackward();
        gruForward();
        gruBackward();
        for (String function : new String[] {"sigmoid", "tanh"}) {
            line("/** {@code y = %s(x)} for n values, a multiple of V: the very code inside the cells, for the tests and rare cells. */", function);
            line("static void %s(int n, float[] x, int xo, float[] y, int yo) {", function);
            line("    for (int i = 0; i < n; i += V) {");
            let("v", "FloatVector.fromArray(F, x, xo + i)");
            String value = function.equals("tanh") ? tanh("v") : sigmoid("v");
            line("        %s.intoArray(y, yo + i);", value);
            line("    }");
            line("}");
        }
        return end();
    }

    private void constants() {
        line("""
                /** 1.5·2^23: adding it rounds to an integer and leaves that integer in the low bits. */
                private static final float ROUND = 0x1.8p23f;
                private static final float LOG2_E = 1.44269504f;
                /** ln 2 in two parts; the first has few bits, so that n times it is exact. */
                private static final float LN2_HIGH = 0.693359375f;
                private static final float LN2_LOW = -2.12194440e-4f;
                /** (exp(r) - 1 - r) / r², minimax on |r| <= ln 2 / 2, error 6.2e-8. */
                private static final float E2 = 0.5f;
                private static final float E3 = 0.16666577f;
                private static final float E4 = 0.041666374f;
                private static final float E5 = 0.008363205f;
                private static final float E6 = 0.0013941154f;
                private static final int ONE_BITS = 0x3F800000;
                /** exp stays normal and finite up to here; sigmoid(-87) is 1.6e-38. */
                private static final float SIGMOID_LIMIT = 87f;
                /** tanh rounds to 1 above 9.02. */
                private static final float TANH_LIMIT = 10f;""");
    }

    private void lstmForward() {
        activation("sigmoidPair", "sigmoid", "sigmoid");
        activation("tanhAndSigmoid", "tanh", "sigmoid");
        line("static void lstmState(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co,"
                + " int ldc, float[] h, int ho, int ldh) {");
        line("    for (int r = 0; r < rows; r++) {");
        let("f", "FloatVector.fromArray(F, gates, go + V)");
        let("ig", "FloatVector.fromArray(F, gates, go).mul(FloatVector.fromArray(F, gates, go + 2 * V))");
        let("c", "f.fma(FloatVector.fromArray(F, before, bo), ig)");
        line("        c.intoArray(cell, co);");
        line("        FloatVector.fromArray(F, gates, go + 3 * V).mul(%s).intoArray(h, ho);", tanh("c"));
        advance("go += ldg", "bo += ldb", "co += ldc", "ho += ldh");
        line("static void lstmForward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co, int ldc,"
                + " float[] h, int ho, int ldh) {");
        line("    sigmoidPair(rows, gates, go, ldg);");
        line("    tanhAndSigmoid(rows, gates, go + 2 * V, ldg);");
        line("    lstmState(rows, gates, go, ldg, before, bo, ldb, cell, co, ldc, h, ho, ldh);");
        line("}");
    }

    /** Two neighbouring gates in place: as much as HotSpot of JDK 17 inlines completely. */
    private void activation(String name, String first, String second) {
        line("static void %s(int rows, float[] gates, int go, int ldg) {", name);
        line("    for (int r = 0; r < rows; r++) {");
        String one = first.equals("tanh") ? tanh(vector("gates", "go")) : sigmoid(vector("gates", "go"));
        String two = second.equals("tanh") ? tanh(vector("gates", "go + V")) : sigmoid(vector("gates", "go + V"));
        line("        %s.intoArray(gates, go);", one);
        line("        %s.intoArray(gates, go + V);", two);
        advance("go += ldg");
    }

    private void lstmBackward() {
        line("/** o becomes its gradient, dc the full gradient of c. */");
        line("static void lstmStateBackward(int rows, float[] gates, int go, int ldg, float[] cell, int co, int ldc,"
                + " float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] dc, int dco, int lddc) {");
        line("    FloatVector one = FloatVector.broadcast(F, 1f);");
        line("    for (int r = 0; r < rows; r++) {");
        let("tc", tanh(vector("cell", "co")));
        let("o", "FloatVector.fromArray(F, gates, go + 3 * V)");
        let("dhr", "FloatVector.fromArray(F, dh, dho).add(FloatVector.fromArray(F, dy, dyo))");
        line("        dhr.mul(o).fma(one.sub(tc.mul(tc)), FloatVector.fromArray(F, dc, dco)).intoArray(dc, dco);");
        line("        dhr.mul(tc).mul(o.mul(one.sub(o))).intoArray(gates, go + 3 * V);");
        advance("go += ldg", "co += ldc", "dho += lddh", "dyo += lddy", "dco += lddc");
        line("/** i, f, g become their gradients, dc that of the step before. */");
        line("static void lstmGatesBackward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb,"
                + " float[] dc, int dco, int lddc) {");
        line("    FloatVector one = FloatVector.broadcast(F, 1f);");
        line("    for (int r = 0; r < rows; r++) {");
        let("i", "FloatVector.fromArray(F, gates, go)");
        let("f", "FloatVector.fromArray(F, gates, go + V)");
        let("g", "FloatVector.fromArray(F, gates, go + 2 * V)");
        let("dcr", "FloatVector.fromArray(F, dc, dco)");
        line("        dcr.mul(g).mul(i.mul(one.sub(i))).intoArray(gates, go);");
        line("        dcr.mul(FloatVector.fromArray(F, before, bo)).mul(f.mul(one.sub(f))).intoArray(gates, go + V);");
        line("        dcr.mul(i).mul(one.sub(g.mul(g))).intoArray(gates, go + 2 * V);");
        line("        dcr.mul(f).intoArray(dc, dco);");
        advance("go += ldg", "bo += ldb", "dco += lddc");
        line("static void lstmBackward(int rows, float[] gates, int go, int ldg, float[] before, int bo, int ldb, float[] cell, int co, int ldc,"
                + " float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] dc, int dco, int lddc) {");
        line("    lstmStateBackward(rows, gates, go, ldg, cell, co, ldc, dh, dho, lddh, dy, dyo, lddy, dc, dco, lddc);");
        line("    lstmGatesBackward(rows, gates, go, ldg, before, bo, ldb, dc, dco, lddc);");
        line("}");
    }

    private void gruForward() {
        line("static void gruState(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo, int ldb,"
                + " float[] h, int ho, int ldh) {");
        line("    for (int row = 0; row < rows; row++) {");
        let("r", "FloatVector.fromArray(F, gates, go)");
        let("z", "FloatVector.fromArray(F, gates, go + V)");
        let("s", "r.fma(FloatVector.fromArray(F, hn, no), FloatVector.fromArray(F, gates, go + 2 * V))");
        let("n", tanh("s"));
        line("        n.intoArray(gates, go + 2 * V);");
        line("        z.fma(FloatVector.fromArray(F, before, bo).sub(n), n).intoArray(h, ho);");
        advance("go += ldg", "no += ldn", "bo += ldb", "ho += ldh");
        line("static void gruForward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo, int ldb,"
                + " float[] h, int ho, int ldh) {");
        line("    sigmoidPair(rows, gates, go, ldg);");
        line("    gruState(rows, gates, go, ldg, hn, no, ldn, before, bo, ldb, h, ho, ldh);");
        line("}");
    }

    private void gruBackward() {
        line("/** dh is replaced by its direct part for the step before, the gates and hn by their gradients; d gets those of r, z, hn. */");
        line("static void gruBackward(int rows, float[] gates, int go, int ldg, float[] hn, int no, int ldn, float[] before, int bo, int ldb,"
                + " float[] dh, int dho, int lddh, float[] dy, int dyo, int lddy, float[] d, int dof, int ldd) {");
        line("    FloatVector one = FloatVector.broadcast(F, 1f);");
        line("    for (int row = 0; row < rows; row++) {");
        let("r", "FloatVector.fromArray(F, gates, go)");
        let("z", "FloatVector.fromArray(F, gates, go + V)");
        let("n", "FloatVector.fromArray(F, gates, go + 2 * V)");
        let("dhr", "FloatVector.fromArray(F, dh, dho).add(FloatVector.fromArray(F, dy, dyo))");
        let("keepN", "one.sub(z)");
        let("dn", "dhr.mul(keepN).mul(one.sub(n.mul(n)))");
        let("dz", "dhr.mul(FloatVector.fromArray(F, before, bo).sub(n)).mul(z.mul(keepN))");
        let("dr", "dn.mul(FloatVector.fromArray(F, hn, no)).mul(r.mul(one.sub(r)))");
        let("dhn", "dn.mul(r)");
        line("        dr.intoArray(gates, go);");
        line("        dz.intoArray(gates, go + V);");
        line("        dn.intoArray(gates, go + 2 * V);");
        line("        dhn.intoArray(hn, no);");
        line("        dr.intoArray(d, dof);");
        line("        dz.intoArray(d, dof + V);");
        line("        dhn.intoArray(d, dof + 2 * V);");
        line("        dhr.mul(z).intoArray(dh, dho);");
        advance("go += ldg", "no += ldn", "bo += ldb", "dho += lddh", "dyo += lddy", "dof += ldd");
    }

    private void advance(String... statements) {
        for (String s : statements) {
            line("        %s;", s);
        }
        line("    }");
        line("}");
    }

    private String vector(String array, String index) {
        String name = "in" + names++;
        let(name, "FloatVector.fromArray(F, " + array + ", " + index + ")");
        return name;
    }

    /** {@code 1 / (1 + exp(-x))}. Compare and blend passes NaN through, and beats min and max. */
    private String sigmoid(String x) {
        String q = expm1(x, "SIGMOID_LIMIT", 1);
        String y = "y" + names++;
        let(y, "FloatVector.broadcast(F, 1f).div(s%s.fma(q%s, s%s).add(1f))".formatted(q, q, q));
        return y;
    }

    /** {@code -m / (m + 2)} with {@code m = exp(-2x) - 1}: no cancellation near 0. */
    private String tanh(String x) {
        String q = expm1(x, "TANH_LIMIT", 2);
        String y = "y" + names++;
        let("m" + q, "s%s.fma(q%s, s%s.sub(1f))".formatted(q, q, q));
        let(y, "m%s.neg().div(m%s.add(2f))".formatted(q, q));
        return y;
    }

    /** {@code exp(-factor·x) = s + s·q}, s a power of two, q = exp(r) - 1 for the small rest r. Returns the suffix of s and q. */
    private String expm1(String x, String limit, int factor) {
        String n = Integer.toString(names++);
        let("h" + n, "%s.blend(%s, %s.compare(VectorOperators.GT, %s))".formatted(x, limit, x, limit));
        let("x" + n, "h%s.blend(-%s, h%s.compare(VectorOperators.LT, -%s))".formatted(n, limit, n, limit));
        let("t" + n, "x%s.fma(FloatVector.broadcast(F, -%d * LOG2_E), FloatVector.broadcast(F, ROUND))".formatted(n, factor));
        let("n" + n, "t%s.sub(ROUND)".formatted(n));
        let("u" + n, "n%s.fma(FloatVector.broadcast(F, -LN2_HIGH), x%s.mul(-%df))".formatted(n, n, factor));
        let("r" + n, "n%s.fma(FloatVector.broadcast(F, -LN2_LOW), u%s)".formatted(n, n));
        let("a" + n, "r%s.fma(FloatVector.broadcast(F, E6), FloatVector.broadcast(F, E5))".formatted(n));
        let("b" + n, "a%s.fma(r%s, FloatVector.broadcast(F, E4))".formatted(n, n));
        let("d" + n, "b%s.fma(r%s, FloatVector.broadcast(F, E3))".formatted(n, n));
        let("e" + n, "d%s.fma(r%s, FloatVector.broadcast(F, E2))".formatted(n, n));
        let("q" + n, "e%s.fma(r%s.mul(r%s), r%s)".formatted(n, n, n, n));
        let("s" + n, "t%s.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats()".formatted(n));
        return n;
    }

    private void let(String name, String value) {
        line("        FloatVector %s = %s;", name, value);
    }

    // ---------------------------------------------------------------- text

    private void header(String type, String comment) {
        out.append("package dev.gateloom.cpu;\n\n")
                .append("import jdk.incubator.vector.FloatVector;\n")
                .append(type.equals("SimdGates") ? "import jdk.incubator.vector.VectorOperators;\n" : "")
                .append("import jdk.incubator.vector.VectorSpecies;\n\n")
                .append("/**\n").append(comment.lines().map(l -> " * " + l + "\n").collect(Collectors.joining()))
                .append(" * Generated by GenerateKernels.java.\n */\n")
                .append("final class ").append(type).append(" {\n")
                .append("    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;\n")
                .append("    private static final int V = F.length();\n\n")
                .append("    private ").append(type).append("() {\n    }\n\n");
    }

    private void line(String format, Object... args) {
        String text = args.length == 0 ? format : String.format(format, args);
        text.lines().forEach(l -> out.append("    ").append(l).append('\n'));
    }

    private String end() {
        return out.append("}\n").toString();
    }
}
