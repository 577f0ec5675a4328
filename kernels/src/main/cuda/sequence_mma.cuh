// The loop of sequence kernels in 16 bits, on tensor cores: sequence_cell.cuh says who has what and what a turn is.
//
// Factors are what the steps' products have, too: W_hh and h, or the gradients times their scale, rounded to the format;
// sums, cells and all that is kept are fp32. Rows of a tile: 8, the columns of mma.
//
// W_hh lies in registers. A strip is so many units (8 or 16) that their sums fill whole products of 16 rows; a piece is a strip
// by 32 k, two products deep. Row 8·b + i of a strip is row block b = gate · OCTETS + octet, unit 8 · octet + i:
//
//                 units   row blocks                                                  products
//   LSTM forward    8     i, f | g, o                                                    2
//   GRU forward    16     r, r' | z, z' | n, n'      ': the second eight units           3
//   RNN forward    16     u, u'                                                          1
//   backward       16     u, u'                      columns of W_hh, k over all gates   1
//
// The pieces of a block, strip by strip, are dealt to its warps in runs of equal length, so that no warp has more to do than
// another one, however many units there are. A warp keeps the first HELD of its pieces in registers and the others, if there
// are more, in shared memory, as the lanes want them. Where a strip is cut, each warp has a part of its sums: they are added
// in order of the warps. That order depends on H and on the units of a block, on no schedule.
//
// A turn has two barriers of the block, three if values come from device memory: sums lie in shared memory, each of 256 threads
// takes a cell of them (8 units by 4 rows a warp: whole sectors of gates and states), and x may be written again.
//
// Handed over are 16 bits for each value, eight units in 16 bytes. P: H rounded up to 8; K = VALUES · P.
//   alone      into the block's own x. Its two buffers take turns.
//   a cluster  into x of all its blocks, one for each of eight lanes; the group's one tile
//   in a grid  into handed [D][2][B][K] in device memory, by turns. A block writes turn n where turn n-2 was once all have told
//              of turn n-1: they had read turn n-2 by then, so nobody needs it.
//   initially  h is read, and rounded, from where it lies in fp32
//
// Shared memory, dynamic; strips = ceil(units / UNITS), steps = ceil(K / 32), tiles = the most that a group has:
//
//   pieces     [8 warps][those not held][2 · PRODUCTS][32] x 16 bytes
//   x          [parts == 1 or cluster ? 2 : 1][8][32 · steps + 8] x 2 bytes
//   sums       [strips + 7][2 · PRODUCTS][8][8] words    warp w has its part of strip s in place s + w: both only grow
//   states     [STATES][tiles][strips · UNITS · 8]
//   constants  [CONSTANTS][strips · UNITS]
//   ranges     [strips][2]                               the warps that have a strip's sums: first, last
//   lengths    [tiles][8], longest [tiles], left [1]
//
// TensorSequence.java counts them. Launch: (parts · groups, D) blocks of 256; in clusters of 8, parts = 8 and groups as many as
// tiles, whatever H is.
#pragma once
#include "cluster.cuh"
#include "mma.cuh"
#include "sequence_cell.cuh"

