package dev.gateloom.ptx;

import dev.gateloom.device.DeviceException;

/** Results of the driver, by their names in {@code cuda.h}. */
final class Errors {

    private Errors() {
    }

    /** What every call answers after a failure: an exception of its own, since callers add to those that they get. */
    static DeviceException again(String call, DeviceException failure) {
        return new DeviceException(call, failure.code(), failure.codeName(), "the device failed before: "
                + failure.getMessage()).ofLaunch(failure.kernel(), failure.launch(), failure.clusterBlocks());
    }

    static DeviceException invalidValue(String call, String details) {
        return new DeviceException(call, 1, "CUDA_ERROR_INVALID_VALUE", details);
    }

    static DeviceException invalidContext(String call) {
        return new DeviceException(call, 201, "CUDA_ERROR_INVALID_CONTEXT", "the device is closed");
    }

    static DeviceException noBinary(String call, String details) {
        return new DeviceException(call, 209, "CUDA_ERROR_NO_BINARY_FOR_GPU", details);
    }

    static DeviceException invalidPtx(String call, String details) {
        return new DeviceException(call, 218, "CUDA_ERROR_INVALID_PTX", details);
    }

    static DeviceException invalidHandle(String call, String details) {
        return new DeviceException(call, 400, "CUDA_ERROR_INVALID_HANDLE", details);
    }

    static DeviceException notFound(String call, String details) {
        return new DeviceException(call, 500, "CUDA_ERROR_NOT_FOUND", details);
    }

    static DeviceException notReady(String call, String details) {
        return new DeviceException(call, 600, "CUDA_ERROR_NOT_READY", details);
    }

    static DeviceException outOfResources(String call, String details) {
        return new DeviceException(call, 701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", details);
    }

    static DeviceException failed(String call, String details) {
        return new DeviceException(call, 719, "CUDA_ERROR_LAUNCH_FAILED", details);
    }

    static DeviceException cooperativeTooLarge(String call, String details) {
        return new DeviceException(call, 720, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", details);
    }

    static DeviceException captureUnsupported(String call, String details) {
        return new DeviceException(call, 900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", details);
    }

    static DeviceException captureMerge(String call, String details) {
        return new DeviceException(call, 902, "CUDA_ERROR_STREAM_CAPTURE_MERGE", details);
    }

    static DeviceException captureUnmatched(String call, String details) {
        return new DeviceException(call, 903, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", details);
    }

    static DeviceException captureUnjoined(String call, String details) {
        return new DeviceException(call, 904, "CUDA_ERROR_STREAM_CAPTURE_UNJOINED", details);
    }

    static DeviceException captureIsolation(String call, String details) {
        return new DeviceException(call, 905, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION", details);
    }

    static DeviceException capturedEvent(String call, String details) {
        return new DeviceException(call, 907, "CUDA_ERROR_CAPTURED_EVENT", details);
    }

    static DeviceException invalidCluster(String call, String details) {
        return new DeviceException(call, 912, "CUDA_ERROR_INVALID_CLUSTER_SIZE", details);
    }
}
