// The loop of fp32 sequence kernels: sequence_cell.cuh says who has what and what a turn is.
//
// W_hh lies in shared memory. A warp makes quads of four units (slice.cuh), and a lane the cells of one row and unit, whose
// state it keeps. Where a block has fewer quads than warps, a quad's k is shared by several, and the first of them adds their
// sums up, in order, and has the cells.
//
// In a grid everything that is handed over stays: each step has its place in h or in the gates' gradients, see exchange.cuh.
// A block that is alone has one barrier for each step; so has a cluster, whose blocks store into x of all of them (cluster.cuh).
//
// Shared memory, dynamic, words; quads = ceil(units / 4), tiles = the most that a group has:
//
//   w          [quads][steps of k][COLUMNS][32][4]
//   x          [parts == 1 or cluster ? 2 : 1][ROWS][stride]       stride: K rounded up to what a warp steps through, + STRIDE_PAD
//   states     [STATES][tiles][quads][32]
//   constants  [CONSTANTS][quads][32]
//   sums       [shares - 1][quads][Cell::SUMS][32]      shares: warps of a quad
//   lengths    [tiles][ROWS], longest [tiles], left [1]
//
// SequenceKernel.java counts them.
#pragma once
#include "cluster.cuh"
#include "sequence_cell.cuh"
#include "shared.cuh"
#include "slice.cuh"

constexpr int STRIDE_PAD = 4;           // rows of x start four banks apart: cells of a warp are stored without conflicts

// What a warp multiplies at once of a cell: the units of a quad, or the gates of a lane's unit. One gate alone would use each
// float of x once.
template <class Cell>
struct Columns {
    static constexpr bool UNITS = Cell::BACKWARD || Cell::GATES == 1;
    static constexpr int COUNT = UNITS ? QUAD : Cell::GATES;
    static constexpr int SLICES = UNITS ? WARP : WARP / QUAD;
};

// w[k, gate] of a unit = W_hh[gate · H + u, k], for the units from first to before end: the block's rows of W_hh.
template <class Product, int GATES>
__device__ __forceinline__ void place_rows(float *w, const float *W_hh, int H, int first, int end, int steps) {
#pragma unroll 1
    for (int i = threadIdx.x; i < GATES * (end - first) * H; i += blockDim.x) {
        int k = i % H;
        int gate = i / H % GATES;
        int unit = i / H / GATES;
        w[Product::place(k, gate, unit, steps)] = W_hh[((long long) gate * H + first + unit) * H + k];
    }
}

// w[k] of a unit = W_hh[k, u], k over all rows of W_hh: the block's columns.
template <class Product, int GATES>
__device__ __forceinline__ void place_columns(float *w, const float *W_hh, int H, int first, int end, int steps) {
    int units = end - first;
#pragma unroll 1
    for (int i = threadIdx.x; i < GATES * H * units; i += blockDim.x) {
        int k = i / units;
        int unit = i % units;
        w[Product::place(k, 0, unit, steps)] = W_hh[(long long) k * H + first + unit];
    }
}

// x[r, 0:K] of so many rows; 16 bytes at a time where rows allow it. Each warp takes rows in turn.
template <int ROWS>
__device__ __forceinline__ void gather(float *x, int stride, const float *from, int rows, int K, int warp, int warps, int lane) {
    constexpr int LOADS = 4;            // under way at once
#pragma unroll 1
    for (int r = warp; r < rows; r += warps) {
        const float *row = from + (long long) r * K;
        float *to = x + r * stride;
        if (K % VECTOR == 0) {
#pragma unroll 1
            for (int k0 = lane * VECTOR; k0 < K; k0 += LOADS * WARP * VECTOR) {
                float4 v[LOADS];
#pragma unroll
                for (int i = 0; i < LOADS; i++) {
                    int k = k0 + i * WARP * VECTOR;
                    v[i] = k < K ? load_fresh4(row + k) : float4{};
                }
#pragma unroll
                for (int i = 0; i < LOADS; i++) {
                    int k = k0 + i * WARP * VECTOR;
                    if (k < K) {
                        store_shared4(to + k, v[i]);
                    }
                }
            }
        } else {
#pragma unroll 1
            for (int k0 = lane; k0 < K; k0 += LOADS * WARP) {
                float v[LOADS];
#pragma unroll
                for (int i = 0; i < LOADS; i++) {
                    int k = k0 + i * WARP;
                    v[i] = k < K ? load_fresh(row + k) : 0.0f;
                }
#pragma unroll
                for (int i = 0; i < LOADS; i++) {
                    int k = k0 + i * WARP;
                    if (k < K) {
                        to[k] = v[i];
                    }
                }
            }
        }
    }
}

