// LSTM, all steps of a layer and direction back in one launch:
//
//   dh   = dy_t + W_hhᵀ dz_{t+1}                dc  = dc + dh⊙o⊙(1 - tanh²(c_t))
//   dz_o = dh⊙tanh(c_t)⊙o⊙(1-o)                 dz_i = dc⊙g⊙i⊙(1-i)
//   dz_f = dc⊙c_{t-1}⊙f⊙(1-f)                   dz_g = dc⊙i⊙(1-g²)
//   dc  <- dc⊙f
//
//   lstm_sequence_backward_1, _4, _8        rows of a tile
//
//   gates    [T, B, 4H]   in: activated gates of the forward; out: dz, which is what blocks hand over
//   c        [T+1, B, H]  cell states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the direction's own columns; null for zeros
//   dh, dc   [B, H]       in: gradients of the final state; out: of the initial one
//   W_hh     [4H, H]
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// Past a sequence's end dz is 0, as forward left the gates, and dh, dc are carried unchanged.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "sequence.cuh"

namespace {

struct LstmBackward {
    static constexpr bool BACKWARD = true;
    static constexpr int COLUMNS = 4;       // units
    static constexpr int SLICES = 32;
    static constexpr int SUMS = 1;          // dh
    static constexpr int VALUES = 4;        // dz
    static constexpr int STATES = 3;        // dh, dc, c after the step
    static constexpr int CONSTANTS = 0;

    float *gates;
    const float *c;
    const float *dy;
    float *dh;
    float *dc;
    const float *W_hh;
    int ldy;

    struct Inputs {
        float gate[4];
        float c_before;
        float dy;
    };

    template <class Product>
    __device__ __forceinline__ void place(float *w, int H, int first, int end, int steps) const {
        place_columns<Product, 4>(w, W_hh, H, first, end, steps);
    }

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

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &x, const float (&)[4],
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

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_1(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<1>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, W_hh, ldy});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_4(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<4>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, W_hh, ldy});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_8(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<8>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, W_hh, ldy});
}
