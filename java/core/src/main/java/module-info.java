/** The RNN contract, the reference engine and the SIMD engine of Gateloom. */
module dev.gateloom {
    requires static jdk.incubator.vector;

    exports dev.gateloom;
    exports dev.gateloom.safetensors;
    exports dev.gateloom.spi;

    uses dev.gateloom.spi.EngineProvider;

    provides dev.gateloom.spi.EngineProvider with
            dev.gateloom.cpu.CpuProvider,
            dev.gateloom.cpu.CpuSimdProvider,
            dev.gateloom.cpu.CpuScalarProvider,
            dev.gateloom.reference.ReferenceProvider;
}
