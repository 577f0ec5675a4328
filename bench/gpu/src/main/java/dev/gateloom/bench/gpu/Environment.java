package dev.gateloom.bench.gpu;

import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.machine.Machine;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a run took place: what a reader needs to run it again. */
final class Environment {
    private static final String UNKNOWN = "not known";
    private static final String NOT_LOADED = "not loaded: only a GPU has a use for it";

    private Environment() {
    }

    /** Machine and commit. */
    static Map<String, String> ofMachine() {
        Machine machine = Machine.describe();
        Map<String, String> lines = new LinkedHashMap<>(machine.lines());
        machine.driver().ifPresent(number -> lines.put("NVIDIA driver", number));
        lines.put("commit", commit(classes()));
        return lines;
    }

    /** The same, the device and NVIDIA's libraries, which nothing but a GPU is worth loading for. */
    static Map<String, String> of(Device device, boolean onGpu) {
        Map<String, String> lines = ofMachine();
        DeviceProperties p = device.properties();
        lines.put("device", device.name());
        lines.put("cuBLAS", onGpu ? version(CudaLibraries.cublas()) : NOT_LOADED);
        lines.put("cuDNN", onGpu ? version(CudaLibraries.cudnn()) : NOT_LOADED);
        lines.put("multiprocessors", p.multiprocessors() + ", each with " + p.registersPerMultiprocessor() + " registers, "
                + p.sharedPerMultiprocessor() + " bytes of shared memory, " + p.sharedPerBlockOptin() + " for a block");
        lines.put("L2 cache", p.l2() > 0 ? p.l2() + " bytes" : UNKNOWN);
        lines.put("device memory", p.memory() + " bytes");
        lines.put("grids", (p.cooperative() ? "cooperative" : "not cooperative") + ", " + (p.clusters() ? "" : "no ") + "clusters");
        return lines;
    }

    /** Why it is not there, and what it did here, the notes say. */
    private static String version(Library library) {
        return library.loaded() ? library.version() + ", " + Published.here().text(library.path()
                + (library.passedOver().isEmpty() ? "" : "; passed over: " + library.passedOver())) : "none";
    }

    /** The commit of the checkout that a folder is in, with {@code -dirty} if files were changed. */
    static String commit(Path within) {
        for (Path folder = within; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git")) && Files.exists(folder.resolve("bench/gpu/pom.xml"))) {     // not one around it
                return Command.output(List.of("git", "-C", folder.toString(), "describe", "--always", "--dirty")).map(String::strip)
                        .orElse(UNKNOWN);
            }
        }
        return UNKNOWN;
    }

    /** Where this program was built. */
    private static Path classes() {
        try {
            return Path.of(Environment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
