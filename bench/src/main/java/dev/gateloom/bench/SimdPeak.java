package dev.gateloom.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Twelve independent chains of fused multiply-adds: two units with a latency of four to six cycles stay busy. */
final class SimdPeak implements Limits.Peak {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;

    @Override
    public float run(int n) {
        FloatVector m = FloatVector.broadcast(S, 0.9999f);
        FloatVector s = FloatVector.broadcast(S, 1.0001f);
        FloatVector a0 = s;
        FloatVector a1 = s;
        FloatVector a2 = s;
        FloatVector a3 = s;
        FloatVector a4 = s;
        FloatVector a5 = s;
        FloatVector a6 = s;
        FloatVector a7 = s;
        FloatVector a8 = s;
        FloatVector a9 = s;
        FloatVector a10 = s;
        FloatVector a11 = s;
        for (int i = 0; i < n; i++) {
            a0 = a0.fma(m, s);
            a1 = a1.fma(m, s);
            a2 = a2.fma(m, s);
            a3 = a3.fma(m, s);
            a4 = a4.fma(m, s);
            a5 = a5.fma(m, s);
            a6 = a6.fma(m, s);
            a7 = a7.fma(m, s);
            a8 = a8.fma(m, s);
            a9 = a9.fma(m, s);
            a10 = a10.fma(m, s);
            a11 = a11.fma(m, s);
        }
        return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11)
                .reduceLanes(VectorOperators.ADD);
    }

    @Override
    public int flops() {
        return CHAINS * S.length() * 2;
    }

    @Override
    public String how() {
        return "fused multiply-add on " + S.vectorBitSize() + "-bit vectors";
    }
}
