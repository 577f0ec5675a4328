// LSTM, all steps of a layer and direction in one launch, after the products with the input:
//
//   z_t = (W_ih x_t + b_ih + b_hh) + W_hh h_{t-1}
//   i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
//   c_t = f⊙c_{t-1} + i⊙g
//   h_t = o⊙tanh(c_t)
//
//   lstm_sequence_forward_1, _4, _8         rows of a tile
//
//   gates    [T, B, 4H]   in: W_ih x_t + b_ih + b_hh, order i, f, g, o; out, if keep: the activated gates, saved for
//                         backward; zeros in rows past a sequence's end
//   c        [T+1, B, H]  cell states, see slot_before; the initial one is there, all others are written
//   h        [T+1, B, H]  hidden states, the same; what blocks hand over
//   y        [T, B, ldy]  output, at the direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [4H, H]
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "sequence.cuh"

namespace {

struct LstmForward {
    static constexpr bool BACKWARD = false;
    static constexpr int COLUMNS = 4;       // gates
    static constexpr int SLICES = 8;
    static constexpr int SUMS = 4;          // of the gates
    static constexpr int VALUES = 1;        // h
    static constexpr int STATES = 2;        // h, c
    static constexpr int CONSTANTS = 0;

    float *gates;
    float *c;
    float *h;
    float *y;
    const float *W_hh;
    int ldy;
    int keep;

    struct Inputs {
        float z[4];
    };

    template <class Product>
    __device__ __forceinline__ void place(float *w, int H, int first, int end, int steps) const {
        place_rows<Product, 4>(w, W_hh, H, first, end, steps);
    }

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

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float (&sum)[4],
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

}  // namespace

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_forward_1(float *gates, float *c, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                        unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls,
                        int keep) {
    run_sequence<1>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmForward{gates, c, h, y, W_hh, ldy, keep});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_forward_4(float *gates, float *c, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                        unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls,
                        int keep) {
    run_sequence<4>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmForward{gates, c, h, y, W_hh, ldy, keep});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_forward_8(float *gates, float *c, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                        unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls,
                        int keep) {
    run_sequence<8>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmForward{gates, c, h, y, W_hh, ldy, keep});
}
