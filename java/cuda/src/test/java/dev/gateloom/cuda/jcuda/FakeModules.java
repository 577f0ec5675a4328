package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.getInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.getLong;
import static dev.gateloom.cuda.jcuda.NativeMemory.text;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.PtxModule;
import dev.gateloom.ptx.parse.PtxParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUresult;

/**
 * Loads modules into emulators. PTX goes there as it came. A cubin, which the emulator cannot run, is known by its content
 * and stands for the PTX of the same program and architecture.
 */
final class FakeModules {
    private static final int OLDEST = 50;
    private static final int NEWEST = 130;

    private final List<Cubin> cubins = new ArrayList<>();
    private final List<String> loaded = new ArrayList<>();
    private boolean refusesCubins;

    private record Cubin(Program program, int architecture, byte[] content, byte[] ptx) {
        /** Machine code runs within its major architecture, and not on an older minor one. */
        boolean runsOn(int capability) {
            return architecture / 10 == capability / 10 && architecture <= capability;
        }
    }

    /**
     * A module.
     *
     * @param emulator runs it
     * @param program whose code for this very device it is, so that a report knows its registers; null for other PTX
     * @param ptx what is run
     * @param parsed the same
     */
    record Module(EmulatorDevice emulator, Program program, String ptx, PtxModule parsed) {
    }

    FakeModules(List<Program> programs) {
        for (Program program : programs) {
            for (int architecture = OLDEST; architecture < NEWEST; architecture++) {
                byte[] content = program.cubin(architecture);
                if (content != null) {
                    byte[] ptx = program.ptx(architecture);
                    cubins.add(new Cubin(program, architecture, content, ptx != null ? ptx : newest(program, architecture)));
                }
            }
        }
    }

    private static byte[] newest(Program program, int architecture) {
        byte[] ptx = null;
        for (int a = architecture; ptx == null; a--) {
            ptx = program.ptx(a);
        }
        return ptx;
    }

    /** From now on no cubin is for any device. */
    void refuseCubins() {
        refusesCubins = true;
    }

    /** What was loaded: {@code cubin of axpy for sm_90}, {@code PTX for sm_75}. */
    List<String> loaded() {
        return List.copyOf(loaded);
    }

    /** {@code cuModuleLoadDataEx}: options are an array of keys and one of 64-bit values. */
    Module load(EmulatorDevice emulator, long image, int options, long keys, long values) {
        int capability = emulator.properties().computeCapability();
        for (Cubin cubin : cubins) {
            if (holds(image, cubin.content)) {
                if (refusesCubins || !cubin.runsOn(capability)) {
                    throw failure(CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU, "cubin of " + cubin.program.name());
                }
                loaded.add("cubin of " + cubin.program.name() + " for sm_" + cubin.architecture);
                boolean own = cubin.architecture == capability;
                return module(emulator, own ? cubin.program : null, new String(cubin.ptx, StandardCharsets.US_ASCII));
            }
        }
        try {
            Module module = module(emulator, null, text(image));
            loaded.add("PTX for " + module.parsed.target());
            return module;
        } catch (DeviceException e) {
            log(e.getMessage(), options, keys, values);
            throw e;
        }
    }

    private static Module module(EmulatorDevice emulator, Program program, String ptx) {
        try {
            Module module = new Module(emulator, program, ptx, PtxParser.parse(ptx));
            // A driver compiles the whole module when it is loaded.
            module.parsed.kernels().keySet().stream().findFirst().ifPresent(name -> kernel(module, name));
            return module;
        } catch (PtxException e) {
            throw failure(CUresult.CUDA_ERROR_INVALID_PTX, e.getMessage());
        }
    }

    static Kernel kernel(Module module, String name) {
        return module.program == null ? module.emulator.kernel(module.ptx, name) : module.emulator.kernel(module.program, name);
    }

    /** Looks no further than the first difference: the end of the image is not known. */
    private static boolean holds(long image, byte[] expected) {
        ByteBuffer actual = NativeMemory.bytes(image, expected.length);
        for (int i = 0; i < expected.length; i++) {
            if (actual.get(i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static void log(String message, int options, long keys, long values) {
        int room = 0;
        long buffer = 0;
        for (int i = 0; i < options; i++) {
            switch (getInt(keys + (long) Integer.BYTES * i)) {
                case CUjit_option.CU_JIT_ERROR_LOG_BUFFER -> buffer = getLong(values + (long) Long.BYTES * i);
                case CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES -> room = getInt(values + (long) Long.BYTES * i);
                default -> unless(false, CUresult.CUDA_ERROR_INVALID_VALUE, "an option that is not played");
            }
        }
        if (buffer != 0) {
            byte[] said = message.getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(said.length, room - 1);
            NativeMemory.bytes(buffer, room).put(said, 0, length).put((byte) 0);
        }
    }

    private static DeviceException failure(int code, String details) {
        return new DeviceException("cuModuleLoadDataEx", code, CUresult.stringFor(code), details);
    }
}
