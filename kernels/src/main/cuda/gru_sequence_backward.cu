// GRU with the reset after the recurrent product, all steps of a layer and direction back in one launch:
//
//   dh  = dy_t + dh⊙z + W_hhᵀ (dr, dz, ds_n), the last two of step t+1
//   dn  = dh⊙(1-z)⊙(1-n²)                   dz   = dh⊙(h_{t-1} - n)⊙z⊙(1-z)
//   dr  = dn⊙s_n⊙r⊙(1-r)                    ds_n = dn⊙r
//
//   gru_sequence_backward_1, _4, _8         rows of a tile
//
//   xs       [T, B, 3H]   in: activated r, z, n; out: dr, dz, dn: gradient of W_ih x + b_ih
//   hs       [T, B, 3H]   in: s_n in its third part; out: dr, dz, ds_n: gradient of W_hh h + b_hh, what blocks hand over
//   h        [T+1, B, H]  hidden states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the direction's own columns; null for zeros
//   dh       [B, H]       in: gradient of the final state; out: of the initial one
//   W_hh     [3H, H]
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// Past a sequence's end the gradients are 0 and dh is carried unchanged.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "sequence.cuh"

namespace {

struct GruBackward {
    static constexpr bool BACKWARD = true;
    static constexpr int COLUMNS = 4;       // units
    static constexpr int SLICES = 32;
    static constexpr int SUMS = 1;          // dh
    static constexpr int VALUES = 3;        // dr, dz, ds_n
    static constexpr int STATES = 1;        // dh
    static constexpr int CONSTANTS = 0;

    float *xs;
    float *hs;
    const float *h;
    const float *dy;
    float *dh;
    const float *W_hh;
    int ldy;

    struct Inputs {
        float gate[3];
        float s_n;
        float h_before;
        float dy;
    };

    template <class Product>
    __device__ __forceinline__ void place(float *w, int H, int first, int end, int steps) const {
        place_columns<Product, 3>(w, W_hh, H, first, end, steps);
    }

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

    __device__ __forceinline__ void step(const Sequence &s, const Turn &turn, const Inputs &in, const float (&)[4],
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

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_backward_1(float *xs, float *hs, const float *h, const float *dy, float *dh, const float *W_hh,
                        const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                        int units, int groups, int polls) {
    run_sequence<1>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruBackward{xs, hs, h, dy, dh, W_hh, ldy});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_backward_4(float *xs, float *hs, const float *h, const float *dy, float *dh, const float *W_hh,
                        const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                        int units, int groups, int polls) {
    run_sequence<4>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruBackward{xs, hs, h, dy, dh, W_hh, ldy});
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_backward_8(float *xs, float *hs, const float *h, const float *dy, float *dh, const float *W_hh,
                        const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                        int units, int groups, int polls) {
    run_sequence<8>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruBackward{xs, hs, h, dy, dh, W_hh, ldy});
}
