// How blocks of one launch hand values to each other through device memory, step after step.
//
//   sender     all threads store; __syncthreads(); one thread: arrive(tile), a release at gpu scope
//   receiver   one thread: wait(tile, n), an acquire at gpu scope; __syncthreads(); all threads: load_fresh
//
// There is a counter for each tile of rows of each direction. It only grows, from the zero that is written before the launch. In fp32 whatever is
// handed over has a place of its own for each step: nothing is overwritten while somebody may still read it, so nobody
// has to tell that he has read. In 16 bits there are two places; sequence_mma.cuh says why that is enough. A wait ends after so many polls, for a block that never comes must not hang the device:
// it leaves TIMED_OUT in the status, which all others that wait look at, and the host after the launch. Polls are counted
// rather than time, because a launch that is preempted loses time without doing anything wrong.
//
// Exchanged values are not read through const __restrict__ pointers, which would become ld.global.nc, nor from L1.
#pragma once

constexpr int FLAG_STRIDE = 32;         // counters are a line of 128 bytes apart: polls of one do not delay another
constexpr unsigned TIMED_OUT = 1;
constexpr int STATUS_EVERY = 16;        // polls: a look at the status takes as long as one

struct Exchange {
    unsigned *flags;                    // [D · tiles], FLAG_STRIDE apart
    unsigned *status;
    int polls;                          // of a wait at most

    // By one thread, after a barrier of its block: what the block has stored can be read.
    __device__ __forceinline__ void arrive(int tile) const {
        asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(flags + (long long) tile * FLAG_STRIDE) : "memory");
    }

    // By one thread, before a barrier of its block. False if somebody's wait came to its end: then all must leave.
    __device__ __forceinline__ bool wait(int tile, unsigned arrivals) const {
        const unsigned *flag = flags + (long long) tile * FLAG_STRIDE;
        for (int n = 1; n <= polls; n++) {
            unsigned arrived;
            asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(arrived) : "l"(flag) : "memory");
            if (arrived >= arrivals) {
                return true;
            }
            if (n % STATUS_EVERY == 0 && failed()) {
                return false;
            }
        }
        asm volatile("st.relaxed.gpu.global.u32 [%0], %1;" ::"l"(status), "r"(TIMED_OUT) : "memory");
        return false;
    }

    // By all threads, which may then read what the others have stored. left: a word of shared memory.
    __device__ __forceinline__ bool wait_all(int tile, unsigned arrivals, int *left) const {
        if (threadIdx.x == 0) {
            *left = !wait(tile, arrivals);
        }
        __syncthreads();
        return !*left;
    }

private:
    __device__ __forceinline__ bool failed() const {
        unsigned value;
        asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(status) : "memory");
        return value != 0;
    }
};

// What another block has stored: from L2, since L1 may hold what was there before.
__device__ __forceinline__ float load_fresh(const float *at) {
    float value;
    asm volatile("ld.global.cg.f32 %0, [%1];" : "=f"(value) : "l"(at) : "memory");
    return value;
}

__device__ __forceinline__ float4 load_fresh4(const float *at) {
    float4 value;
    asm volatile("ld.global.cg.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(value.x), "=f"(value.y), "=f"(value.z), "=f"(value.w) : "l"(at) : "memory");
    return value;
}

__device__ __forceinline__ uint4 load_fresh16(const unsigned short *at) {
    uint4 value;
    asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(value.x), "=r"(value.y), "=r"(value.z), "=r"(value.w) : "l"(at) : "memory");
    return value;
}

// 16 bytes at once: from plain C++ the compiler sometimes makes four stores, each with conflicts.
__device__ __forceinline__ void store_shared4(float *at, float4 value) {
    asm volatile("{\n\t"
                 ".reg .u64 to;\n\t"
                 "cvta.to.shared.u64 to, %0;\n\t"
                 "st.shared.v4.f32 [to], {%1, %2, %3, %4};\n\t"
                 "}" ::"l"(at), "f"(value.x), "f"(value.y), "f"(value.z), "f"(value.w) : "memory");
}
