// LSTM with its rare options, one step, after the products. a is W_ih x_t + W_hh h_{t-1} + b, each term normalised if the stack
// is, p the peepholes (null for none), m the candidate's dropout, k what zoneout keeps of c, LN the cell's normalisation:
//
//   lstm_general_gates     i = σ(a_i + p_i⊙c_{t-1})   f = σ(a_f + p_f⊙c_{t-1})   g = tanh(a_g)
//                          c' = clip(f⊙c_{t-1} + i⊙m⊙g)
//                          o = σ(a_o + p_o⊙c')
//   between them           s = LN(c'), or s = c' without
//   lstm_general_output    h' = o⊙tanh(s), to be projected and zoned out
//                          c_t = k⊙c_{t-1} + (1-k)⊙(c' or s)
//
// Backward, before the products:
//
//   lstm_general_output_backward   da_o = dh'⊙tanh(s)⊙o⊙(1-o)     ds = dh'⊙o⊙(1 - tanh²(s))
//                                  (1-k)⊙dc goes to c' or s, whichever is carried;  dc <- k⊙dc
//   between them                   dc' (+)= gradient of LN from ds, or dc' = ds without
//   lstm_general_gates_backward    d = dc' + p_o⊙da_o, or 0 where c' was limited
//                                  da_i = d⊙m⊙g⊙i⊙(1-i)   da_f = d⊙c_{t-1}⊙f⊙(1-f)   da_g = d⊙i⊙m⊙(1-g²)
//                                  dc <- dc + d⊙f + p_i⊙da_i + p_f⊙da_f
//
//   gates    [B, 4H]      a, order i, f, g, o; then the activated gates, saved for backward; then da
//   c        [T+1, B, H]  cell states, see slot_before; this step's slot is written
//   c_new, s [B, H]       c' and s of this step, saved for backward
//   carried  [B, H]       c_new or s
//   h_new    [B, H]       h'; dh_new its gradient, zeros past a sequence's end
//   ds       [B, H]       gradient of s
//   dc_new   [B, H]       gradient of c'; for lstm_general_output_backward null if s is carried
//   dc       [B, H]       carried from step to step
//   peephole [3H]         p_i, p_f, p_o
//   candidate [B, H]      m of this step; null for ones
//   clip                  limit of |c'|; infinity for none
//   zoneout  [B, H]       k of this step; null if it is `rate` everywhere
//   lengths  [B]          past a sequence's end: state kept, da 0, dc carried unchanged
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"
#include "options.cuh"

namespace {

// c' before the clip: backward must see the same bits.
__device__ __forceinline__ float unlimited(float i, float f, float g, float m, float c_before) {
    return fmaf(f, c_before, i * m * g);
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
lstm_general_gates(float *gates, const float *c, float *c_new, const float *peephole, const float *candidate, float clip, int t,
                   int B, int H, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    float *a = gates + (long long) b * 4 * H + u;                            // [b, gate, u], H apart
    float c_before = c[(long long) slot_before(t, reverse) * B * H + index];      // [t-1, b, u]
    float m = masked(candidate, index, 1.0f);

    float i = sigmoid(a[0] + (peephole ? peephole[u] * c_before : 0.0f));
    float f = sigmoid(a[H] + (peephole ? peephole[H + u] * c_before : 0.0f));
    float g = tanhf(a[2 * H]);
    float c_t = unlimited(i, f, g, m, c_before);
    c_t = c_t > clip ? clip : c_t < -clip ? -clip : c_t;                // NaN stays NaN
    float o = sigmoid(a[3 * H] + (peephole ? peephole[2 * H + u] * c_t : 0.0f));

    a[0]     = i;
    a[H]     = f;
    a[2 * H] = g;
    a[3 * H] = o;
    c_new[index] = c_t;
}

extern "C" __global__ void __launch_bounds__(256)
lstm_general_output(const float *gates, const float *s, const float *carried, float *c, float *h_new, const float *zoneout,
                    float rate, const int *lengths, int t, int B, int H, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    float o = gates[((long long) b * 4 + 3) * H + u];                        // [b, o, u]
    float c_before = c[(long long) slot_before(t, reverse) * B * H + index];      // [t-1, b, u]
    float c_t = zoned_out(masked(zoneout, index, rate), c_before, carried[index]);

    h_new[index] = o * tanhf(s[index]);
    c[(long long) slot_after(t, reverse) * B * H + index] = t < lengths[b] ? c_t : c_before;
}

extern "C" __global__ void __launch_bounds__(256)
lstm_general_output_backward(float *gates, const float *s, const float *dh_new, float *ds, float *dc_new, float *dc,
                             const float *zoneout, float rate, const int *lengths, int t, int B, int H) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    bool valid = t < lengths[b];
    float *a = gates + ((long long) b * 4 + 3) * H + u;                      // [b, o, u]
    float o = a[0];
    float tanh_s = tanhf(s[index]);
    float k = masked(zoneout, index, rate);
    float dc_t = dc[index];
    float dc_carried = valid ? (1.0f - k) * dc_t : 0.0f;
    float ds_t = valid ? dh_new[index] * o * (1.0f - tanh_s * tanh_s) : 0.0f;

    a[0] = valid ? dh_new[index] * tanh_s * (o * (1.0f - o)) : 0.0f;
    ds[index] = dc_new ? ds_t : ds_t + dc_carried;
    if (dc_new) {
        dc_new[index] = dc_carried;
    }
    dc[index] = valid ? k * dc_t : dc_t;
}

extern "C" __global__ void __launch_bounds__(256)
lstm_general_gates_backward(float *gates, const float *c, const float *dc_new, float *dc, const float *peephole,
                            const float *candidate, float clip, const int *lengths, int t, int B, int H, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    float *a = gates + (long long) b * 4 * H + u;                            // [b, gate, u], H apart
    if (t >= lengths[b]) {
        a[0] = a[H] = a[2 * H] = 0.0f;                                  // da_o is 0 already
        return;
    }
    float i = a[0];
    float f = a[H];
    float g = a[2 * H];
    float da_o = a[3 * H];
    float c_before = c[(long long) slot_before(t, reverse) * B * H + index];      // [t-1, b, u]
    float m = masked(candidate, index, 1.0f);

    float d = dc_new[index] + (peephole ? peephole[2 * H + u] * da_o : 0.0f);
    if (fabsf(unlimited(i, f, g, m, c_before)) > clip) {
        d = 0.0f;
    }
    float da_i = d * m * g * (i * (1.0f - i));
    float da_f = d * c_before * (f * (1.0f - f));

    a[0]     = da_i;
    a[H]     = da_f;
    a[2 * H] = d * i * m * (1.0f - g * g);
    dc[index] += d * f + (peephole ? peephole[u] * da_i + peephole[H + u] * da_f : 0.0f);
}
