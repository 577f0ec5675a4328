package dev.gateloom.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NVIDIA GPUs and their driver, found without loading the driver. */
final class Gpu {
    private static final Pattern KERNEL_MODULE = Pattern.compile("Kernel Module.*?\\s(\\d+\\.[\\d.]+)");
    private static final List<String> LINUX_FOLDERS = List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib", "/usr/local/nvidia/lib64");

    private Gpu() {
    }

    static String describe(Host host) {
        String system = host.property("os.name");
        if (system.startsWith("Mac")) {
            return "none: there is no NVIDIA driver for macOS";
        }
        return host.run("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")
                .flatMap(Gpu::list)
                .orElseGet(() -> system.startsWith("Windows") ? windows(host) : linux(host));
    }

    /** From lines such as {@code NVIDIA H100 PCIe, 550.54.15, 81559 MiB}. */
    private static Optional<String> list(String smi) {
        List<String> gpus = new ArrayList<>();
        String driver = "";
        for (String line : smi.lines().toList()) {
            String[] fields = line.split(",");
            if (fields.length == 3) {
                gpus.add(fields[0].strip() + ", " + fields[2].strip());
                driver = fields[1].strip();
            }
        }
        return gpus.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", gpus) + "; driver " + driver);
    }

    private static String linux(Host host) {
        Matcher loaded = KERNEL_MODULE.matcher(host.read("/proc/driver/nvidia/version").orElse(""));
        List<String> folders = new ArrayList<>(LINUX_FOLDERS);
        for (String folder : host.environment("LD_LIBRARY_PATH").split(":")) {
            if (!folder.isEmpty()) {
                folders.add(folder);
            }
        }
        String library = folders.stream().map(f -> f + "/libcuda.so.1").filter(host::exists).findFirst().orElse(null);
        if (loaded.find()) {
            return "driver " + loaded.group(1) + ", model unknown: nvidia-smi gives no answer; "
                    + (library == null ? "libcuda.so.1 is missing, so it cannot be used" : library);
        }
        return library == null
                ? "none: no NVIDIA driver (no nvidia-smi, no /proc/driver/nvidia, no libcuda.so.1)"
                : "none: " + library + " is there, but the driver is not loaded (no /proc/driver/nvidia)";
    }

    private static String windows(Host host) {
        String root = host.environment("SystemRoot");
        String library = Path.of(root.isEmpty() ? "C:\\Windows" : root, "System32", "nvcuda.dll").toString();
        return host.exists(library)
                ? "model unknown: " + library + " is there, but nvidia-smi gives no answer"
                : "none: no NVIDIA driver (no nvidia-smi, no nvcuda.dll)";
    }
}
