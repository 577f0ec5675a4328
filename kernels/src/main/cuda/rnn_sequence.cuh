// The cells of rnn_sequence_*.cu, whatever multiplies: the equations and the tensors are in rnn_sequence_forward.cu and
// rnn_sequence_backward.cu, what a cell is in sequence_cell.cuh.
#pragma once
#include "rnn.cuh"
#include "sequence_cell.cuh"

namespace {

struct RnnForward {
    static constexpr bool BACKWARD = false;
    static constexpr int GATES = 1;
    static constexpr bool ALONE = true;
    static constexpr int SUMS = 1;          // W_hh h
    static constexpr int VALUES = 1;        // h
    static constexpr int STATES = 1;        // h
    static constexpr int CONSTANTS = 0;

    const float *gates;
    float *h;
    float *y;
    int ldy;
    int relu;

    struct Inputs {
        float z;
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        int slot = before >= 0 ? slot_after(before, s.reverse) : s.reverse ? s.T : 0;
        return h + (long long) slot * s.B * s.H;
    }

    __device__ __forceinline__ void constants(const Sequence &, int, float *, int) const {}

    __device__ __forceinline__ void begin(const Sequence &s, int, int b, int u, float (&state)[1]) const {
        state[0] = h[state_index(s, s.reverse ? s.T : 0, b, u)];
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        return {gates[gate_index<1>(s, turn.t, turn.b, turn.u)]};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float *sum,
                                         const float *, int, float (&state)[1], float (&handed)[1]) const {
        float h_t = rnn_activation(x.z + sum[0], relu);
        state[0] = turn.valid ? h_t : state[0];
        handed[0] = state[0];
        h[state_index(s, slot_after(turn.t, s.reverse), turn.b, turn.u)] = state[0];
        y[((long long) turn.t * s.B + turn.b) * ldy + turn.u] = turn.valid ? h_t : 0.0f;
    }

    __device__ __forceinline__ void end(const Sequence &s, int steps, int b, int u, const float (&state)[1]) const {
        float h_kept = s.reverse ? h[state_index(s, s.T, b, u)] : state[0];     // reading backward, the initial one
#pragma unroll 1
        for (int t = steps; t < s.T; t++) {
            h[state_index(s, slot_after(t, s.reverse), b, u)] = h_kept;
            y[((long long) t * s.B + b) * ldy + u] = 0.0f;
        }
    }
};

struct RnnBackward {
    static constexpr bool BACKWARD = true;
    static constexpr int GATES = 1;
    static constexpr bool ALONE = true;
    static constexpr int SUMS = 1;          // dh
    static constexpr int VALUES = 1;        // dz
    static constexpr int STATES = 1;        // dh
    static constexpr int CONSTANTS = 0;

    float *gates;
    const float *h;
    const float *dy;
    float *dh;
    int ldy;
    int relu;

    struct Inputs {
        float h;
        float dy;
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        return gates + gate_index<1>(s, before, 0, 0);
    }

    __device__ __forceinline__ void constants(const Sequence &, int, float *, int) const {}

    __device__ __forceinline__ void begin(const Sequence &s, int, int b, int u, float (&state)[1]) const {
        state[0] = dh[(long long) b * s.H + u];
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        return {h[state_index(s, slot_after(turn.t, s.reverse), turn.b, turn.u)],
                dy ? dy[((long long) turn.t * s.B + turn.b) * ldy + turn.u] : 0.0f};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float *,
                                         const float *, int, float (&state)[1], float (&handed)[1]) const {
        float dz = (state[0] + x.dy) * rnn_slope(x.h, relu);
        handed[0] = turn.valid ? dz : 0.0f;
        gates[gate_index<1>(s, turn.t, turn.b, turn.u)] = handed[0];
        state[0] = turn.valid ? 0.0f : state[0];            // the next turn adds W_hhᵀ dz
    }

    __device__ __forceinline__ void end(const Sequence &s, int steps, int b, int u, const float (&state)[1]) const {
        dh[(long long) b * s.H + u] = state[0];
#pragma unroll 1
        for (int t = steps; t < s.T; t++) {
            gates[gate_index<1>(s, t, b, u)] = 0.0f;
        }
    }
};

}  // namespace
