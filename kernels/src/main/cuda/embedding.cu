// Look-up of vectors and its gradient.
//
//   embedding             y[i, :] = table[ids[i], :]
//   embedding_gradient    dTable[e, :] += Σ dy[i, :] over all i with ids[i] = e, i ascending: a gather, so no atomics
//
//   ids            [count]        whole numbers in [0, entries) as floats, as the caller has checked
//   table, dTable  [entries, W]
//   y, dy          [count, W]
//
// A warp of embedding_gradient has 32 columns of a row of dTable and reads all ids, 32 at a time.
//
// Launch: embedding ceil(count·W / 256) blocks of 256; embedding_gradient ceil(entries·ceil(W / 32) / 8).

namespace {

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffff;

__device__ __forceinline__ long long thread_index() {
    return (long long) blockIdx.x * blockDim.x + threadIdx.x;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
embedding(float *y, const float *ids, const float *table, int W, int count) {
    long long i = thread_index();                                           // [id, w]
    if (i < (long long) count * W) {
        y[i] = table[(long long) ids[i / W] * W + i % W];
    }
}

extern "C" __global__ void __launch_bounds__(256)
embedding_gradient(float *dTable, const float *ids, const float *dy, int entries, int W, int count) {
    int parts = (W + WARP - 1) / WARP;                                      // of a row: a warp for each
    int lane = threadIdx.x % WARP;
    long long warp = thread_index() / WARP;
    int entry = (int) (warp / parts);
    int w = (int) (warp % parts) * WARP + lane;
    if (entry >= entries) {                                                 // for the whole warp
        return;
    }
    float sum = 0.0f;
    bool any = false;
    for (long long first = 0; first < count; first += WARP) {
        unsigned hits = __ballot_sync(ALL_LANES, first + lane < count && (int) ids[first + lane] == entry);
        any |= hits != 0;
        for (; hits != 0; hits &= hits - 1) {
            long long row = first + __ffs(hits) - 1;
            sum += w < W ? dy[row * W + w] : 0.0f;                          // dy[row, w]
        }
    }
    if (any && w < W) {
        dTable[(long long) entry * W + w] += sum;
    }
}
