/** What launch code sees of a GPU, without a type of any vendor's library. */
module dev.gateloom.device {
    exports dev.gateloom.device;

    uses dev.gateloom.device.DeviceProvider;
}
