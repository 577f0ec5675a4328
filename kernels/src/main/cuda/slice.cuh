// The product of a tile of rows with a block's slice of W_hh, which stays in shared memory for the whole sequence.
//
//   sum[r, j] = Σ_k x[r, k] · w[k, j]     fp32, FFMA
//
// A warp makes the sums of a quad: four units of ROWS rows. Its lanes share k: 4 successive k go to a slice of the lanes, the
// next 4 to the next slice. What a lane multiplies is its own alone, so w lies in the order in which lanes read it:
//
//   w as float4 over k:  [quad][k / (4 · SLICES)][COLUMNS][lane]        a warp reads 512 bytes in a row, without conflicts
//   x:                   [ROWS][STRIDE]                                 lanes of a slice read the same 16 bytes
//
// SLICES = 8:  lane = slice · 4 + unit, COLUMNS = gates.       Each h is used for all gates of the lane's unit.
// SLICES = 32: lane = slice, COLUMNS = 4 units.                Each dz, or h of one gate, is used for all units of the quad.
//
// reduce() adds the slices by shuffles. In each of its stages two lanes that hold sums of the same elements share them out: each
// keeps half and receives its partner's sums of it; as lanes run out of rows they add without sharing. In the end lane l has
// the cell of row l / 4 · ROWS / 8 and of unit l % 4, whatever SLICES is. The order of every sum depends on K alone.
#pragma once

constexpr int WARP = 32;
constexpr int QUAD = 4;                 // units that a warp makes at once
constexpr int VECTOR = 4;               // floats of a load
constexpr unsigned ALL_LANES = 0xffffffffu;

template <int ROWS, int COLUMNS, int SLICES>
struct Slice {
    static constexpr int STEP = VECTOR * SLICES;                        // k of a warp at a time
    static constexpr int UNROLLED = ROWS == 1 ? 4 : 1;                  // multiply-adds that hide a load: at least 64
    static_assert(ROWS == 1 || ROWS == 2 || ROWS == 4 || ROWS == 8, "eight lanes share the rows");
    static_assert(SLICES == WARP / QUAD || (SLICES == WARP && COLUMNS == QUAD), "lanes are for units, or columns are");

    float sum[ROWS][COLUMNS];

    // How often a warp steps through so many k.
    static __device__ __forceinline__ int steps(int K) {
        return (K + STEP - 1) / STEP;
    }

    // Where w[k, column] of a unit is, among floats; column is 0 if columns are the units.
    static __device__ __forceinline__ int place(int k, int column, int unit, int steps) {
        int slice = k / VECTOR % SLICES;
        int lane = SLICES == WARP ? slice : slice * QUAD + unit % QUAD;
        int j = SLICES == WARP ? unit % QUAD : column;
        return (((unit / QUAD * steps + k / STEP) * COLUMNS + j) * WARP + lane) * VECTOR + k % VECTOR;
    }

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                sum[r][j] = 0.0f;
            }
        }
    }

    // Steps first, first + shares, … of all steps of k.
    __device__ __forceinline__ void multiply(const float4 *w, const float *x, int stride, int quad, int steps, int lane,
                                             int first, int shares) {
        w += (quad * steps + first) * COLUMNS * WARP + lane;            // w[quad, first, 0, lane]
        x += first * STEP + (SLICES == WARP ? lane : lane / QUAD) * VECTOR;     // x[0, first, slice]
#pragma unroll UNROLLED
        for (int i = first; i < steps; i += shares) {
            float4 w_k[COLUMNS];
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                w_k[j] = w[j * WARP];
            }
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                float4 x_k = *(const float4 *) (x + r * stride);
#pragma unroll
                for (int j = 0; j < COLUMNS; j++) {
                    sum[r][j] = fmaf(x_k.x, w_k[j].x, sum[r][j]);
                    sum[r][j] = fmaf(x_k.y, w_k[j].y, sum[r][j]);
                    sum[r][j] = fmaf(x_k.z, w_k[j].z, sum[r][j]);
                    sum[r][j] = fmaf(x_k.w, w_k[j].w, sum[r][j]);
                }
            }
            w += shares * COLUMNS * WARP;
            x += shares * STEP;
        }
    }

    // Leaves the sums of the lane's cell in sum[0]: all columns, or the first if columns are the units.
    __device__ __forceinline__ void reduce(int lane) {
        share_rows<ROWS, 16>(lane);
        share_rows<(ROWS + 1) / 2, 8>(lane);
        share_rows<(ROWS + 3) / 4, 4>(lane);
        if constexpr (SLICES == WARP) {
            share_columns<2>(lane);
            share_columns<1>(lane);
        }
    }

private:
    // Adds what the lane `mask` away has of so many rows: each keeps half of them, or both keep the one that is left.
    template <int COUNT, int MASK>
    __device__ __forceinline__ void share_rows(int lane) {
        constexpr int HALF = COUNT / 2;
        bool upper = lane & MASK;
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            if constexpr (HALF == 0) {
                sum[0][j] += __shfl_xor_sync(ALL_LANES, sum[0][j], MASK);
            }
#pragma unroll
            for (int r = 0; r < HALF; r++) {
                float own = upper ? sum[r + HALF][j] : sum[r][j];
                float others = upper ? sum[r][j] : sum[r + HALF][j];
                sum[r][j] = own + __shfl_xor_sync(ALL_LANES, others, MASK);
            }
        }
    }

    // The same with the columns of the one row that is left.
    template <int HALF>
    __device__ __forceinline__ void share_columns(int lane) {
        bool upper = lane & HALF;
#pragma unroll
        for (int j = 0; j < HALF; j++) {
            float own = upper ? sum[0][j + HALF] : sum[0][j];
            float others = upper ? sum[0][j] : sum[0][j + HALF];
            sum[0][j] = own + __shfl_xor_sync(ALL_LANES, others, HALF);
        }
    }
};