namespace {

constexpr int TILE_ROWS = 8;
constexpr int OCTET = 8;                // units of 16 bytes that are handed over, and of a row block
constexpr int BLOCK_SUMS = OCTET * TILE_ROWS;
constexpr int DEPTH = 2;                // products of a piece, one after the other along k
constexpr int PIECE = 16 * DEPTH;
constexpr int X_PAD = 8;                // rows of x start four banks apart, or twelve: ldmatrix meets no bank twice
constexpr int WARPS = MOST_THREADS / WARP;
constexpr int HELD_WORDS = 128;         // of a thread, for pieces
constexpr unsigned ALL_LANES = 0xffffffffu;

template <class Cell>
struct Strip {
    static constexpr int OCTETS = Cell::SUMS % 2 == 0 ? 1 : 2;
    static constexpr int UNITS = OCTETS * OCTET;
    static constexpr int BLOCKS = Cell::SUMS * OCTETS;          // of rows
    static constexpr int PRODUCTS = BLOCKS / 2;
    static constexpr int FRAGMENTS = PRODUCTS * DEPTH;          // of a piece, four registers each
    static constexpr int HELD = HELD_WORDS / (4 * FRAGMENTS);   // pieces
};

// Where the sum of a unit and row of a row block lies: neither the stores of mma's pairs nor the reads of 8 units by 4 rows
// meet in a bank.
__device__ __forceinline__ int sum_place(int unit, int row) {
    return unit * TILE_ROWS + (row ^ (unit & 4));
}

// Backward, the rows of W_hh that a block multiplies by: of units [first, end), whose gates are so many k apart.
struct Rows {
    int first, end;
    int width;
};

// The four registers that a lane has of a fragment: rows 16·product to 16·product + 15 of a strip, k0 to k0 + 15.
template <class Cell>
__device__ __forceinline__ uint4 fragment(const unsigned short *W_hh, int H, int P, const Rows &rows, int strip_unit, int end,
                                          int product, int k0, int lane) {
    unsigned a[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int block = 2 * product + i % 2;
        int unit = strip_unit + block % Strip<Cell>::OCTETS * OCTET + lane / 4;
        int k = k0 + i / 2 * 8 + lane % 4 * 2;
        a[i] = 0;
        if constexpr (Cell::BACKWARD) {
            int gate = k / rows.width;
            int u = rows.first + k % rows.width;
            if (unit < end && gate < Cell::GATES && u < rows.end) {
                const unsigned short *from = W_hh + ((long long) gate * H + u) * P + unit;
                a[i] = from[0] | (u + 1 < rows.end ? (unsigned) from[P] << 16 : 0u);
            }
        } else if (unit < end && k < P) {
            int gate = block / Strip<Cell>::OCTETS;
            a[i] = *(const unsigned *) (W_hh + ((long long) gate * H + unit) * P + k);  // zeros past H
        }
    }
    return {a[0], a[1], a[2], a[3]};
}

// A warp's run of pieces, and its part of the sums.
template <class Math, class Cell>
struct Pieces {
    using S = Strip<Cell>;

    unsigned held[S::HELD * S::FRAGMENTS][4];
    float sum[DEPTH][S::PRODUCTS][4];           // a chain for each depth: mma waits for the one before in its chain
    int first;                                  // piece, among the block's
    int count;
    int steps;                                  // pieces of a strip

    // others: 16 bytes for each fragment not held.
    __device__ __forceinline__ void load(const unsigned short *W_hh, int H, int P, const Rows &rows, int first_unit, int end,
                                         uint4 *others, int lane) {
#pragma unroll
        for (int i = 0; i < S::HELD * S::FRAGMENTS; i++) {
            held[i][0] = held[i][1] = held[i][2] = held[i][3] = 0;
        }
#pragma unroll 1
        for (int n = 0; n < count * S::FRAGMENTS; n++) {
            int piece = first + n / S::FRAGMENTS;
            int k0 = piece % steps * PIECE + n % DEPTH * 16;
            int unit = first_unit + piece / steps * S::UNITS;
            uint4 a = fragment<Cell>(W_hh, H, P, rows, unit, end, n / DEPTH % S::PRODUCTS, k0, lane);
            if (n >= S::HELD * S::FRAGMENTS) {
                others[(n - S::HELD * S::FRAGMENTS) * WARP + lane] = a;
            }
#pragma unroll
            for (int i = 0; i < S::HELD * S::FRAGMENTS; i++) {          // registers have no index: each takes what is its own
                if (i == n) {
                    held[i][0] = a.x;
                    held[i][1] = a.y;
                    held[i][2] = a.z;
                    held[i][3] = a.w;
                }
            }
        }
    }

