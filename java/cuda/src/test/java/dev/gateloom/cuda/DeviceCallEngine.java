package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import java.util.Optional;

/** The engine as it is embedded: every call takes device memory and the caller's stream. For the conformance suite. */
public final class DeviceCallEngine implements RnnEngine {
    private final Device device;
    private final CudaEngine engine;

    private DeviceCallEngine(Device device, CudaEngine engine) {
        this.device = device;
        this.engine = engine;
    }

    /** On a device that stays open. */
    public static DeviceCallEngine on(Device device) {
        return new DeviceCallEngine(device, CudaEngine.on(device));
    }

    /** On a device that is closed with the engine. */
    public static DeviceCallEngine owning(Device device) {
        return new DeviceCallEngine(device, CudaEngine.owning(device));
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String description() {
        return engine.description();
    }

    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return engine.unsupported(config, mode);
    }

    @Override
    public RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return new DeviceCallPlan(device, engine, config, shape, mode);
    }

    @Override
    public void close() {
        engine.close();
    }
}
