// Addresses of shared memory.
#pragma once

// Of a place in the shared memory of the block, as instructions take it.
__device__ __forceinline__ unsigned shared_address(const void *pointer) {
    unsigned long long address;
    asm("cvta.to.shared.u64 %0, %1;" : "=l"(address) : "l"(pointer));
    return (unsigned) address;
}