    // x: where the lane's row of matrices starts in shared memory. to: sums of the first strip; those of the next ones follow.
    __device__ __forceinline__ void multiply(unsigned x, const uint4 *others, float *to, int lane) {
        int step = first % steps;
        clear();
        auto advance = [&](int pieces) {
            if (++step == steps || pieces == count) {
                store(to, lane);
                clear();
                to += S::BLOCKS * BLOCK_SUMS;
                step = 0;
            }
        };
#pragma unroll
        for (int i = 0; i < S::HELD; i++) {
            if (i < count) {
                unsigned b[4];
                load_matrices<false>(b, x + step * PIECE * 2);
#pragma unroll
                for (int n = 0; n < S::FRAGMENTS; n++) {
                    int k = n % DEPTH;
                    Math::multiply(sum[k][n / DEPTH], held[i * S::FRAGMENTS + n], b[2 * k], b[2 * k + 1]);
                }
                advance(i + 1);
            }
        }
#pragma unroll 1
        for (int i = S::HELD; i < count; i++) {
            unsigned b[4];
            load_matrices<false>(b, x + step * PIECE * 2);
#pragma unroll
            for (int n = 0; n < S::FRAGMENTS; n++) {
                uint4 v = others[((i - S::HELD) * S::FRAGMENTS + n) * WARP + lane];
                unsigned a[4] = {v.x, v.y, v.z, v.w};
                int k = n % DEPTH;
                Math::multiply(sum[k][n / DEPTH], a, b[2 * k], b[2 * k + 1]);
            }
            advance(i + 1);
        }
    }

private:
    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int n = 0; n < S::FRAGMENTS * 4; n++) {
            sum[n / 4 % DEPTH][n / 4 / DEPTH][n % 4] = 0.0f;
        }
    }

    __device__ __forceinline__ void store(float *to, int lane) const {
#pragma unroll
        for (int block = 0; block < S::BLOCKS; block++) {
            const float (&one)[4] = sum[0][block / 2];
            const float (&two)[4] = sum[1][block / 2];
            int i = block % 2 * 2;
            float2 pair = {one[i] + two[i], one[i + 1] + two[i + 1]};           // rows lane % 4 · 2 and the next
            *(float2 *) (to + block * BLOCK_SUMS + sum_place(lane / 4, lane % 4 * 2)) = pair;
        }
    }
};

__device__ __forceinline__ void store_shared16(unsigned at, uint4 value) {
    asm volatile("st.shared.v4.b32 [%0], {%1, %2, %3, %4};" ::"r"(at), "r"(value.x), "r"(value.y), "r"(value.z), "r"(value.w)
                 : "memory");
}

// x[r, 0:K] of so many rows, from what the group has handed over. A warp for each row.
__device__ __forceinline__ void gather(unsigned x, int stride, const unsigned short *from, int rows, int K, int warp, int lane) {
    constexpr int LOADS = 4;            // under way at once
    if (warp >= rows) {
        return;
    }
    const unsigned short *row = from + (long long) warp * K;
    unsigned to = x + warp * stride * 2;
#pragma unroll 1
    for (int k0 = lane * OCTET; k0 < K; k0 += LOADS * WARP * OCTET) {
        uint4 v[LOADS];
#pragma unroll
        for (int i = 0; i < LOADS; i++) {
            int k = k0 + i * WARP * OCTET;
            v[i] = k < K ? load_fresh16(row + k) : uint4 {};
        }
#pragma unroll
        for (int i = 0; i < LOADS; i++) {
            int k = k0 + i * WARP * OCTET;
            if (k < K) {
                store_shared16(to + k * 2, v[i]);
            }
        }
    }
}

// The same from fp32, which was there before the launch.
template <class Math>
__device__ __forceinline__ void gather_rounded(unsigned short *x, int stride, const float *from, int rows, int H, int warp,
                                               int lane) {
    if (warp < rows) {
#pragma unroll 1
        for (int u = lane; u < H; u += WARP) {
            x[warp * stride + u] = (unsigned short) Math::pair(from[(long long) warp * H + u], 0.0f);
        }
    }
}

