package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import java.util.Set;
import jcuda.driver.CUresult;

/**
 * A context of the played driver: an emulator of its own, and the memory that was allocated in it. Once a kernel has failed
 * there, every call in it answers with that kernel's error, for as long as it exists.
 */
final class FakeContext {
    /** What a failed kernel leaves behind. Other results refuse one call and are over with it. */
    private static final Set<Integer> FATAL = Set.of(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
            CUresult.CUDA_ERROR_ASSERT, CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
            CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE, CUresult.CUDA_ERROR_INVALID_PC,
            CUresult.CUDA_ERROR_LAUNCH_FAILED);

    final FakeGpu gpu;
    final EmulatorDevice emulator;
    final FakeMemory memory;
    private Stream defaultStream;
    private DeviceException failure;

    FakeContext(FakeGpu gpu, EmulatorDevice emulator) {
        this.gpu = gpu;
        this.emulator = emulator;
        memory = new FakeMemory(emulator);
    }

    /** Notes what a call met; true if that was a kernel that failed just now. */
    boolean meet(DeviceException e) {
        if (failure != null || !FATAL.contains(e.code())) {
            return false;
        }
        failure = e;
        return true;
    }

    boolean isLost() {
        return failure != null;
    }

    void requireIntact() {
        if (isLost()) {
            throw failure;
        }
    }

    Stream defaultStream() {
        if (defaultStream == null) {
            defaultStream = emulator.stream();
        }
        return defaultStream;
    }
}
