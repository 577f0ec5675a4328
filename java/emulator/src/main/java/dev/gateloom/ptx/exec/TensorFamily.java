package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.List;
import java.util.stream.Stream;

/** {@code mma} and {@code ldmatrix}. */
final class TensorFamily {
    /** The last architecture whose {@code ldmatrix} needs valid addresses of all threads. */
    private static final int ALL_ADDRESSES = 75;

    private final Accumulation accumulation;
    private final int target;

    /** For code of an architecture, for example 80. */
    TensorFamily(Approximations approximations, int target) {
        accumulation = approximations.perturbed() ? Accumulation.TRUNCATED : Accumulation.NEAREST;
        this.target = target;
    }

    Op translate(Statement s) {
        return switch (s.opcode()) {
            case "mma" -> multiply(s);
            case "ldmatrix" -> load(s);
            default -> null;
        };
    }

    private Op multiply(Statement s) {
        aligned(s);
        String shape = s.takeAny("m16n8k4", "m16n8k8", "m16n8k16");
        boolean rowColumn = s.source.name().contains(".row.col.") && s.take("row") && s.take("col");
        PtxType d = s.type();
        PtxType a = s.type();
        PtxType b = s.type();
        PtxType c = s.type();
        boolean known = a == PtxType.TF32 || a == PtxType.BF16 || a == PtxType.F16;
        if (shape == null || !rowColumn || !known || a != b || c != PtxType.F32 || d != PtxType.F32) {
            throw s.refuse("is supported for m16n8k4, k8 and k16, .row.col, tf32, bf16 or f16, with sums in f32");
        }
        int k = Integer.parseInt(shape.substring("m16n8k".length()));
        if (a == PtxType.TF32 ? k == 16 : k == 4) {
            throw s.refuse("there is no such shape for this type");
        }
        TensorOps.Fragments fragments = new TensorOps.Fragments(k, a == PtxType.TF32 ? 1 : 2);
        return new TensorOps.Multiply(s.source, fragments, a, accumulation,
                registers(s, 0, 4).mapToInt(element -> s.destination(element, false)).toArray(),
                words(s, 1, fragments.wordsOfA()), words(s, 2, fragments.wordsOfB()), words(s, 3, 4),
                s.constantWord(Warp.ALL));
    }

    private static void aligned(Statement s) {
        if (!s.take("sync") || !s.take("aligned")) {
            throw s.refuse("expected .sync.aligned");
        }
    }

    private static Stream<Operand> registers(Statement s, int operand, int count) {
        List<Operand> elements = s.elements(operand);
        if (elements.size() != count) {
            throw s.refuse("operand " + operand + " has " + elements.size() + " registers, expected " + count);
        }
        return elements.stream();
    }

    private static int[] words(Statement s, int operand, int count) {
        return registers(s, operand, count).mapToInt(element -> s.word(element, PtxType.B32)).toArray();
    }

    private Op load(Statement s) {
        aligned(s);
        String count = s.takeAny("x1", "x2", "x4");
        boolean transposed = s.take("trans");
        Space space = MemoryFamily.space(s);
        if (!s.take("m8n8") || count == null || !s.take("b16") || space != Space.SHARED) {
            throw s.refuse("is supported as ldmatrix.sync.aligned.m8n8.x1, x2 or x4.shared.b16");
        }
        int[] to = registers(s, 0, count.charAt(1) - '0').mapToInt(element -> s.destination(element, false)).toArray();
        return new TensorOps.LoadMatrix(s.source, to, s.place(1, space), space, transposed, target <= ALL_ADDRESSES,
                s.constantWord(Warp.ALL));
    }
}
