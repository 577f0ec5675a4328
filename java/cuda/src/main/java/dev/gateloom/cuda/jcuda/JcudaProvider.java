package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProvider;
import java.util.Optional;

/**
 * Opens the first GPU that the driver shows. Which one that is, {@code CUDA_VISIBLE_DEVICES} decides.
 *
 * <p>The driver's library is looked for where the dynamic linker looks; {@code -Dgateloom.cuda.driver=FILE} names another.
 */
public final class JcudaProvider implements DeviceProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public JcudaProvider() {
    }

    @Override
    public String name() {
        return "cuda";
    }

    /** Asks JCuda only after a driver was found. */
    @Override
    public Optional<String> obstacle() {
        Optional<String> noDriver = DriverLibrary.obstacle();
        if (noDriver.isPresent()) {
            return noDriver;
        }
        try {
            return Driver.obstacle(0);
        } catch (LinkageError e) {
            return Optional.of("JCuda cannot be loaded beside the driver: " + e
                    + "; put org.jcuda:jcuda and org.jcuda:jcuda-natives for this platform on the class path");
        }
    }

    @Override
    public Device open() {
        obstacle().ifPresent(why -> {
            throw new IllegalStateException("no GPU can be opened: " + why);
        });
        return JcudaDevice.open(0);
    }
}
