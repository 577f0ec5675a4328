package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;

/** Matrix units: {@code mma.sync} and {@code ldmatrix}. The whole warp works together. */
final class TensorOps {

    private TensorOps() {
    }

    /** An instruction that all 32 threads execute. */
    abstract static class WholeWarp extends WarpOps.Meeting {

        WholeWarp(Instruction source, InstructionClass counted, int everybody) {
            super(source, counted, everybody, false);
        }

        @Override
        final void together(Warp warp, int lanes) {
            if (lanes != Warp.ALL) {
                throw KernelFault.failed(source.name() + " at " + source.where() + ": " + Integer.bitCount(lanes)
                        + " threads of the warp of " + warp.threadName(Integer.numberOfTrailingZeros(lanes))
                        + " execute it, all 32 must");
            }
            whole(warp);
        }

        abstract void whole(Warp warp);
    }

    /**
     * Where a thread's elements lie (PTX ISA, "Matrix fragments for mma"): group = lane / 4, member = lane % 4.
     *
     * @param k inner size of the product
     * @param perWord elements of a register: two halves, or one float
     */
    record Fragments(int k, int perWord) {
        static final int M = 16;
        static final int N = 8;

        int wordsOfA() {
            return M * k / Warp.LANES / perWord;
        }

        int wordsOfB() {
            return k * N / Warp.LANES / perWord;
        }

        /** Rows alternate between the upper and the lower half of A, register by register. */
        int rowOfA(int lane, int element) {
            return lane / 4 + (element / perWord % 2 == 0 ? 0 : M / 2);
        }

        int columnOfA(int lane, int element) {
            int word = element / perWord;
            return lane % 4 * perWord + element % perWord + word / 2 * 4 * perWord;
        }

        int rowOfB(int lane, int element) {
            return lane % 4 * perWord + element % perWord + element / perWord * 4 * perWord;
        }

        int columnOfB(int lane) {
            return lane / 4;
        }

        static int rowOfC(int lane, int element) {
            return lane / 4 + (element < 2 ? 0 : M / 2);
        }

        static int columnOfC(int lane, int element) {
            return lane % 4 * 2 + element % 2;
        }
    }

    /** {@code mma.sync} with sums in single precision; they are formed in double precision and rounded once. */
    static final class Multiply extends WholeWarp {
        private static final int ELEMENTS_OF_C = 4;

        private final Fragments fragments;
        private final PtxType type;
        private final int[] d;
        private final int[] a;
        private final int[] b;
        private final int[] c;
        private final double[] rows;
        private final double[] columns;

        Multiply(Instruction source, Fragments fragments, PtxType type, int[] d, int[] a, int[] b, int[] c, int everybody) {
            super(source, InstructionClass.TENSOR, everybody);
            this.fragments = fragments;
            this.type = type;
            this.d = d;
            this.a = a;
            this.b = b;
            this.c = c;
            rows = new double[Fragments.M * fragments.k()];
            columns = new double[fragments.k() * Fragments.N];
            flops = 2 * Fragments.M * Fragments.N * fragments.k() / Warp.LANES;
        }

        @Override
        void whole(Warp warp) {
            int k = fragments.k();
            for (int lane = 0; lane < Warp.LANES; lane++) {
                for (int e = 0; e < a.length * fragments.perWord(); e++) {
                    rows[fragments.rowOfA(lane, e) * k + fragments.columnOfA(lane, e)] = element(warp, a, lane, e);
                }
                for (int e = 0; e < b.length * fragments.perWord(); e++) {
                    columns[fragments.columnOfB(lane) * k + fragments.rowOfB(lane, e)] = element(warp, b, lane, e);
                }
            }
            for (int lane = 0; lane < Warp.LANES; lane++) {
                for (int e = 0; e < ELEMENTS_OF_C; e++) {
                    double sum = Floats.of(warp.words[c[e]][lane]);
                    int row = Fragments.rowOfC(lane, e) * k;
                    int column = Fragments.columnOfC(lane, e) * k;
                    for (int i = 0; i < k; i++) {
                        sum += rows[row + i] * columns[column + i];
                    }
                    warp.words[d[e]][lane] = Floats.bits((float) sum);
                }
            }
        }

        private double element(Warp warp, int[] slots, int lane, int e) {
            int word = warp.words[slots[e / fragments.perWord()]][lane];
            return switch (type) {
                case TF32 -> Floats.of(word & 0xffffe000);          // the unit does not look at the other bits
                case BF16 -> BrainFloats.toFloat(word >>> 16 * (e & 1) & 0xffff);
                default -> Halves.toFloat(word >>> 16 * (e & 1) & 0xffff);
            };
        }
    }

    /** {@code ldmatrix}: 8 x 8 matrices of 16-bit elements; eight threads give the addresses of a matrix's rows. */
    static final class LoadMatrix extends WholeWarp {
        private static final int ROWS = 8;
        private static final int ROW_BYTES = 16;
        private static final Access ACCESS = new Access(Access.Kind.READ, ROW_BYTES, 1, Access.Order.WEAK,
                Access.Scope.CTA, false, false);

        private final int[] destinations;
        private final MemoryOp.Place place;
        private final boolean transposed;
        private final Space space;

        LoadMatrix(Instruction source, int[] destinations, MemoryOp.Place place, Space space, boolean transposed,
                int everybody) {
            super(source, InstructionClass.SHARED, everybody);
            this.destinations = destinations;
            this.place = place;
            this.space = space;
            this.transposed = transposed;
        }

        @Override
        void whole(Warp warp) {
            int givers = destinations.length * ROWS == Warp.LANES ? Warp.ALL : (1 << destinations.length * ROWS) - 1;
            place.resolve(warp, givers, warp.addresses);
            byte[] data = null;
            for (int left = givers; left != 0; ) {
                int part = warp.gate.open(warp, this, space, ACCESS, left);
                data = warp.gate.data;                              // shared memory is one region
                left &= ~part;
            }
            for (int m = 0; m < destinations.length; m++) {
                for (int lane = 0; lane < Warp.LANES; lane++) {
                    int low = element(warp, data, m, lane / 4, lane % 4 * 2);
                    int high = element(warp, data, m, lane / 4, lane % 4 * 2 + 1);
                    warp.scratchWords[lane] = low | high << 16;
                }
                System.arraycopy(warp.scratchWords, 0, warp.words[destinations[m]], 0, Warp.LANES);
            }
        }

        /** A row goes to the four threads of a group; as a column it goes to one thread of each. */
        @Override
        public int readers(int lane) {
            int row = lane % ROWS;
            return transposed ? 0x11111111 << row / 2 : 0xf << 4 * row;
        }

        private int element(Warp warp, byte[] data, int matrix, int row, int column) {
            int r = transposed ? column : row;
            int c = transposed ? row : column;
            return Bytes.getShort(data, warp.offsets[matrix * ROWS + r] + 2 * c) & 0xffff;
        }
    }
}