// Eight lanes' values, in the order of the lanes.
template <class Math>
__device__ __forceinline__ uint4 octet_of(float value, int lane) {
    unsigned one = Math::pair(value, 0.0f);
    unsigned other = __shfl_xor_sync(ALL_LANES, one, 1);
    unsigned two = lane & 1 ? other | one << 16 : one | other << 16;
    other = __shfl_xor_sync(ALL_LANES, two, 2);
    uint2 four = lane & 2 ? uint2 {other, two} : uint2 {two, other};
    uint2 others = {__shfl_xor_sync(ALL_LANES, four.x, 4), __shfl_xor_sync(ALL_LANES, four.y, 4)};
    return lane & 4 ? uint4 {others.x, others.y, four.x, four.y} : uint4 {four.x, four.y, others.x, others.y};
}

// The cells of a thread: of units 8 · octet + lane % 8 for each fourth octet, and always of the same row. Of a block's units
// c / 64 is the octet of a cell; its states lie in shared memory.
template <class Cell>
struct Cells {
    const Sequence &s;
    const Cell &cell;
    const Share<TILE_ROWS> &block;
    float *states;              // [STATES][room][count]
    int count;                  // of a tile

    __device__ __forceinline__ int row() const {
        return threadIdx.x / OCTET % TILE_ROWS;
    }

    __device__ __forceinline__ int unit(int c) const {
        return block.first + c / BLOCK_SUMS * OCTET + c % OCTET;
    }

    __device__ __forceinline__ bool has_row(int j) const {
        return block.first_row(j) + row() < s.B;
    }

    __device__ __forceinline__ bool has(int j, int c) const {
        return has_row(j) && unit(c) < block.end;
    }

    __device__ __forceinline__ void read(int j, int c, float (&state)[Cell::STATES]) const {
#pragma unroll
        for (int i = 0; i < Cell::STATES; i++) {
            state[i] = states[(i * block.room + j) * count + c];
        }
    }

    __device__ __forceinline__ void write(int j, int c, const float (&state)[Cell::STATES]) const {
#pragma unroll
        for (int i = 0; i < Cell::STATES; i++) {
            states[(i * block.room + j) * count + c] = state[i];
        }
    }

    // lengths: [tiles][TILE_ROWS]
    __device__ __forceinline__ void begin(const int *lengths) const {
#pragma unroll 1
        for (int c = threadIdx.x; c < count; c += MOST_THREADS) {
#pragma unroll 1
            for (int j = 0; j < block.tiles; j++) {
                if (has(j, c)) {
                    float state[Cell::STATES];
                    cell.begin(s, lengths[j * TILE_ROWS + row()], block.first_row(j) + row(), unit(c), state);
                    write(j, c, state);
                }
            }
        }
    }

    // longest: [tiles]
    __device__ __forceinline__ void end(const int *longest) const {
#pragma unroll 1
        for (int c = threadIdx.x; c < count; c += MOST_THREADS) {
#pragma unroll 1
            for (int j = 0; j < block.tiles; j++) {
                if (has(j, c)) {
                    float state[Cell::STATES];
                    read(j, c, state);
                    cell.end(s, longest[j], block.first_row(j) + row(), unit(c), state);
                }
            }
        }
    }
};

