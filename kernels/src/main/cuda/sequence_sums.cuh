// Backward by partial sums, in 16 bits, in a grid: the loop of sequence kernels whose blocks hand each other sums in place of
// gradients. sequence_cell.cuh says who has what, sequence_mma.cuh how W_hh lies in registers and which cells a thread has.
//
// A block has the rows of W_hh of its own units: as many weights as their columns. A turn:
//
//   waits until all parts have told of the turn before;  adds what they handed out for its units, in a fixed order;
//   computes its cells;  rounds d [rows, K], their gradients, into x, which no other block reads;
//   multiplies x by its slice of W_hh;  hands out the sums for the units of all;  tells.
//
//   sum_p[r, u] = Σ W_hh[gate·H + v, u] · d[r, gate, v]     over the gates and the units v of block p: K = VALUES · units
//   dh[r, u]    = Σ_p sum_p[r, u]                           after the last step comes a turn that only adds: its part of dh0
//
// Sums stay fp32. A warp has whole strips of 16 units u, all its k: it stores a strip's sums from registers to where others read
// them while it multiplies the next strip.
//
// handed     [D][2][parts][tiles][strips][2][8][8] words, strips = ceil(H / 16): octets of units, in them sum_place(). The two
//            buffers of turns take turns as those of sequence_mma.cuh do: a block writes turn n where turn n-2 was once all have
//            told of turn n-1, and they had read turn n-2 by then.
//
// A thread adds vectors, four rows of a unit each. Where a block has fewer vectors than threads the parts are divided among
// slices, part p to slice p % slices, which are added in their order: so whatever the units of a block are, most threads have loads
// under way. The order of a sum depends on the division of the layer, on no schedule.
//
// Shared memory, dynamic; width = units rounded up to 8, steps = ceil(VALUES · width / 32), tiles = the most that a group has:
//
//   pieces     [8 warps][those not held][2][32] x 16 bytes
//   sums       [max(256, 2 · width)] x 16 bytes             [slices][vectors]: what the parts handed out
//   x          [8][32 · steps + 8] x 2 bytes
//   states     [STATES][tiles][8 · width] words
//   lengths    [tiles][8], longest [tiles], left [1]
//
// SummedSequence.java counts them. Launch: (parts · groups, D) blocks of 256, all at once (cooperative).
#pragma once
#include "sequence_mma.cuh"

namespace {

constexpr int VECTOR = 4;               // floats

// A thread's part of the adding: vectors first, first + 256, …, of the parts of a slice.
struct Adding {
    int vectors;                        // of the block's units
    int slices;
    int slice, first;

    __device__ __forceinline__ explicit Adding(int of_block) {
        vectors = of_block;
        slices = max(1, MOST_THREADS / vectors);
        slice = threadIdx.x / vectors;
        first = threadIdx.x % vectors;
    }

    // sums[slices][vectors] of parts that are `stride` floats apart; a barrier must follow.
    __device__ __forceinline__ void add(float *sums, const float *from, long long stride, int parts) const {
        constexpr int LOADS = 8;        // under way at once
        if (slice >= slices) {
            return;
        }
#pragma unroll 1
        for (int v = first; v < vectors; v += MOST_THREADS) {
            float4 sum = {};
#pragma unroll 1
            for (int p = slice; p < parts; p += LOADS * slices) {
                float4 next[LOADS];
#pragma unroll
                for (int n = 0; n < LOADS; n++) {
                    int q = p + n * slices;
                    next[n] = q < parts ? load_fresh4(from + q * stride + v * VECTOR) : float4 {};
                }
#pragma unroll
                for (int n = 0; n < LOADS; n++) {
                    sum = {sum.x + next[n].x, sum.y + next[n].y, sum.z + next[n].z, sum.w + next[n].w};
                }
            }
            store_shared4(sums + (slice * vectors + v) * VECTOR, sum);
        }
    }

