/** The CUDA and cuDNN engines of Gateloom: launchers of the fused kernels and NVIDIA GPUs through JCuda's driver API. */
module dev.gateloom.cuda {
    requires transitive dev.gateloom;
    requires transitive dev.gateloom.device;
    requires transitive dev.gateloom.train;
    requires dev.gateloom.kernels;
    requires jcuda;
    requires jcublas;
    requires jcudnn;

    exports dev.gateloom.cuda;
    exports dev.gateloom.cuda.jcuda;
    exports dev.gateloom.cuda.libraries;
    exports dev.gateloom.cuda.planner;
    exports dev.gateloom.cudnn;

    uses dev.gateloom.device.DeviceProvider;

    provides dev.gateloom.spi.EngineProvider with dev.gateloom.cuda.CudaProvider, dev.gateloom.cudnn.CudnnProvider;
    provides dev.gateloom.device.DeviceProvider with dev.gateloom.cuda.jcuda.JcudaProvider;
}
