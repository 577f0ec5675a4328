package dev.gateloom.device;

import java.util.Optional;

/** Opens devices of one kind; found by {@link java.util.ServiceLoader}. */
public interface DeviceProvider {

    /**
     * The name on the command line.
     *
     * @return {@code cuda} or {@code emulator}
     */
    String name();

    /**
     * What stands in the way. Touches no native library before a driver was found.
     *
     * @return the reason and what to do; empty if a device can be opened
     */
    Optional<String> obstacle();

    /**
     * Opens the first device.
     *
     * @return the device; close it after use
     */
    Device open();
}
