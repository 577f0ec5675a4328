// GRU with the reset after the recurrent product, all steps of a layer and direction in one launch, after the products with
// the input:
//
//   x = W_ih x_t + b_ih        s = W_hh h_{t-1} + b_hh
//   r = σ(x_r + s_r)   z = σ(x_z + s_z)   n = tanh(x_n + r⊙s_n)
//   h_t = (1-z)⊙n + z⊙h_{t-1}
//
//   gru_sequence_forward_1, _4, _8          rows of a tile
//
//   xs       [T, B, 3H]   in: W_ih x_t + b_ih, order r, z, n; out, if keep: activated r, z, n, saved for backward; zeros in
//                         rows past a sequence's end
//   hs       [T, B, 3H]   out, if keep: its third part s_n, saved for backward; zeros past a sequence's end
//   h        [T+1, B, H]  hidden states, see slot_before; the initial one is there, all others are written; what blocks
//                         hand over
//   y        [T, B, ldy]  output, at the direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [3H, H]
//   b_hh     [3H]; null for zeros
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "sequence.cuh"

namespace {

struct GruForward {
    static constexpr bool BACKWARD = false;
    static constexpr int COLUMNS = 3;       // gates
    static constexpr int SLICES = 8;
    static constexpr int SUMS = 3;          // of the gates
    static constexpr int VALUES = 1;        // h
    static constexpr int STATES = 1;        // h
    static constexpr int CONSTANTS = 3;     // b_hh

    float *xs;
    float *hs;
    float *h;
    float *y;
    const float *W_hh;
    const float *b_hh;
    int ldy;
    int keep;

    struct Inputs {
        float x[3];
    };

    template <class Product>
    __device__ __forceinline__ void place(float *w, int H, int first, int end, int steps) const {
        place_rows<Product, 3>(w, W_hh, H, first, end, steps);
    }

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

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &in, const float (&sum)[3],
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

}  // namespace

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_1(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<1>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, W_hh, b_hh, ldy, keep});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_4(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<4>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, W_hh, b_hh, ldy, keep});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_8(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<8>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, W_hh, b_hh, ldy, keep});
}