template <class Math, bool IN_CLUSTER, class Cell>
__device__ __forceinline__ void run_tiles(const Sequence &s, const Cell &cell, const unsigned short *W_hh,
                                          unsigned short *handed, const unsigned *magnitude) {
    using S = Strip<Cell>;
    extern __shared__ uint4 shared[];

    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    Share<TILE_ROWS> block(s);
    constexpr bool GRID = !IN_CLUSTER && !Cell::ALONE;
    bool in_grid = GRID && (block.parts > 1 || block.room > 1);         // values come from device memory
    bool waits = GRID && block.parts > 1;
    int P = (s.H + OCTET - 1) / OCTET * OCTET;
    int K = Cell::VALUES * P;
    int strips = (s.units + S::UNITS - 1) / S::UNITS;
    int steps = (K + PIECE - 1) / PIECE;
    int run = (strips * steps + WARPS - 1) / WARPS;                     // pieces of a warp, but for the last ones
    int cells = strips * S::UNITS * TILE_ROWS;
    int stride = steps * PIECE + X_PAD;
    int buffer = TILE_ROWS * stride;
    handed = own_part(handed, 2LL * s.B * K);
    float scale = Math::SCALED && magnitude ? scale_of(*magnitude) : 1.0f;
    float unscale = Math::SCALED && magnitude ? inverse_scale_of(*magnitude) : 1.0f;

    int others = max(0, run - S::HELD) * S::FRAGMENTS * WARP;           // of a warp
    unsigned short *x = (unsigned short *) (shared + WARPS * others);
    float *sums = (float *) (x + (waits ? 1 : 2) * buffer);
    float *states = sums + (strips + WARPS - 1) * S::BLOCKS * BLOCK_SUMS;
    float *constants = states + Cell::STATES * block.room * cells;
    int *ranges = (int *) (constants + Cell::CONSTANTS * strips * S::UNITS);
    int *lengths = ranges + 2 * strips;
    int *longest = lengths + block.room * TILE_ROWS;
    int *left = longest + block.room;

#pragma unroll 1
    for (unsigned *word = (unsigned *) x + threadIdx.x; word < (unsigned *) sums; word += MOST_THREADS) {
        *word = 0;                                                      // past the edges of B and K
    }
#pragma unroll 1
    for (int strip = threadIdx.x; strip < strips; strip += MOST_THREADS) {
        ranges[2 * strip] = strip * steps / run;
        ranges[2 * strip + 1] = ((strip + 1) * steps - 1) / run;
    }
    block.read_lengths(s, lengths);
    __syncthreads();                                                    // x is clear, too
    if constexpr (IN_CLUSTER) {
        cluster_arrive();
    }
    Pieces<Math, Cell> pieces;
    pieces.first = warp * run;
    pieces.count = max(0, min(run, strips * steps - warp * run));
    pieces.steps = steps;
    pieces.load(W_hh, s.H, P, {0, s.H, P}, block.first, block.end, shared + warp * others, lane);
    block.find_longest(lengths, longest);

    Cells<Cell> own = {s, cell, block, states, cells};
    int row = own.row();
    auto constant = [&](int c) { return constants + c / BLOCK_SUMS * OCTET + c % OCTET; };
    int next_constant = strips * S::UNITS;
    __syncthreads();

#pragma unroll 1
    for (int c = threadIdx.x; c < cells; c += MOST_THREADS) {
        if (row == 0 && own.unit(c) < block.end) {
            cell.constants(s, own.unit(c), constant(c), next_constant);
        }
    }
    own.begin(lengths);

    unsigned x_address = shared_address(x);
    unsigned x_matrices = x_address + (lane % 8 * stride + lane / 8 * 8) * 2;           // row lane % 8, k 8 · (lane / 8)
#pragma unroll 1
    for (int n = 0; n < s.T + (Cell::BACKWARD ? 1 : 0); n++) {
#pragma unroll 1
        for (int j = 0; j < block.tiles; j++) {
            int turns = longest[j];
            if (n >= turns + (Cell::BACKWARD ? 1 : 0)) {
                continue;
            }
            int t = (s.reverse != 0) != Cell::BACKWARD ? turns - 1 - n : n;
            int before = n == 0 ? -1 : (s.reverse != 0) != Cell::BACKWARD ? t + 1 : t - 1;
            int length = lengths[j * TILE_ROWS + row];
            Turn turn = {t, block.first_row(j) + row, own.unit(threadIdx.x), n < turns && t < length};

            typename Cell::Inputs next = {};
            if (turn.valid && threadIdx.x < cells && own.has(j, threadIdx.x)) {
                next = cell.load(s, turn);
            }
            bool multiplies = !Cell::BACKWARD || n > 0;
            int buffer_now = in_grid ? 0 : (n & 1) * buffer;
            if constexpr (IN_CLUSTER) {
                cluster_wait();
            }
            if (multiplies) {
                int rows = min(TILE_ROWS, s.B - block.first_row(j));
                if (n == 0) {
                    const float *from = cell.source(s, before) + (long long) block.first_row(j) * s.H;
                    gather_rounded<Math>(x, stride, from, rows, s.H, warp, lane);
                    __syncthreads();
                } else if (in_grid) {
                    if (waits && !s.exchange.wait_all(block.counter(j), (unsigned) n * block.parts, left)) {
                        return;
                    }
                    const unsigned short *from = handed + ((long long) ((n - 1) & 1) * s.B + block.first_row(j)) * K;
                    gather(x_address, stride, from, rows, K, warp, lane);
                    __syncthreads();
                }
                float *to = sums + (pieces.first / steps + warp) * S::BLOCKS * BLOCK_SUMS;
                pieces.multiply(x_matrices + buffer_now * 2, shared + warp * others, to, lane);
                __syncthreads();
            }

#pragma unroll 1
            for (int c = threadIdx.x; c < cells; c += MOST_THREADS) {
                typename Cell::Inputs now = next;
                turn.u = own.unit(c + MOST_THREADS);
                if (c + MOST_THREADS < cells && turn.valid && own.has(j, c + MOST_THREADS)) {
                    next = cell.load(s, turn);
                }
                turn.u = own.unit(c);
                int octet = c / BLOCK_SUMS;
                float sum[Cell::SUMS] = {};
                if (multiplies) {
                    int strip = octet / S::OCTETS;
                    int last = ranges[2 * strip + 1];
                    const float *from = sums + octet % S::OCTETS * BLOCK_SUMS + sum_place(c % OCTET, row);
#pragma unroll 1
                    for (int w = ranges[2 * strip]; w <= last; w++) {
#pragma unroll
                        for (int i = 0; i < Cell::SUMS; i++) {
                            sum[i] += from[((strip + w) * S::BLOCKS + i * S::OCTETS) * BLOCK_SUMS];
                        }
                    }
                }
                float out[Cell::VALUES] = {};
                if (own.has(j, c)) {
                    float state[Cell::STATES];
                    own.read(j, c, state);
                    if (Cell::BACKWARD && n > 0 && before < length) {
                        state[0] += sum[0] * unscale;                   // dh, from the gradients of the step before
                    }
                    if (n < turns) {
                        cell.step(s, turn, now, sum, constant(c), next_constant, state, out);
                    }
                    own.write(j, c, state);
                }
                if (n < turns) {
                    int octet_unit = block.first + octet * OCTET;
                    bool hands = own.has_row(j) && octet_unit < block.end;
#pragma unroll
                    for (int i = 0; i < Cell::VALUES; i++) {
                        uint4 value = octet_of<Math>(Cell::BACKWARD ? out[i] * scale : out[i], lane);
                        int k = i * P + octet_unit;
                        unsigned x_next = x_address + (((n + 1) & 1) * buffer + row * stride + k) * 2;
                        if constexpr (IN_CLUSTER) {
                            if (hands) {
                                store_remote16(x_next, lane % OCTET, value);
                            }
                        } else if (hands && lane % OCTET == 0) {
                            if (in_grid) {
                                *(uint4 *) (handed + ((long long) (n & 1) * s.B + turn.b) * K + k) = value;
                            } else {
                                store_shared16(x_next, value);
                            }
                        }
                    }
                }
            }
            if constexpr (IN_CLUSTER) {
                if (n < turns) {
                    cluster_arrive();
                }
            } else {
                __syncthreads();                                        // sums are free, and what was handed over is stored
                if (waits && n < turns && threadIdx.x == 0) {
                    s.exchange.arrive(block.counter(j));
                }
            }
        }
    }

    if constexpr (IN_CLUSTER && !Cell::BACKWARD) {
        cluster_wait();                                                 // for what was handed over last: nobody reads it
    }
    own.end(longest);
}

// Where the matrix unit lacks the format, or blocks form no clusters, there is a trap, which no launcher meets.
template <class Math, bool IN_CLUSTER, class Cell>
__device__ __forceinline__ void run_sequence(const Sequence &s, const Cell &cell, const unsigned short *W_hh,
                                             unsigned short *handed, const unsigned *magnitude) {
    if constexpr (Math::AVAILABLE && (!IN_CLUSTER || __CUDA_ARCH__ >= 900)) {
        run_tiles<Math, IN_CLUSTER>(s, cell, W_hh, handed, magnitude);
    } else {
        asm volatile("trap;");
    }
}

}  // namespace
