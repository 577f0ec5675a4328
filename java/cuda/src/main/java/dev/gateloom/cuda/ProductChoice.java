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
 * @param lack why cuBLAS could not even be tried, for want of memory; empty if it was, or there was no need
 */
record ProductChoice(Products products, String fallback, String lack) {
    private static final Logger LOG = System.getLogger(ProductChoice.class.getName());

    /** What somebody wants. */
    static ProductChoice of(Products wanted) {
        return new ProductChoice(wanted, "", "");
    }

    /**
     * cuBLAS where the device has it and it starts: a library that can be loaded may still not suit the driver or the GPU. A lack of
     * memory tells nothing of that. It is left to the plan, as of all that a plan takes, since who multiplies, and with it the
     * bits, must not depend on how full the device is.
     *
     * @throws IllegalStateException if the device is closed
     */
    static ProductChoice offeredBy(Device device) {
        if (device.blasObstacle().isPresent()) {
            return of(Products.OWN);
        }
        try {
            device.blas(Blas.Factors.FP32).close();
            return of(Products.CUBLAS);
        } catch (DeviceException e) {
            if (e.isOutOfMemory()) {
                return new ProductChoice(Products.CUBLAS, "", "not tried yet for lack of memory: " + e.call() + " answers " + e.codeName());
            }
            String fallback = "kernels of our own, since cuBLAS does not start: " + e.getMessage();
            LOG.log(Level.WARNING, "{0}: products by {1}", device.name(), fallback);
            return new ProductChoice(Products.OWN, fallback, "");
        } catch (IllegalStateException e) {
            throw new IllegalStateException("whether cuBLAS starts on " + device.name() + " cannot be asked: " + e.getMessage()
                    + "; an engine's device must stay open", e);
        }
    }

    /** Whether it holds from now on; else somebody is to ask again. */
    boolean holds() {
        return lack.isEmpty();
    }
}
