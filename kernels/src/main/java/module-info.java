/** The CUDA kernels, as resources. Open, because {@link dev.gateloom.device.Program} reads them from its own module. */
open module dev.gateloom.kernels {
    exports dev.gateloom.kernels;

    requires transitive dev.gateloom.device;

    provides dev.gateloom.device.CompilerReport with dev.gateloom.kernels.KernelsReport;
}
