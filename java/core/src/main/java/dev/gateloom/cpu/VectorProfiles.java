package dev.gateloom.cpu;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Shows the JIT compiler vectors of several types before it compiles the first kernel.
 *
 * <p>All vector types share small methods, such as {@code VectorSupport.load}, that take the plain Java form of the
 * operation as a lambda. If such a method gets hot on its own while it has seen one lambda only, C2 compiles it with a
 * trap for all others, and floats after bytes or ints spring it. C2 adds up the sprung traps of everything it inlines
 * into a kernel; above {@code -XX:PerMethodTrapLimit} (100) it trusts no type there any more, and the kernel boxes its
 * vectors: half the speed until the JVM ends. On JDK 17 that met 8 of 14 starts (two Xeon cores, LSTM forward 64×64×512×512). A profile that holds
 * several types from the beginning sets no trap.
 */
final class VectorProfiles {
    /** Profiling starts after 200 calls; the rest is time for the compiler's queue. About 0.15 s in all. */
    private static final int ROUNDS = 800;

    private VectorProfiles() {
    }

    static void spread() {
        float[] floats = new float[FloatVector.SPECIES_PREFERRED.length()];
        int[] ints = new int[IntVector.SPECIES_PREFERRED.length()];
        double[] doubles = new double[DoubleVector.SPECIES_PREFERRED.length()];
        byte[] bytes = new byte[ByteVector.SPECIES_64.length()];
        for (int i = 0; i < ROUNDS; i++) {
            FloatVector f = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, floats, 0);
            f.fma(f, f).blend(0, f.compare(VectorOperators.GT, 0)).neg().add(1).intoArray(floats, 0);
            IntVector n = IntVector.fromArray(IntVector.SPECIES_PREFERRED, ints, 0);
            n.blend(0, n.compare(VectorOperators.GT, 0)).lanewise(VectorOperators.LSHL, 1).neg().add(1)
                    .intoArray(ints, 0);
            DoubleVector d = DoubleVector.fromArray(DoubleVector.SPECIES_PREFERRED, doubles, 0);
            d.fma(d, d).blend(0, d.compare(VectorOperators.GT, 0)).neg().add(1).intoArray(doubles, 0);
            ByteVector.fromArray(ByteVector.SPECIES_64, bytes, 0).add((byte) 1).intoArray(bytes, 0);
        }
    }
}
