// The cells of lstm_sequence_*.cu, whatever multiplies: the equations and the tensors are in lstm_sequence_forward.cu and
// lstm_sequence_backward.cu, what a cell is in sequence_cell.cuh.
#pragma once
#include "sequence_cell.cuh"

namespace {

struct LstmForward {
    static constexpr bool BACKWARD = false;
    static constexpr int GATES = 4;
    static constexpr bool ALONE = false;
    static constexpr int SUMS = 4;          // of the gates
    static constexpr int VALUES = 1;        // h
    static constexpr int STATES = 2;        // h, c
    static constexpr int CONSTANTS = 0;

    float *gates;
    float *c;
    float *h;
    float *y;
    int ldy;
    int keep;

    struct Inputs {
        float z[4];
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        int slot = before >= 0 ? slot_after(before, s.reverse) : s.reverse ? s.T : 0;
        return h + (long long) slot * s.B * s.H;
    }

    __device__ __forceinline__ void constants(const Sequence &, int, float *, int) const {}

    __device__ __forceinline__ void begin(const Sequence &s, int, int b, int u, float (&state)[2]) const {
        long long at = state_index(s, s.reverse ? s.T : 0, b, u);
        state[0] = h[at];
        state[1] = c[at];
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        const float *z = gates + gate_index<4>(s, turn.t, turn.b, turn.u);
        return {{z[0], z[s.H], z[2 * s.H], z[3 * s.H]}};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float *sum,
                                         const float *, int, float (&state)[2], float (&handed)[1]) const {
        float i = sigmoid(x.z[0] + sum[0]);
        float f = sigmoid(x.z[1] + sum[1]);
        float g = tanhf(x.z[2] + sum[2]);
        float o = sigmoid(x.z[3] + sum[3]);
        float c_t = f * state[1] + i * g;
        float h_t = o * tanhf(c_t);
        bool valid = turn.valid;
        if (keep) {
            float *z = gates + gate_index<4>(s, turn.t, turn.b, turn.u);
            z[0]       = valid ? i : 0.0f;
            z[s.H]     = valid ? f : 0.0f;
            z[2 * s.H] = valid ? g : 0.0f;
            z[3 * s.H] = valid ? o : 0.0f;
        }
        state[0] = valid ? h_t : state[0];
        state[1] = valid ? c_t : state[1];
        handed[0] = state[0];
        long long after = state_index(s, slot_after(turn.t, s.reverse), turn.b, turn.u);
        h[after] = state[0];
        c[after] = state[1];
        y[((long long) turn.t * s.B + turn.b) * ldy + turn.u] = valid ? h_t : 0.0f;
    }

    __device__ __forceinline__ void end(const Sequence &s, int steps, int b, int u, const float (&state)[2]) const {
        // Reading backward, the rows waited in their initial state: state is that of the last step read, t = 0.
        long long kept = state_index(s, s.reverse ? s.T : steps, b, u);
        float h_kept = s.reverse ? h[kept] : state[0];
        float c_kept = s.reverse ? c[kept] : state[1];
#pragma unroll 1
        for (int t = steps; t < s.T; t++) {
            long long after = state_index(s, slot_after(t, s.reverse), b, u);
            h[after] = h_kept;
            c[after] = c_kept;
            y[((long long) t * s.B + b) * ldy + u] = 0.0f;
            if (keep) {
                float *z = gates + gate_index<4>(s, t, b, u);
                z[0] = z[s.H] = z[2 * s.H] = z[3 * s.H] = 0.0f;
            }
        }
    }
};

struct LstmBackward {
    static constexpr bool BACKWARD = true;
    static constexpr int GATES = 4;
    static constexpr bool ALONE = false;
    static constexpr int SUMS = 1;          // dh
    static constexpr int VALUES = 4;        // dz
    static constexpr int STATES = 3;        // dh, dc, c after the step
    static constexpr int CONSTANTS = 0;

    float *gates;
    const float *c;
    const float *dy;
    float *dh;
    float *dc;
    int ldy;

    struct Inputs {
        float gate[4];
        float c_before;
        float dy;
    };

    __device__ __forceinline__ const float *source(const Sequence &s, int before) const {
        return gates + gate_index<4>(s, before, 0, 0);
    }

    __device__ __forceinline__ void constants(const Sequence &, int, float *, int) const {}

    __device__ __forceinline__ void begin(const Sequence &s, int length, int b, int u, float (&state)[3]) const {
        long long at = (long long) b * s.H + u;
        state[0] = dh[at];
        state[1] = dc[at];
        state[2] = c[state_index(s, s.reverse ? 0 : length, b, u)];        // after the row's last step
    }

    __device__ __forceinline__ Inputs load(const Sequence &s, const Turn &turn) const {
        const float *z = gates + gate_index<4>(s, turn.t, turn.b, turn.u);
        return {{z[0], z[s.H], z[2 * s.H], z[3 * s.H]},
                c[state_index(s, slot_before(turn.t, s.reverse), turn.b, turn.u)],
                dy ? dy[((long long) turn.t * s.B + turn.b) * ldy + turn.u] : 0.0f};
    }

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float *,
                                         const float *, int, float (&state)[3], float (&handed)[4]) const {
        if (!turn.valid) {
            handed[0] = handed[1] = handed[2] = handed[3] = 0.0f;       // in device memory they are zeros already
            return;
        }
        float i = x.gate[0];
        float f = x.gate[1];
        float g = x.gate[2];
        float o = x.gate[3];
        float tanh_c = tanhf(state[2]);
        float dh_t = state[0] + x.dy;
        float dc_t = state[1] + dh_t * o * (1.0f - tanh_c * tanh_c);

        handed[0] = dc_t * g * (i * (1.0f - i));
        handed[1] = dc_t * x.c_before * (f * (1.0f - f));
        handed[2] = dc_t * i * (1.0f - g * g);
        handed[3] = dh_t * tanh_c * (o * (1.0f - o));
        float *z = gates + gate_index<4>(s, turn.t, turn.b, turn.u);
        z[0]       = handed[0];
        z[s.H]     = handed[1];
        z[2 * s.H] = handed[2];
        z[3 * s.H] = handed[3];
        state[0] = 0.0f;                    // the next turn adds W_hhᵀ dz
        state[1] = dc_t * f;
        state[2] = x.c_before;
    }

    __device__ __forceinline__ void end(const Sequence &s, int, int b, int u, const float (&state)[3]) const {
        long long at = (long long) b * s.H + u;
        dh[at] = state[0];
        dc[at] = state[1];
    }
};

}  // namespace
