// GRU with the reset after the recurrent product and rare options, one step. u is W_ih x_t + b_ih and v is W_hh h_{t-1} + b_hh,
// each product normalised if the stack is, m the candidate's dropout:
//
//   forward    r = σ(u_r + v_r)   z = σ(u_z + v_z)   n = tanh(u_n + r⊙v_n)
//              h' = (1-z)⊙m⊙n + z⊙h_{t-1}, to be zoned out
//   backward   dn = dh'⊙(1-z)⊙m⊙(1-n²)    dz = dh'⊙(h_{t-1} - m⊙n)⊙z⊙(1-z)    dr = dn⊙v_n⊙r⊙(1-r)
//              dh <- dh + dh'⊙z, to which the caller adds what comes back through v
//
//   us       [B, 3H]      in: u, order r, z, n; out: activated r, z, n, saved for backward; then du: dr, dz, dn
//   vs       [B, 3H]      v, its third part saved for backward; then dv: dr, dz, dn⊙r
//   h        [T+1, B, H]  hidden states, see slot_before; read only
//   h_new    [B, H]       h'; dh_new its gradient, zeros past a sequence's end
//   dh       [B, H]       carried from step to step
//   candidate [B, H]      m of this step; null for ones
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"
#include "options.cuh"

extern "C" __global__ void __launch_bounds__(256)
gru_general_forward(float *us, const float *vs, const float *h, float *h_new, const float *candidate, int t, int B, int H,
                    int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    long long at = (long long) (index / H) * 3 * H + index % H;
    float *u = us + at;                                                 // [b, gate, u], H apart
    const float *v = vs + at;
    float h_before = h[(long long) slot_before(t, reverse) * B * H + index];      // [t-1, b, u]
    float m = masked(candidate, index, 1.0f);

    float r = sigmoid(u[0] + v[0]);
    float z = sigmoid(u[H] + v[H]);
    float n = tanhf(u[2 * H] + r * v[2 * H]);

    u[0]     = r;
    u[H]     = z;
    u[2 * H] = n;
    h_new[index] = (1.0f - z) * m * n + z * h_before;
}

extern "C" __global__ void __launch_bounds__(256)
gru_general_backward(float *us, float *vs, const float *h, const float *dh_new, float *dh, const float *candidate, int t, int B,
                     int H, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    long long at = (long long) (index / H) * 3 * H + index % H;
    float *u = us + at;                                                 // [b, gate, u], H apart
    float *v = vs + at;
    float r = u[0];
    float z = u[H];
    float n = u[2 * H];
    float h_before = h[(long long) slot_before(t, reverse) * B * H + index];      // [t-1, b, u]
    float m = masked(candidate, index, 1.0f);
    float d = dh_new[index];

    float dn = d * (1.0f - z) * m * (1.0f - n * n);
    float dz = d * (h_before - m * n) * (z * (1.0f - z));
    float dr = dn * v[2 * H] * (r * (1.0f - r));

    u[0]     = dr;
    u[H]     = dz;
    u[2 * H] = dn;
    v[0]     = dr;
    v[H]     = dz;
    v[2 * H] = dn * r;
    dh[index] += d * z;
}
