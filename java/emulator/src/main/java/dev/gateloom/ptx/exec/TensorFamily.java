package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.List;

/** {@code mma} and {@code ldmatrix}. */
final class TensorFamily {

    private TensorFamily() {
    }

    static Op translate(Statement s) {
        return switch (s.opcode()) {
            case "mma" -> multiply(s);
            case "ldmatrix" -> load(s);
            default -> null;
        };
    }

    private static Op multiply(Statement s) {
        s.take("sync");
        s.take("aligned");
        String shape = s.takeAny("m16n8k4", "m16n8k8", "m16n8k16");
        boolean rowColumn = s.take("row") && s.take("col");
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
        return new TensorOps.Multiply(s.source, fragments, a,
                s.elements(0).stream().mapToInt(s::destination).toArray(), words(s, 1, fragments.wordsOfA()),
                words(s, 2, fragments.wordsOfB()), words(s, 3, 4), s.constantWord(Warp.ALL));
    }

    private static int[] words(Statement s, int operand, int count) {
        List<Operand> elements = s.elements(operand);
        if (elements.size() != count) {
            throw s.refuse("operand " + operand + " has " + elements.size() + " registers, expected " + count);
        }
        return elements.stream().mapToInt(element -> s.word(element, PtxType.B32)).toArray();
    }

    private static Op load(Statement s) {
        s.take("sync");
        s.take("aligned");
        String count = s.takeAny("x1", "x2", "x4");
        boolean transposed = s.take("trans");
        Space space = MemoryFamily.space(s);
        if (!s.take("m8n8") || count == null || !s.take("b16") || space != Space.SHARED) {
            throw s.refuse("is supported as ldmatrix.sync.aligned.m8n8.x1, x2 or x4.shared.b16");
        }
        List<Operand> to = s.elements(0);
        if (to.size() != count.charAt(1) - '0') {
            throw s.refuse("has " + to.size() + " registers for " + count);
        }
        return new TensorOps.LoadMatrix(s.source, to.stream().mapToInt(s::destination).toArray(), s.place(1, space), space,
                transposed, s.constantWord(Warp.ALL));
    }
}
