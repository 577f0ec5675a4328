package dev.gateloom.cuda;

import dev.gateloom.EngineOptions;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.conformance.Unsupported;
import dev.gateloom.device.DeviceProvider;
import java.util.ServiceLoader;

/** The engine from the PTX that ships, on the emulator with all its checks. */
class EmulatorConformanceTest extends EngineConformance {

    EmulatorConformanceTest() {
        super(CudaEngine.NAME);
    }

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        DeviceProvider emulator = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("emulator"))
                .findFirst().orElseThrow(() -> new IllegalStateException("no emulator on the class path"));
        return CudaEngine.owning(emulator.open());
    }

    @Override
    public Unsupported unsupported() {
        return CudaGaps.TABLE;
    }
}
