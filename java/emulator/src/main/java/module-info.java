/** Executes the PTX of the kernels on any machine, with memory checks and counters. */
module dev.gateloom.ptx {
    requires transitive dev.gateloom.device;

    exports dev.gateloom.ptx;
    exports dev.gateloom.ptx.exec;
    exports dev.gateloom.ptx.memory;
    exports dev.gateloom.ptx.mutation;
    exports dev.gateloom.ptx.parse;

    uses dev.gateloom.device.CompilerReport;

    provides dev.gateloom.device.DeviceProvider with dev.gateloom.ptx.EmulatorProvider;
}
