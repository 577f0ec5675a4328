package dev.gateloom.ptx.exec;

/**
 * How a matrix unit adds up. The PTX ISA ("mma", precision and rounding) asks for products and sums of at least single precision and leaves
 * order, rounding and denormals open. Here products are exact, which they are in every description of the hardware, denormals count, and
 * the sums are formed in one of two ways: nobody may rely on either, and what passes with both relies on neither.
 */
enum Accumulation {
    /** The accumulator and all products in double precision, rounded once to the nearest float. */
    NEAREST {
        @Override
        void add(double[] rows, double[] columns, int k, int group, double[] sums) {
            for (int row = 0; row < sums.length / COLUMNS; row++) {
                for (int i = 0; i < k; i++) {
                    double a = rows[row * k + i];
                    for (int column = 0; column < COLUMNS; column++) {
                        sums[row * COLUMNS + column] += a * columns[i * COLUMNS + column];
                    }
                }
            }
        }
    },
    /**
     * As measurements describe an A100 (Fasi, Higham, Mikaitis and Pranesh, "Numerical behavior of NVIDIA tensor cores", 2021), the least
     * exact unit that knows all the formats: group by group, the accumulator and the products are cut off one bit below the last place of the
     * greatest of them, added, and the sum is cut off to a float. Nothing is rounded.
     */
    TRUNCATED {
        @Override
        void add(double[] rows, double[] columns, int k, int group, double[] sums) {
            for (int n = 0; n < sums.length; n++) {
                for (int first = 0; first < k; first += group) {
                    sums[n] = truncated(sums[n], rows, n / COLUMNS * k + first, columns, first * COLUMNS + n % COLUMNS, group);
                }
            }
        }
    };

    private static final int COLUMNS = TensorOps.Fragments.N;
    /** Bits that the adder keeps below those of the greatest number: 23 of a float's mantissa and one more. */
    private static final int KEPT = 24;

    /**
     * {@code sums += rows · columns}; a sum is a float as soon as it is rounded to the nearest one.
     *
     * @param rows [M, k]
     * @param columns [k, N]
     * @param group products that hardware adds at once
     * @param sums [M, N]
     */
    abstract void add(double[] rows, double[] columns, int k, int group, double[] sums);

    private static double truncated(double sum, double[] rows, int row, double[] columns, int column, int group) {
        double plain = sum;
        int greatest = Math.getExponent(sum);
        for (int i = 0; i < group; i++) {
            double product = rows[row + i] * columns[column + i * COLUMNS];
            plain += product;
            greatest = Math.max(greatest, Math.getExponent(product));
        }
        if (!Double.isFinite(plain) || greatest < Double.MIN_EXPONENT) {
            return plain;                                       // infinities and NaN, or zeros alone
        }
        double unit = Math.scalb(1.0, greatest - KEPT);
        long units = (long) (sum / unit);
        for (int i = 0; i < group; i++) {
            units += (long) (rows[row + i] * columns[column + i * COLUMNS] / unit);
        }
        double total = units * unit;
        return Math.abs(total) < 0x1p128 ? Floats.round(total, 0, Floats.Rounding.ZERO) : total;
    }
}
