package dev.gateloom.cli;

import dev.gateloom.Engines;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.jcuda.Gpus;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to run on, and what stands in the way of the rest.
 *
 * @param machine the machine
 * @param noDriver why no GPU can be asked; empty if they can
 * @param cuda the newest CUDA that the driver knows; empty text without a driver
 * @param gpus what the driver shows
 * @param libraries NVIDIA's, by name
 * @param engines the best first
 * @param devices name, and what is in the way of it
 */
record Inventory(Machine machine, Optional<String> noDriver, String cuda, List<Graphics> gpus, Map<String, Library> libraries,
        List<Engines.Info> engines, Map<String, Optional<String>> devices) {

    /**
     * A GPU.
     *
     * @param gpu what the driver says of it
     * @param obstacles one sentence each: it is too old for our kernels, or a library that is there is too old for it
     */
    record Graphics(Gpus.Gpu gpu, List<String> obstacles) {
    }

    /**
     * A device that was opened.
     *
     * @param name its name
     * @param limits what it can do
     * @param engine what the engine cuda says of itself there: also who multiplies matrices, and why that is not cuBLAS, if it is there
     */
    record Opened(String name, DeviceProperties limits, String engine) {

        static Opened of(Device device) {
            try (CudaEngine engine = CudaEngine.on(device)) {
                return new Opened(device.name(), device.properties(), engine.description());
            }
        }
    }

    /** Looks; loads what it finds. */
    static Inventory take() {
        Map<String, Library> libraries = new LinkedHashMap<>();
        libraries.put("cuBLAS", CudaLibraries.cublas());
        libraries.put("cuDNN", CudaLibraries.cudnn());
        Optional<String> noDriver = Gpus.obstacle();
        boolean driver = noDriver.isEmpty();
        return new Inventory(Machine.describe(), noDriver, driver ? Gpus.cuda() : "",
                driver ? Gpus.list().stream().map(Inventory::describe).toList() : List.of(), libraries, Engines.list(),
                Devices.obstacles());
    }

    private static Graphics describe(Gpus.Gpu gpu) {
        int capability = gpu.properties().computeCapability();
        List<String> obstacles = new ArrayList<>();
        gpu.obstacle().ifPresent(obstacles::add);
        if (CudaLibraries.cublas().loaded()) {
            CudaLibraries.cublasObstacle(capability).ifPresent(obstacles::add);
        }
        if (CudaLibraries.cudnn().loaded()) {
            CudaLibraries.cudnnObstacle(capability).ifPresent(obstacles::add);
        }
        return new Graphics(gpu, obstacles);
    }
}
