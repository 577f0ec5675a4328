// Between float32 and numbers of 16 bits, for libraries whose tensors are of these.
//
//   narrow_fp16, narrow_bf16   dst[i] = src[i], rounded to the nearest, of two to the even one
//   widen_fp16, widen_bf16     dst[i] = src[i]
//
// dst and src must not overlap; numbers of 16 bits may start at any even address.
// Launch: ceil(count / 256) blocks of 256.

namespace {

constexpr unsigned MAGNITUDE = 0x7fffffffu;             // all but the sign
constexpr unsigned INFINITE = 0x7f800000u;
constexpr unsigned short NOT_A_NUMBER = 0x7fff;

struct Fp16 {
    static __device__ __forceinline__ unsigned short narrow(float x) {
        unsigned short half;
        asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(x));
        return half;
    }

    static __device__ __forceinline__ float widen(unsigned short half) {
        float x;
        asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(half));
        return x;
    }
};

// The upper half of a float. By integers: sm_75 has no instruction for it.
struct Bf16 {
    static __device__ __forceinline__ unsigned short narrow(float x) {
        unsigned bits = __float_as_uint(x);
        if ((bits & MAGNITUDE) > INFINITE) {
            return NOT_A_NUMBER;                        // rounded up it might become a zero
        }
        return (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
    }

    static __device__ __forceinline__ float widen(unsigned short upper) {
        return __uint_as_float((unsigned) upper << 16);
    }
};

template <class Format>
__device__ __forceinline__ void narrow(unsigned short *dst, const float *src, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = Format::narrow(src[i]);
    }
}

template <class Format>
__device__ __forceinline__ void widen(float *dst, const unsigned short *src, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = Format::widen(src[i]);
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
narrow_fp16(unsigned short *dst, const float *src, long long count) {
    narrow<Fp16>(dst, src, count);
}

extern "C" __global__ void __launch_bounds__(256)
narrow_bf16(unsigned short *dst, const float *src, long long count) {
    narrow<Bf16>(dst, src, count);
}

extern "C" __global__ void __launch_bounds__(256)
widen_fp16(float *dst, const unsigned short *src, long long count) {
    widen<Fp16>(dst, src, count);
}

extern "C" __global__ void __launch_bounds__(256)
widen_bf16(float *dst, const unsigned short *src, long long count) {
    widen<Bf16>(dst, src, count);
}
