package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceProvider;
import java.util.Optional;

/**
 * Opens the first GPU that the driver shows. Which one that is, {@code CUDA_VISIBLE_DEVICES} decides.
 *
 * <p>The driver's library is looked for where the dynamic linker looks; {@code -Dgateloom.cuda.driver=FILE} names another.
 */
public final class JcudaProvider implements DeviceProvider {
    /** Why JCuda cannot be loaded; kept from the first time, for later its classes say no more than that they failed before. */
    private static volatile String notLinked;

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
        try {
            return obstacle(0);
        } catch (DeviceException e) {
            return Optional.of("the NVIDIA driver fails: " + e.getMessage());
        }
    }

    /** Why a device cannot be used. */
    static Optional<String> obstacle(int ordinal) {
        return driverObstacle().or(() -> Driver.obstacle(ordinal));
    }

    /** Why no device can be used. */
    static Optional<String> driverObstacle() {
        Optional<String> noDriver = DriverLibrary.obstacle();
        if (noDriver.isPresent()) {
            return noDriver;
        }
        if (notLinked == null) {
            try {
                return Driver.obstacle();
            } catch (LinkageError e) {
                notLinked = describe(e);
            }
        }
        return Optional.of(notLinked);
    }

    private static String describe(LinkageError e) {
        return "JCuda cannot be loaded beside the driver: " + e.toString().lines().findFirst().orElseThrow()
                + (DriverLibrary.isLoadedElsewhere(e)
                ? "; another class loader of this JVM has loaded its native library, and only one can: put the jars of JCuda "
                + "where one class loader loads them for all, the application server's for example"
                : "; put org.jcuda:jcuda and org.jcuda:jcuda-natives for this platform on the class path");
    }

    /** Throws what is in the way. */
    static void refuse(Optional<String> obstacle) {
        obstacle.ifPresent(why -> {
            throw new IllegalStateException("no GPU can be opened: " + why);
        });
    }

    /** Asks first, so that without a driver nothing of JCuda is touched. */
    @Override
    public Device open() {
        refuse(obstacle(0));
        return JcudaDevice.open(0);
    }
}
