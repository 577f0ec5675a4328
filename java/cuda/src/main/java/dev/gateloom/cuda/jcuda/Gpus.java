package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUdevice;

/** What the driver says of itself and of all GPUs that it shows; nothing is opened for that. */
public final class Gpus {
    private Gpus() {
    }

    /**
     * A GPU.
     *
     * @param ordinal from 0, in the order of {@code CUDA_VISIBLE_DEVICES}
     * @param name of the model
     * @param properties its limits
     * @param obstacle why our kernels do not run on it; empty if they do
     */
    public record Gpu(int ordinal, String name, DeviceProperties properties, Optional<String> obstacle) {
    }

    /**
     * Why there is no GPU to ask about.
     *
     * @return reason and mend; empty if there is one
     */
    public static Optional<String> obstacle() {
        try {
            return JcudaProvider.driverObstacle();
        } catch (DeviceException e) {
            return Optional.of("the NVIDIA driver fails: " + e.getMessage());
        }
    }

    /**
     * The newest CUDA that the driver knows.
     *
     * @return for example {@code 12.9}
     * @throws IllegalStateException if {@link #obstacle} gives a reason
     */
    public static String cuda() {
        JcudaProvider.refuse(obstacle());
        return Driver.versionName(Driver.version());
    }

    /**
     * All GPUs.
     *
     * @return in the order of their ordinals
     * @throws IllegalStateException if {@link #obstacle} gives a reason
     */
    public static List<Gpu> list() {
        JcudaProvider.refuse(obstacle());
        List<Gpu> gpus = new ArrayList<>();
        for (int ordinal = 0; ordinal < Driver.deviceCount(); ordinal++) {
            CUdevice device = Driver.device(ordinal);
            gpus.add(new Gpu(ordinal, JcudaDevice.nameOf(device), JcudaDevice.propertiesOf(device), Driver.obstacle(device)));
        }
        return gpus;
    }
}
