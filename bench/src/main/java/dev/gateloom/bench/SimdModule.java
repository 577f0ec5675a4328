package dev.gateloom.bench;

/** Whether this JVM has SIMD. Classes that use the incubator module must not be touched before this was asked. */
final class SimdModule {

    private SimdModule() {
    }

    static boolean present() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
