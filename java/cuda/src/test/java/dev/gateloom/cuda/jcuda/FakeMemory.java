package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.ptx.EmulatorDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jcuda.driver.CUresult;

/** What the played driver has allocated, by address. */
final class FakeMemory {
    private static final int PORTABLE = 1;

    private final EmulatorDevice emulator;
    private final TreeMap<Long, DeviceMemory> device = new TreeMap<>();
    private final TreeMap<Long, HostMemory> host = new TreeMap<>();

    /** A piece of page-locked memory. */
    record HostPiece(HostMemory memory, long offset) {
    }

    FakeMemory(EmulatorDevice emulator) {
        this.emulator = emulator;
    }

    long allocate(long bytes) {
        unless(bytes > 0, CUresult.CUDA_ERROR_INVALID_VALUE, "0 bytes");
        DeviceMemory allocated = emulator.allocate(bytes, "the driver's caller");
        device.put(allocated.address(), allocated);
        return allocated.address();
    }

    void free(long address) {
        DeviceMemory freed = device.remove(address);
        unless(freed != null, CUresult.CUDA_ERROR_INVALID_VALUE, "0x" + Long.toHexString(address) + " is not allocated");
        freed.close();
    }

    /** The address, if all bytes from it on are of one allocation. */
    long check(long address, long bytes) {
        Map.Entry<Long, DeviceMemory> found = device.floorEntry(address);
        unless(found != null && address + bytes <= found.getKey() + found.getValue().bytes(),
                CUresult.CUDA_ERROR_INVALID_VALUE, bytes + " bytes at 0x" + Long.toHexString(address) + " are not allocated");
        return address;
    }

    long used() {
        return device.values().stream().mapToLong(DeviceMemory::bytes).sum();
    }

    long allocateHost(long bytes, int flags) {
        unless(flags == PORTABLE, CUresult.CUDA_ERROR_INVALID_VALUE, "not CU_MEMHOSTALLOC_PORTABLE: " + flags);
        HostMemory allocated = emulator.allocateHost(bytes);
        long address = NativeMemory.addressOf(allocated.bytes());
        host.put(address, allocated);
        return address;
    }

    void freeHost(long address) {
        HostMemory freed = host.remove(address);
        unless(freed != null, CUresult.CUDA_ERROR_INVALID_VALUE, "host memory is not allocated here");
        freed.close();
    }

    HostPiece hostPiece(long address, long bytes) {
        Map.Entry<Long, HostMemory> found = host.floorEntry(address);
        unless(found != null && address + bytes <= found.getKey() + found.getValue().bytes().capacity(),
                CUresult.CUDA_ERROR_INVALID_VALUE, "host memory is not page-locked, the copy would not be asynchronous");
        return new HostPiece(found.getValue(), address - found.getKey());
    }

    /** Its context is gone. */
    void forget() {
        device.clear();
        host.clear();
    }

    List<String> leftovers() {
        List<String> left = new ArrayList<>();
        device.keySet().forEach(address -> left.add("device memory 0x" + Long.toHexString(address)));
        host.keySet().forEach(address -> left.add("host memory 0x" + Long.toHexString(address)));
        return left;
    }
}