// Adds to the first warp's sums those of the others, `next` apart. All threads of the block.
template <int SUMS, int COLUMNS>
__device__ __forceinline__ void add_shares(float (&sum)[COLUMNS], float *others, int share, int shares, int next) {
    if (share > 0) {
#pragma unroll
        for (int i = 0; i < SUMS; i++) {
            others[(share - 1) * next + i * WARP] = sum[i];
        }
    }
    __syncthreads();
    if (share == 0) {
        for (int other = 0; other < shares - 1; other++) {
#pragma unroll
            for (int i = 0; i < SUMS; i++) {
                sum[i] += others[other * next + i * WARP];
            }
        }
    }
}

template <int ROWS, bool IN_CLUSTER, class Cell>
__device__ __forceinline__ void run_tiles(const Sequence &s, const Cell &cell, const float *W_hh) {
    constexpr int COLUMNS = Columns<Cell>::COUNT;
    using Product = Slice<ROWS, COLUMNS, Columns<Cell>::SLICES>;
    extern __shared__ float4 shared[];

    int warps = blockDim.x / WARP;
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    Share<ROWS> block(s);
    int first = block.first;
    int end = block.end;
    int tiles = block.tiles;
    int quads = (s.units + QUAD - 1) / QUAD;
    int shares = Cell::ALONE ? 1 : max(1, warps / quads);               // if more, every warp has exactly one quad; alone, few
                                                                        // quads have but one step of k
    int share = shares > 1 ? warp / quads : 0;
    int first_quad = shares > 1 ? warp % quads : warp;
    int next_quad = shares > 1 ? quads : warps;
    constexpr bool GRID = !IN_CLUSTER && !Cell::ALONE;
    bool in_grid = GRID && (block.parts > 1 || block.room > 1);         // values come from device memory
    bool waits = GRID && block.parts > 1;
    int K = Cell::VALUES * s.H;
    int steps_of_k = Product::steps(K);
    int stride = steps_of_k * Product::STEP + STRIDE_PAD;
    int buffer = ROWS * stride;

    float4 *w = shared;
    float *x = (float *) (w + quads * steps_of_k * COLUMNS * WARP);
    float *states = x + (waits ? 1 : 2) * buffer;
    float *constants = states + Cell::STATES * block.room * quads * WARP;
    float *sums = constants + Cell::CONSTANTS * quads * WARP;
    int *lengths = (int *) (sums + (shares - 1) * quads * Cell::SUMS * WARP);
    int *longest = lengths + block.room * ROWS;
    int *left = longest + block.room;

#pragma unroll 1
    for (float *f = (float *) w + threadIdx.x; f < states; f += blockDim.x) {
        *f = 0.0f;                                                      // past the edges of H, B and K
    }
    block.read_lengths(s, lengths);
    __syncthreads();                                                    // w and x are clear, too
    if constexpr (IN_CLUSTER) {
        cluster_arrive();
    }
    if constexpr (Cell::BACKWARD) {
        place_columns<Product, Cell::GATES>((float *) w, W_hh, s.H, first, end, steps_of_k);
    } else {
        place_rows<Product, Cell::GATES>((float *) w, W_hh, s.H, first, end, steps_of_k);
    }
    block.find_longest(lengths, longest);

    int row = lane / QUAD * ROWS / (WARP / QUAD);                       // of the lane's cells in each tile
    bool owner = share == 0 && lane / QUAD * ROWS % (WARP / QUAD) == 0; // the first of the lanes that have the same sums
    auto state = [&](int j, int quad) { return states + (j * quads + quad) * WARP + lane; };
    int next_state = block.room * quads * WARP;
    auto unit = [&](int quad) { return first + quad * QUAD + lane % QUAD; };
    auto has_cell = [&](int j, int quad) { return owner && block.first_row(j) + row < s.B && unit(quad) < end; };
    __syncthreads();

#pragma unroll 1
    for (int quad = first_quad; quad < quads; quad += next_quad) {
        if (owner && unit(quad) < end) {
            cell.constants(s, unit(quad), constants + quad * WARP + lane, quads * WARP);
        }
#pragma unroll 1
        for (int j = 0; j < tiles; j++) {
            if (has_cell(j, quad)) {
                float initial[Cell::STATES];
                cell.begin(s, lengths[j * ROWS + row], block.first_row(j) + row, unit(quad), initial);
#pragma unroll
                for (int i = 0; i < Cell::STATES; i++) {
                    state(j, quad)[i * next_state] = initial[i];
                }
            }
        }
    }

#pragma unroll 1
    for (int n = 0; n < s.T + (Cell::BACKWARD ? 1 : 0); n++) {
#pragma unroll 1
        for (int j = 0; j < tiles; j++) {
            int steps = longest[j];
            if (n >= steps + (Cell::BACKWARD ? 1 : 0)) {
                continue;
            }
            int t = (s.reverse != 0) != Cell::BACKWARD ? steps - 1 - n : n;
            int before = n == 0 ? -1 : (s.reverse != 0) != Cell::BACKWARD ? t + 1 : t - 1;
            int length = lengths[j * ROWS + row];
            Turn turn = {t, block.first_row(j) + row, unit(first_quad), n < steps && t < length};

            typename Cell::Inputs next = {};
            if (turn.valid && has_cell(j, first_quad)) {
                next = cell.load(s, turn);
            }
            bool multiplies = !Cell::BACKWARD || n > 0;
            if constexpr (IN_CLUSTER) {
                cluster_wait();
            }
            if (multiplies && (in_grid || n == 0)) {
                if (waits && n > 0 && !s.exchange.wait_all(block.counter(j), (unsigned) n * block.parts, left)) {
                    return;
                }
                int rows = min(ROWS, s.B - block.first_row(j));
                gather<ROWS>(x, stride, cell.source(s, before) + (long long) block.first_row(j) * K, rows, K, warp, warps, lane);
                __syncthreads();
            }
            const float *x_now = x + (in_grid ? 0 : (n & 1) * buffer);
            float *x_next = x + ((n + 1) & 1) * buffer;

#pragma unroll 1
            for (int quad = first_quad; quad < quads; quad += next_quad) {
                typename Cell::Inputs now = next;
                turn.u = unit(quad + next_quad);
                if (quad + next_quad < quads && turn.valid && has_cell(j, quad + next_quad)) {
                    next = cell.load(s, turn);
                }
                turn.u = unit(quad);
                Product product;
                product.clear();
                if (multiplies) {
                    product.multiply(w, x_now, stride, quad, steps_of_k, lane, share, shares);
                    product.reduce(lane);
                    if (shares > 1) {
                        add_shares<Cell::SUMS>(product.sum[0], sums + quad * Cell::SUMS * WARP + lane, share, shares,
                                               quads * Cell::SUMS * WARP);
                    }
                }
                if (has_cell(j, quad)) {
                    float own[Cell::STATES];
#pragma unroll
                    for (int i = 0; i < Cell::STATES; i++) {
                        own[i] = state(j, quad)[i * next_state];
                    }
                    if (Cell::BACKWARD && n > 0 && before < length) {
                        own[0] += product.sum[0][0];                    // dh, from the gradients of the step before
                    }
                    if (n < steps) {
                        float handed[Cell::VALUES];
                        cell.step(s, turn, now, product.sum[0], constants + quad * WARP + lane, quads * WARP, own, handed);
#pragma unroll
                        for (int i = 0; i < Cell::VALUES; i++) {
                            float *to = x_next + row * stride + i * s.H + turn.u;
                            if constexpr (IN_CLUSTER) {
#pragma unroll
                                for (int other = 0; other < CLUSTER_BLOCKS; other++) {
                                    store_remote(shared_address(to), other, handed[i]);
                                }
                            } else if (!in_grid) {
                                *to = handed[i];
                            }
                        }
                    }
#pragma unroll
                    for (int i = 0; i < Cell::STATES; i++) {
                        state(j, quad)[i * next_state] = own[i];
                    }
                }
            }
            if constexpr (IN_CLUSTER) {
                if (n < steps) {
                    cluster_arrive();
                }
            } else {
                __syncthreads();                                        // x is free, and what was handed over is stored
                if (waits && n < steps && threadIdx.x == 0) {
                    s.exchange.arrive(block.counter(j));
                }
            }
        }
    }

    if constexpr (IN_CLUSTER && !Cell::BACKWARD) {
        cluster_wait();                                                 // for what was handed over last: nobody reads it
    }
#pragma unroll 1
    for (int quad = first_quad; quad < quads; quad += next_quad) {
#pragma unroll 1
        for (int j = 0; j < tiles; j++) {
            if (has_cell(j, quad)) {
                float own[Cell::STATES];
#pragma unroll
                for (int i = 0; i < Cell::STATES; i++) {
                    own[i] = state(j, quad)[i * next_state];
                }
                cell.end(s, longest[j], block.first_row(j) + row, unit(quad), own);
            }
        }
    }
}

// Where blocks form no clusters there is a trap, which no launcher meets.
template <int ROWS, bool IN_CLUSTER, class Cell>
__device__ __forceinline__ void run_sequence(const Sequence &s, const Cell &cell, const float *W_hh) {
    if constexpr (!IN_CLUSTER || __CUDA_ARCH__ >= 900) {
        run_tiles<ROWS, IN_CLUSTER>(s, cell, W_hh);
    } else {
        asm volatile("trap;");
    }
}
