// How the blocks of a cluster hand values to each other through distributed shared memory (sm_90 and later), step after step.
//
//   all threads:   wait();  read what the others stored here before;  store to the others;  arrive()
//
// There is one barrier, at which all threads of all blocks arrive with a release and wait with an acquire: what was stored
// before the arrivals is there after the wait. A block stores into a buffer of another one only after it has waited for the
// arrivals that follow the last reads of that buffer, and none leaves before the last stores to it have come. Clusters run
// all at once or not at all, so nobody waits in vain.
#pragma once

constexpr int CLUSTER_BLOCKS = 8;       // what every device with clusters can run

#if __CUDA_ARCH__ >= 900
#define CLUSTER __cluster_dims__(CLUSTER_BLOCKS, 1, 1)
#else
#define CLUSTER                         // a trap: see run_sequence
#endif

namespace {

__device__ __forceinline__ void cluster_arrive() {
    asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
}

__device__ __forceinline__ void cluster_wait() {
    asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

// 16 bytes to the place of another block's shared memory that is `at` in the own one.
__device__ __forceinline__ void store_remote16(unsigned at, int block, uint4 value) {
    unsigned there;
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(at), "r"(block));
    asm volatile("st.shared::cluster.v4.b32 [%0], {%1, %2, %3, %4};"
                 ::"r"(there), "r"(value.x), "r"(value.y), "r"(value.z), "r"(value.w) : "memory");
}

// A float to the same place.
__device__ __forceinline__ void store_remote(unsigned at, int block, float value) {
    unsigned there;
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(at), "r"(block));
    asm volatile("st.shared::cluster.f32 [%0], %1;" ::"r"(there), "f"(value) : "memory");
}

}  // namespace
