package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import java.util.Optional;

/** An engine as it is embedded: every call takes device memory and the caller's stream. For the conformance suite. */
public final class DeviceCallEngine implements RnnEngine {
    private final Device device;
    private final RnnEngine engine;
    private final PlanMaker maker;
    private final boolean readsAgain;

    /** Makes an engine's plans for device memory. */
    public interface PlanMaker {

        /** A {@link DevicePlan} on a stream of the caller's. */
        RnnPlan plan(RnnConfig config, Shape shape, Mode mode, long stream);
    }

    private DeviceCallEngine(Device device, RnnEngine engine, PlanMaker maker, boolean readsAgain) {
        this.device = device;
        this.engine = engine;
        this.maker = maker;
        this.readsAgain = readsAgain;
    }

    /** On a device that stays open. */
    public static DeviceCallEngine on(Device device) {
        CudaEngine engine = CudaEngine.on(device);
        return new DeviceCallEngine(device, engine, engine::plan, false);
    }

    /** On a device that is closed with the engine. */
    public static DeviceCallEngine owning(Device device) {
        CudaEngine engine = CudaEngine.owning(device);
        return new DeviceCallEngine(device, engine, engine::plan, false);
    }

    /** A library's engine, whose backward reads tensors of forward again. */
    public static DeviceCallEngine ofLibrary(Device device, RnnEngine engine, PlanMaker maker) {
        return new DeviceCallEngine(device, engine, maker, true);
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
        return new DeviceCallPlan(device, maker, readsAgain, config, shape, mode);
    }

    @Override
    public void close() {
        engine.close();
    }
}
