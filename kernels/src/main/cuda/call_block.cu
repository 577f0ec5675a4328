// The caller's tensors, where a captured graph finds them. The nodes of a graph keep the arguments that they were captured with, so
// they are given the place of an address and not the address: a block of them in device memory, which one launch before the graph
// sets. A call with other tensors needs no other graph.
//
//   set_call_block   block[TENSORS] = addresses, which are arguments of the launch: no copy from host memory has to be waited for
//   load_tensor      dst[i] = slot[0][i]
//   store_tensor     slot[0][i] = src[i]
//
//   block    [TENSORS]    in the order of the enum Tensor
//   slot                  a tensor's place in the block
//   dst, src [count]      32-bit words, whatever they hold
//
// Launch: set_call_block one thread; the others ceil(count / 256) blocks of 256.

namespace {

constexpr int TENSORS = 21;

struct Block {
    unsigned *tensor[TENSORS];
};

}  // namespace

extern "C" __global__ void __launch_bounds__(1)
set_call_block(Block *block, Block addresses) {
    *block = addresses;
}

extern "C" __global__ void __launch_bounds__(256)
load_tensor(unsigned *dst, const unsigned *const *slot, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = slot[0][i];
    }
}

extern "C" __global__ void __launch_bounds__(256)
store_tensor(unsigned *const *slot, const unsigned *src, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        slot[0][i] = src[i];
    }
}
