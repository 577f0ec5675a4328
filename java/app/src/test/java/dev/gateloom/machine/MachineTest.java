package dev.gateloom.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineTest {
    private final FakeHost linux = new FakeHost("Linux");
    private final FakeHost windows = new FakeHost("Windows 11");
    private final FakeHost mac = new FakeHost("Mac OS X");

    @Test
    void eachSystemNamesItsProcessor() {
        linux.files.put("/proc/cpuinfo", "processor\t: 0\nmodel\t\t: 207\nmodel name\t: Xeon (R) 8481C \nflags: avx2\n");
        assertEquals("Xeon (R) 8481C", Cpu.model(linux));
        windows.commands.put("reg", "\r\nHKEY_LOCAL_MACHINE\\HARDWARE\r\n"
                + "    ProcessorNameString    REG_SZ    AMD Ryzen 9 7950X  \r\n\r\n");
        assertEquals("AMD Ryzen 9 7950X", Cpu.model(windows));
        mac.commands.put("sysctl", "Apple M3 Max\n");
        assertEquals("Apple M3 Max", Cpu.model(mac));
    }

    @Test
    void processorsWithoutANameFallBack() {
        assertEquals("model unknown, architecture riscv64", Cpu.model(linux));
        assertEquals("model unknown, architecture riscv64", Cpu.model(mac));
        assertEquals("model unknown, architecture riscv64", Cpu.model(windows));
        windows.environment.put("PROCESSOR_IDENTIFIER", "Intel64 Family 6");
        assertEquals("Intel64 Family 6", Cpu.model(windows));
        linux.files.put("/proc/cpuinfo", "processor : 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n");
        linux.commands.put("lscpu", "Architecture: aarch64\nModel name:   -\n");
        assertEquals("ARM implementer 0x41, part 0xd40", Cpu.model(linux));
        linux.commands.put("lscpu", "Architecture: aarch64\nModel name:   Neoverse-V1\n");
        assertEquals("Neoverse-V1", Cpu.model(linux));
    }

    @Test
    void aGpuIsListedWithItsDriver() {
        linux.commands.put("nvidia-smi", "NVIDIA H100 PCIe, 550.54.15, 81559 MiB\nNVIDIA L4, 550.54.15, 23034 MiB\n");
        assertEquals("NVIDIA H100 PCIe, 81559 MiB; NVIDIA L4, 23034 MiB; driver 550.54.15", Gpu.describe(linux));
    }

    @Test
    void theNumberOfTheDriverIsKnownByItself() {
        for (String gpu : List.of("NVIDIA L4, 23034 MiB; driver 550.54.15", "driver 550.54.15, model unknown: nvidia-smi gives no answer")) {
            assertEquals("550.54.15", new Machine("", 1, "", "", "", gpu).driver().orElseThrow());
        }
        assertEquals(Optional.empty(), new Machine("", 1, "", "", "", "none: there is no NVIDIA driver for macOS").driver());
    }

    @Test
    void withoutAGpuTheReasonIsGiven() {
        assertEquals("none: no NVIDIA driver (no nvidia-smi, no /proc/driver/nvidia, no libcuda.so.1)",
                Gpu.describe(linux));
        linux.environment.put("LD_LIBRARY_PATH", "/opt/stubs");
        linux.files.put("/opt/stubs/libcuda.so.1", "");
        assertEquals("none: /opt/stubs/libcuda.so.1 is there, but the driver is not loaded (no /proc/driver/nvidia)",
                Gpu.describe(linux));
        linux.files.put("/proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n"
                        + "GCC version:  gcc version 12.3.0\n");
        assertEquals("driver 550.54.15, model unknown: nvidia-smi gives no answer; /opt/stubs/libcuda.so.1",
                Gpu.describe(linux));
        linux.commands.put("nvidia-smi", "No devices were found\n");
        linux.files.remove("/opt/stubs/libcuda.so.1");
        assertEquals("driver 550.54.15, model unknown: nvidia-smi gives no answer; libcuda.so.1 is missing, so it "
                + "cannot be used", Gpu.describe(linux));
        assertEquals("none: no NVIDIA driver (no nvidia-smi, no nvcuda.dll)", Gpu.describe(windows));
        assertEquals("none: there is no NVIDIA driver for macOS", Gpu.describe(mac));
    }

    @Test
    void theDistributionIsNamed() {
        assertEquals("Linux 1.2, riscv64", OperatingSystem.name(linux));
        linux.files.put("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
        assertEquals("Debian GNU/Linux 12 (Linux 1.2, riscv64)", OperatingSystem.name(linux));
    }

    @Test
    void thisMachineIsDescribed() {
        Machine here = Machine.describe();
        assertEquals(List.of("CPU", "cores", "SIMD", "Java", "system", "GPU"), List.copyOf(here.lines().keySet()));
        assertTrue(here.lines().values().stream().noneMatch(String::isBlank), here.toString());
        assertTrue(here.java().startsWith(System.getProperty("java.runtime.version")), here.java());
        // The tests run with the vector module, see the parent's surefire configuration.
        assertTrue(here.simd().matches("(128|256|512) bits, (4|8|16) floats at once .*"), here.simd());
    }

    @Test
    void commandsThatFailGiveNothing() {
        Host host = Host.actual();
        assertEquals(Optional.empty(), host.run("no-such-program-anywhere"));
        String java = ProcessHandle.current().info().command().orElseThrow();
        assertTrue(host.run(java, "-version").orElseThrow().contains("version"));
        assertEquals(Optional.empty(), host.run(java, "-no-such-option"));
        assertFalse(host.exists("/no/such/file"));
        assertEquals(Optional.empty(), host.read("/no/such/file"));
    }
}
