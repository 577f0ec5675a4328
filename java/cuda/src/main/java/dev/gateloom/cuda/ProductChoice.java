package dev.gateloom.cuda;

import dev.gateloom.device.Blas;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Who multiplies the matrices of a plan.
 *
 * @param products who does
 * @param fallback why that is not cuBLAS, which is there; empty if it is, or is not there, or was not wanted
 */
record ProductChoice(Products products, String fallback) {
    private static final Logger LOG = System.getLogger(ProductChoice.class.getName());

    /** What somebody wants. */
    static ProductChoice of(Products wanted) {
        return new ProductChoice(wanted, "");
    }

    /** cuBLAS where the device has it and it starts: a library that can be loaded may still not suit the driver or the GPU. */
    static ProductChoice offeredBy(Device device) {
        if (device.blasObstacle().isPresent()) {
            return of(Products.OWN);
        }
        try {
            device.blas(Blas.Factors.FP32).close();
            return of(Products.CUBLAS);
        } catch (DeviceException e) {
            String fallback = "kernels of our own, since cuBLAS does not start: " + e.getMessage();
            LOG.log(Level.WARNING, "{0}: products by {1}", device.name(), fallback);
            return new ProductChoice(Products.OWN, fallback);
        }
    }
}
