/** The CUDA engine of Gateloom: launchers of the fused kernels and the planner above them. */
module dev.gateloom.cuda {
    requires transitive dev.gateloom;
    requires transitive dev.gateloom.device;
    requires dev.gateloom.kernels;

    exports dev.gateloom.cuda;

    uses dev.gateloom.device.DeviceProvider;

    provides dev.gateloom.spi.EngineProvider with dev.gateloom.cuda.CudaProvider;
}
