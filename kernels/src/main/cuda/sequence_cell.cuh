// One launch for all steps of a layer, in one direction or both: what the loops (sequence.cuh in fp32, sequence_mma.cuh in 16
// bits) and the cells (lstm_sequence.cuh, gru_sequence.cuh, rnn_sequence.cuh) share.
//
// Who has what. The batch is cut into tiles of some rows; tile m belongs to group m % groups. The blocks of a group share the
// H units among them, so many of them each: together they hold W_hh once, on the chip, from the first step to the last.
// The grid is parts · groups blocks, parts = ceil(H / units); block p of group g is block g · parts + p.
//
// A turn is a step of a tile: every block of the group
//
//   waits until all parts have told of the turn before;  gathers what they handed over: x [rows, K], K = VALUES · H;
//   multiplies it with its slice of W_hh;  computes its cells;  stores what it hands over;  tells.
//
//   forward:  hands over h[t, b, u]; the first turn takes the initial h, which was there before the launch.
//   backward: hands over the gradient of the recurrent product, VALUES for each unit; the first turn has nothing to
//             multiply, and after the last step comes a turn that only multiplies: its sums are part of dh0.
//
// The gates and gradients that a turn needs besides are fetched before the wait. The turns of a group's tiles follow each
// other, so that one tile's values travel while another one is multiplied. A tile's turns are as many as its longest row has
// steps; past that, end() fills in what is left, without products.
//
// Both directions: the grid is two blocks high, and blockIdx.y is the direction that a block has. The two share nothing but the
// lengths, and neither waits for the other. Each has its own gates, states and weights (own), its own columns of y and dy
// (own_columns), and its own part of what lies one after the other: dh, dc, counters, what is handed over (own_part, counter).
//
// Alone: a group of one block (units = H) waits for nobody. If it also has but one tile it hands over through shared memory,
// where two buffers take turns.
//
// A cell is a class with
//   BACKWARD, GATES            whether it takes its steps back; gates of a unit
//   ALONE                      whether its blocks are always alone, with one tile each: then its kernels have no exchange
//   SUMS                       of a cell: all gates', or one
//   VALUES, STATES, CONSTANTS  that it hands over, keeps from step to step, and never changes; state 0 backward is dh
//   source(s, before)          fp32 [B, K] that was handed over at step `before`; -1 for what is there at first
//   constants, begin, end      of a lane's cell: what never changes; its first state; what follows its last step
//   Inputs, load               what a step needs beside the products and the state
//   step                       one step of a lane's cell; handed: what others may read now
#pragma once
#include "common.cuh"
#include "exchange.cuh"

constexpr int MOST_THREADS = 256;

struct Sequence {
    const int *lengths;                 // [B]
    Exchange exchange;
    int T, B, H;
    int reverse;
    int units;                          // of a block
    int groups;
};

// Of the block's direction.
template <class T>
__device__ __forceinline__ T *own(T *first, T *second) {
    return blockIdx.y == 0 ? first : second;
}

// Where H columns of each direction stand side by side; null stays null.
template <class T>
__device__ __forceinline__ T *own_columns(T *first, int H) {
    return first ? first + blockIdx.y * H : first;
}

// Where so many elements of each direction follow each other.
template <class T>
__device__ __forceinline__ T *own_part(T *first, long long size) {
    return first + blockIdx.y * size;
}

// The second direction reads backward.
__device__ __forceinline__ int own_order(int reverse) {
    return reverse | (int) blockIdx.y;
}

// A step of a lane's cell.
struct Turn {
    int t;
    int b;
    int u;
    bool valid;                         // the row has this step
};

// [slot, b, u] of h or c.
__device__ __forceinline__ long long state_index(const Sequence &s, int slot, int b, int u) {
    return ((long long) slot * s.B + b) * s.H + u;
}

// [t, b, 0, u] of the gates; those of a unit are H apart.
template <int GATES>
__device__ __forceinline__ long long gate_index(const Sequence &s, int t, int b, int u) {
    return ((long long) t * s.B + b) * GATES * s.H + u;
}

// What a block has of the work.
template <int ROWS>
struct Share {
    int parts;                          // blocks of a group
    int groups;
    int group;
    int first, end;                     // units [first, end)
    int room;                           // tiles that a group has at most
    int tiles;
    int all;                            // tiles of a direction

    __device__ __forceinline__ explicit Share(const Sequence &s) {
        all = (s.B + ROWS - 1) / ROWS;
        groups = s.groups;
        parts = gridDim.x / groups;
        group = blockIdx.x / parts;
        first = blockIdx.x % parts * s.units;
        end = min(first + s.units, s.H);
        room = (all + groups - 1) / groups;
        tiles = (all - group + groups - 1) / groups;
    }

    // Of a tile of the block, among all.
    __device__ __forceinline__ int tile(int j) const {
        return group + j * groups;
    }

    // Of a tile of the block, among those of all directions.
    __device__ __forceinline__ int counter(int j) const {
        return (int) blockIdx.y * all + tile(j);
    }

    // Of a tile of the block.
    __device__ __forceinline__ int first_row(int j) const {
        return tile(j) * ROWS;
    }

    // lengths[tiles][ROWS], in shared memory, by all threads; a barrier must follow.
    __device__ __forceinline__ void read_lengths(const Sequence &s, int *lengths) const {
#pragma unroll 1
        for (int i = threadIdx.x; i < tiles * ROWS; i += blockDim.x) {
            int b = first_row(i / ROWS) + i % ROWS;
            lengths[i] = b < s.B ? max(0, min(s.lengths[b], s.T)) : 0;
        }
    }

    // The longest of each tile, after that barrier; another one must follow, and no load before it: few threads have a tile,
    // and those of a warp that part here need not meet again until then. W_hh, loaded in between, could come in pieces.
    __device__ __forceinline__ void find_longest(const int *lengths, int *longest) const {
#pragma unroll 1
        for (int j = threadIdx.x; j < tiles; j += blockDim.x) {
            int most = 0;
            for (int r = 0; r < ROWS; r++) {
                most = max(most, lengths[j * ROWS + r]);
            }
            longest[j] = most;
        }
    }
};
