package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.ptx.mutation.Mutant;
import java.util.List;

/** The emulator, but one kernel of one program is a mutant. */
final class MutantDevice implements Device {
    private final EmulatorDevice emulator;
    private final String program;
    private final Mutant mutant;

    /** A mutant of null leaves everything as it is. */
    MutantDevice(EmulatorOptions options, String program, Mutant mutant) {
        emulator = new EmulatorDevice(options);
        this.program = program;
        this.mutant = mutant;
    }

    @Override
    public Kernel kernel(Program of, String name) {
        return mutant != null && of.name().equals(program) && name.equals(mutant.kernel())
                ? emulator.kernel(mutant.ptx(), name) : emulator.kernel(of, name);
    }

    /** Kernels that were launched. */
    List<String> launched() {
        return emulator.counters().stream().map(KernelCounters::kernel).distinct().toList();
    }

    @Override
    public String name() {
        return emulator.name();
    }

    @Override
    public DeviceProperties properties() {
        return emulator.properties();
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        return emulator.allocate(bytes, purpose);
    }

    @Override
    public HostMemory allocateHost(long bytes) {
        return emulator.allocateHost(bytes);
    }

    @Override
    public Stream stream() {
        return emulator.stream();
    }

    @Override
    public Stream stream(long handle) {
        return emulator.stream(handle);
    }

    @Override
    public Event event() {
        return emulator.event();
    }

    @Override
    public List<String> live() {
        return emulator.live();
    }

    @Override
    public void close() {
        emulator.close();
    }
}
