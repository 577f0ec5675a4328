// The cells of gru_sequence_*.cu, whatever multiplies: the equations and the tensors are in gru_sequence_forward.cu and
// gru_sequence_backward.cu, what a cell is in sequence_cell.cuh.
#pragma once
#include "sequence_cell.cuh"

namespace {

struct GruForward {
    static constexpr bool BACKWARD = false;
    static constexpr int GATES = 3;
    static constexpr bool ALONE = false;
    static constexpr int SUMS = 3;          // of the gates
    static constexpr int VALUES = 1;        // h
    static constexpr int STATES = 1;        // h
    static constexpr int CONSTANTS = 3;     // b_hh

    float *xs;
    float *hs;
    float *h;
    float *y;
    const float *b_hh;
    int ldy;
    int keep;

    struct Inputs {
        float x[3];
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        int slot = before >= 0 ? slot_after(before, s.reverse) : s.reverse ? s.T : 0;
        return h + (long long) slot * s.B * s.H;
    }

    __device__ __forceinline__ void constants(const Sequence &s, int u, float *own, int next) const {
#pragma unroll
        for (int gate = 0; gate < 3; gate++) {
            own[gate * next] = b_hh ? b_hh[gate * s.H + u] : 0.0f;
        }
    }

    __device__ __forceinline__ void begin(const Sequence &s, int, int b, int u, float (&state)[1]) const {
        state[0] = h[state_index(s, s.reverse ? s.T : 0, b, u)];
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        const float *x = xs + gate_index<3>(s, turn.t, turn.b, turn.u);
        return {{x[0], x[s.H], x[2 * s.H]}};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &in, const float *sum,
                                         const float *bias, int next, float (&state)[1], float (&handed)[1]) const {
        float s_n = sum[2] + bias[2 * next];
        float r = sigmoid(in.x[0] + (sum[0] + bias[0]));
        float z = sigmoid(in.x[1] + (sum[1] + bias[next]));
        float n = tanhf(in.x[2] + r * s_n);
        float h_t = n + z * (state[0] - n);
        bool valid = turn.valid;
        if (keep) {
            long long at = gate_index<3>(s, turn.t, turn.b, turn.u);
            xs[at]           = valid ? r : 0.0f;
            xs[at + s.H]     = valid ? z : 0.0f;
            xs[at + 2 * s.H] = valid ? n : 0.0f;
            hs[at + 2 * s.H] = valid ? s_n : 0.0f;
        }
        state[0] = valid ? h_t : state[0];
        handed[0] = state[0];
        h[state_index(s, slot_after(turn.t, s.reverse), turn.b, turn.u)] = state[0];
        y[((long long) turn.t * s.B + turn.b) * ldy + turn.u] = valid ? h_t : 0.0f;
    }

    __device__ __forceinline__ void end(const Sequence &s, int steps, int b, int u, const float (&state)[1]) const {
        float h_kept = s.reverse ? h[state_index(s, s.T, b, u)] : state[0];     // reading backward, the initial one
#pragma unroll 1
        for (int t = steps; t < s.T; t++) {
            h[state_index(s, slot_after(t, s.reverse), b, u)] = h_kept;
            y[((long long) t * s.B + b) * ldy + u] = 0.0f;
            if (keep) {
                long long at = gate_index<3>(s, t, b, u);
                xs[at] = xs[at + s.H] = xs[at + 2 * s.H] = hs[at + 2 * s.H] = 0.0f;
            }
        }
    }
};

struct GruBackward {
    static constexpr bool BACKWARD = true;
    static constexpr int GATES = 3;
    static constexpr bool ALONE = false;
    static constexpr int SUMS = 1;          // dh
    static constexpr int VALUES = 3;        // dr, dz, ds_n
    static constexpr int STATES = 1;        // dh
    static constexpr int CONSTANTS = 0;

    float *xs;
    float *hs;
    const float *h;
    const float *dy;
    float *dh;
    int ldy;

    struct Inputs {
        float gate[3];
        float s_n;
        float h_before;
        float dy;
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        return hs + gate_index<3>(s, before, 0, 0);
    }

    __device__ __forceinline__ void constants(const Sequence &, int, float *, int) const {}

    __device__ __forceinline__ void begin(const Sequence &s, int, int b, int u, float (&state)[1]) const {
        state[0] = dh[(long long) b * s.H + u];
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        long long at = gate_index<3>(s, turn.t, turn.b, turn.u);
        return {{xs[at], xs[at + s.H], xs[at + 2 * s.H]},
                hs[at + 2 * s.H],
                h[state_index(s, slot_before(turn.t, s.reverse), turn.b, turn.u)],
                dy ? dy[((long long) turn.t * s.B + turn.b) * ldy + turn.u] : 0.0f};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &in, const float *,
                                         const float *, int, float (&state)[1], float (&handed)[3]) const {
        float r = in.gate[0];
        float z = in.gate[1];
        float n = in.gate[2];
        float dh_t = state[0] + in.dy;
        float dn = dh_t * (1.0f - z) * (1.0f - n * n);
        float dz = dh_t * (in.h_before - n) * (z * (1.0f - z));
        float dr = dn * in.s_n * (r * (1.0f - r));
        bool valid = turn.valid;
        handed[0] = valid ? dr : 0.0f;
        handed[1] = valid ? dz : 0.0f;
        handed[2] = valid ? dn * r : 0.0f;
        store(s, turn.t, turn.b, turn.u, handed, valid ? dn : 0.0f);
        state[0] = valid ? dh_t * z : state[0];             // the next turn adds W_hhᵀ (dr, dz, ds_n)
    }

    __device__ __forceinline__ void end(const Sequence &s, int steps, int b, int u, const float (&state)[1]) const {
        dh[(long long) b * s.H + u] = state[0];
#pragma unroll 1
        for (int t = steps; t < s.T; t++) {
            store(s, t, b, u, {0.0f, 0.0f, 0.0f}, 0.0f);
        }
    }

private:
    __device__ __forceinline__ void store(const Sequence &s, int t, int b, int u, const float (&d)[3], float dn) const {
        long long at = gate_index<3>(s, t, b, u);
        xs[at]           = d[0];
        xs[at + s.H]     = d[1];
        xs[at + 2 * s.H] = dn;
        hs[at]           = d[0];
        hs[at + s.H]     = d[1];
        hs[at + 2 * s.H] = d[2];
    }
};

}  // namespace
