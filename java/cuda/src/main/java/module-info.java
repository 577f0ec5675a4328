/** NVIDIA GPUs through JCuda's driver API. */
module dev.gateloom.cuda {
    requires transitive dev.gateloom.device;
    requires jcuda;

    exports dev.gateloom.cuda.jcuda;

    provides dev.gateloom.device.DeviceProvider with dev.gateloom.cuda.jcuda.JcudaProvider;
}
