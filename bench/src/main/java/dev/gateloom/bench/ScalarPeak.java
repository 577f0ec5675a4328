package dev.gateloom.bench;

/** Multiply-adds as plain Java does them: the limit of a JVM without the SIMD module. */
final class ScalarPeak implements Limits.Peak {

    @Override
    public float run(int n) {
        float m = 0.9999f;
        float s = 1.0001f;
        float a0 = s;
        float a1 = s;
        float a2 = s;
        float a3 = s;
        float a4 = s;
        float a5 = s;
        float a6 = s;
        float a7 = s;
        for (int i = 0; i < n; i++) {
            a0 = a0 * m + s;
            a1 = a1 * m + s;
            a2 = a2 * m + s;
            a3 = a3 * m + s;
            a4 = a4 * m + s;
            a5 = a5 * m + s;
            a6 = a6 * m + s;
            a7 = a7 * m + s;
        }
        return a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7;
    }

    @Override
    public int flops() {
        return 8 * 2;
    }

    @Override
    public String how() {
        return "scalar multiply and add: the SIMD module is missing, start Java with --add-modules jdk.incubator.vector";
    }
}