    // Of a cell, from there.
    __device__ __forceinline__ float of_cell(const float *sums, int octet, int unit, int row) const {
        const float *from = sums + octet * BLOCK_SUMS + sum_place(unit, row);
        float sum = 0.0f;
#pragma unroll 1
        for (int i = 0; i < slices; i++) {
            sum += from[i * vectors * VECTOR];
        }
        return sum;
    }
};

template <class Math, class Cell>
__device__ __forceinline__ void run_summed_tiles(const Sequence &s, const Cell &cell, const unsigned short *W_hh, float *handed,
                                                 const unsigned *magnitude) {
    using S = Strip<Cell>;
    static_assert(Cell::BACKWARD && Cell::SUMS == 1 && Cell::CONSTANTS == 0, "a sum of a unit is dh");
    extern __shared__ uint4 shared[];

    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    Share<TILE_ROWS> block(s);
    int part = blockIdx.x % block.parts;
    int P = (s.H + OCTET - 1) / OCTET * OCTET;
    int width = (s.units + OCTET - 1) / OCTET * OCTET;
    int strips = (s.H + S::UNITS - 1) / S::UNITS;
    int steps = (Cell::VALUES * width + PIECE - 1) / PIECE;
    int warp_strips = (strips + WARPS - 1) / WARPS;                     // of a warp, but for the last ones
    int run = warp_strips * steps;
    int cells = width * TILE_ROWS;
    int stride = steps * PIECE + X_PAD;
    Adding adding((block.end - block.first + OCTET - 1) / OCTET * (BLOCK_SUMS / VECTOR));
    long long tile_sums = strips * S::BLOCKS * BLOCK_SUMS;
    long long part_sums = block.all * tile_sums;
    long long turn_sums = block.parts * part_sums;
    handed = own_part(handed, 2 * turn_sums);
    float scale = Math::SCALED && magnitude ? scale_of(*magnitude) : 1.0f;
    float unscale = Math::SCALED && magnitude ? inverse_scale_of(*magnitude) : 1.0f;

    int others = max(0, run - S::HELD) * S::FRAGMENTS * WARP;           // of a warp
    float *sums = (float *) (shared + WARPS * others);
    unsigned short *x = (unsigned short *) (sums + max(MOST_THREADS * VECTOR, cells));
    float *states = (float *) (x + TILE_ROWS * stride);
    int *lengths = (int *) (states + Cell::STATES * block.room * cells);
    int *longest = lengths + block.room * TILE_ROWS;
    int *left = longest + block.room;

#pragma unroll 1
    for (unsigned *word = (unsigned *) x + threadIdx.x; word < (unsigned *) states; word += MOST_THREADS) {
        *word = 0;                                                      // past the edges of B and K
    }
    block.read_lengths(s, lengths);
    __syncthreads();                                                    // x is clear, too
    Pieces<Math, Cell> pieces;
    pieces.first = warp * run;
    pieces.count = max(0, min(run, strips * steps - warp * run));
    pieces.steps = steps;
    pieces.load(W_hh, s.H, P, {block.first, block.end, width}, 0, s.H, shared + warp * others, lane);
    block.find_longest(lengths, longest);
    Cells<Cell> own = {s, cell, block, states, cells};
    int row = own.row();
    __syncthreads();
    own.begin(lengths);

    unsigned x_address = shared_address(x);
    unsigned x_matrices = x_address + (lane % 8 * stride + lane / 8 * 8) * 2;           // row lane % 8, k 8 · (lane / 8)
#pragma unroll 1
    for (int n = 0; n <= s.T; n++) {
#pragma unroll 1
        for (int j = 0; j < block.tiles; j++) {
            int turns = longest[j];
            if (n > turns) {
                continue;
            }
            int t = s.reverse ? n : turns - 1 - n;
            int before = s.reverse ? t - 1 : t + 1;
            int length = lengths[j * TILE_ROWS + row];
            Turn turn = {t, block.first_row(j) + row, own.unit(threadIdx.x), n < turns && t < length};
            long long tile = block.tile(j) * tile_sums;

            typename Cell::Inputs next = {};
            if (turn.valid && threadIdx.x < cells && own.has(j, threadIdx.x)) {
                next = cell.load(s, turn);
            }
            if (n > 0) {
                if (!s.exchange.wait_all(block.counter(j), (unsigned) n * block.parts, left)) {
                    return;
                }
                const float *from = handed + ((n - 1) & 1) * turn_sums + tile + block.first * TILE_ROWS;
                adding.add(sums, from, part_sums, block.parts);
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
                float out[Cell::VALUES] = {};
                if (own.has(j, c)) {
                    float state[Cell::STATES];
                    own.read(j, c, state);
                    if (n > 0 && before < length) {                     // dh, from the gradients of the step before
                        state[0] += adding.of_cell(sums, octet, c % OCTET, row) * unscale;
                    }
                    if (n < turns) {
                        cell.step(s, turn, now, nullptr, nullptr, 0, state, out);
                    }
                    own.write(j, c, state);
                }
                if (n < turns) {
                    bool has_octet = own.has_row(j) && block.first + octet * OCTET < block.end;
#pragma unroll
                    for (int i = 0; i < Cell::VALUES; i++) {
                        uint4 value = octet_of<Math>(out[i] * scale, lane);
                        if (has_octet && lane % OCTET == 0) {
                            store_shared16(x_address + (row * stride + i * width + octet * OCTET) * 2, value);
                        }
                    }
                }
            }
            if (n < turns) {
                __syncthreads();                                        // x is complete
                float *to = handed + (n & 1) * turn_sums + part * part_sums + tile + warp * warp_strips * S::BLOCKS * BLOCK_SUMS;
                pieces.multiply(x_matrices, shared + warp * others, to, lane);
                __syncthreads();                                        // x and sums are free, and what is handed out is stored
                if (threadIdx.x == 0) {
                    s.exchange.arrive(block.counter(j));
                }
            }
        }
    }
    own.end(longest);
}

// Where the matrix unit lacks the format there is a trap, which no launcher meets.
template <class Math, class Cell>
__device__ __forceinline__ void run_summed(const Sequence &s, const Cell &cell, const unsigned short *W_hh, float *handed,
                                           const unsigned *magnitude) {
    if constexpr (Math::AVAILABLE) {
        run_summed_tiles<Math>(s, cell, W_hh, handed, magnitude);
    } else {
        asm volatile("trap;");
    }
}

}  // namespace
