package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.Arrays;

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

    /** {@code mma.sync} with sums in single precision. */
    static final class Multiply extends WholeWarp {
        private static final int ELEMENTS_OF_C = 4;
        /** Products that hardware adds at once: of halves, of which a register holds two, or of floats. */
        private static final int GROUP = 4;

        private final Fragments fragments;
        private final PtxType type;
        private final Accumulation accumulation;
        private final int[] d;
        private final int[] a;
        private final int[] b;
        private final int[] c;
        /** By register and lane: where its first element lies in the arrays below. */
        private final int[] placesOfA;
        private final int[] placesOfB;
        /** [M, k], [k, N], [M, N]. */
        private final double[] rows;
        private final double[] columns;
        private final double[] sums;

        Multiply(Instruction source, Fragments fragments, PtxType type, Accumulation accumulation, int[] d, int[] a, int[] b,
                int[] c, int everybody) {
            super(source, InstructionClass.TENSOR, everybody);
            this.fragments = fragments;
            this.type = type;
            this.accumulation = accumulation;
            this.d = d;
            this.a = a;
            this.b = b;
            this.c = c;
            int k = fragments.k();
            int perWord = fragments.perWord();
            placesOfA = new int[a.length * Warp.LANES];
            Arrays.setAll(placesOfA, n -> fragments.rowOfA(n % Warp.LANES, n / Warp.LANES * perWord) * k
                    + fragments.columnOfA(n % Warp.LANES, n / Warp.LANES * perWord));
            placesOfB = new int[b.length * Warp.LANES];
            Arrays.setAll(placesOfB, n -> fragments.rowOfB(n % Warp.LANES, n / Warp.LANES * perWord) * Fragments.N
                    + fragments.columnOfB(n % Warp.LANES));
            rows = new double[Fragments.M * k];
            columns = new double[k * Fragments.N];
            sums = new double[Fragments.M * Fragments.N];
            flops = 2 * Fragments.M * Fragments.N * k / Warp.LANES;
        }

        @Override
        void whole(Warp warp) {
            for (int n = 0; n < placesOfA.length; n++) {
                spread(warp.words[a[n / Warp.LANES]][n % Warp.LANES], rows, placesOfA[n], 1);
            }
            for (int n = 0; n < placesOfB.length; n++) {
                spread(warp.words[b[n / Warp.LANES]][n % Warp.LANES], columns, placesOfB[n], Fragments.N);
            }
            // All of c is read before any of d is written: they may share registers in any order.
            for (int e = 0; e < ELEMENTS_OF_C; e++) {
                for (int lane = 0; lane < Warp.LANES; lane++) {
                    sums[placeOfC(lane, e)] = Floats.of(warp.words[c[e]][lane]);
                }
            }
            accumulation.add(rows, columns, fragments.k(), GROUP * fragments.perWord(), sums);
            for (int e = 0; e < ELEMENTS_OF_C; e++) {
                for (int lane = 0; lane < Warp.LANES; lane++) {
                    warp.words[d[e]][lane] = Floats.bits((float) sums[placeOfC(lane, e)]);
                }
            }
        }

        private static int placeOfC(int lane, int element) {
            return Fragments.rowOfC(lane, element) * Fragments.N + Fragments.columnOfC(lane, element);
        }

        /** The elements of a register, the second one a stride after the first. */
        private void spread(int word, double[] to, int place, int stride) {
            switch (type) {
                case TF32 -> to[place] = Floats.of(word & 0xffffe000);      // the unit does not look at the other bits
                case BF16 -> {
                    to[place] = BrainFloats.toFloat(word);
                    to[place + stride] = BrainFloats.toFloat(word >>> 16);
                }
                default -> {
                    to[place] = Halves.toFloat(word & 0xffff);
                    to[place + stride] = Halves.toFloat(word >>> 16);
                }
            }
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
        private final boolean allAddresses;

        /** Up to sm_75 all threads must give addresses that are valid, also those that are not needed: {@code allAddresses}. */
        LoadMatrix(Instruction source, int[] destinations, MemoryOp.Place place, Space space, boolean transposed,
                boolean allAddresses, int everybody) {
            super(source, InstructionClass.SHARED, everybody);
            this.destinations = destinations;
            this.place = place;
            this.space = space;
            this.transposed = transposed;
            this.allAddresses = allAddresses;
        }

        @Override
        void whole(Warp warp) {
            int givers = destinations.length * ROWS == Warp.LANES ? Warp.ALL : (1 << destinations.length * ROWS) - 1;
            place.resolve(warp, Warp.ALL, warp.addresses);
            for (int left = allAddresses ? ~givers : 0; left != 0; ) {
                left &= ~warp.gate.locate(warp, this, space, ACCESS, left);
            }
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
