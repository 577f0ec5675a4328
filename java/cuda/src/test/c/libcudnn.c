// A cuDNN for tests, by the signatures of cuDNN 9: FakeCudnn plays it. Only the functions that the engine calls are here; the
// dynamic linker looks for the others when called.
#include "forward.h"

#define F6(name) FORWARD(name, 6, (A a, A b, A c, A d, A e, A f), a, b, c, d, e, f)
#define F8(name) FORWARD(name, 8, (A a, A b, A c, A d, A e, A f, A g, A h), a, b, c, d, e, f, g, h)
#define F15(name) \
    FORWARD(name, 15, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l, A m, A n, A o), \
            a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
#define F16(name) \
    FORWARD(name, 16, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l, A m, A n, A o, A p), \
            a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
#define F20(name) \
    FORWARD(name, 20, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l, A m, A n, A o, A p, A q, A r, A s, A t), \
            a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)
#define F22(name) \
    FORWARD(name, 22, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l, A m, A n, A o, A p, A q, A r, A s, A t, A u, \
            A v), a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v)

// The first version with everything that the engine knows.
JNIEXPORT size_t cudnnGetVersion(void) {
    return 91300;
}

JNIEXPORT const char *cudnnGetErrorString(int status) {
    switch (status) {
        case 0: return "CUDNN_STATUS_SUCCESS";
        case 1001: return "CUDNN_STATUS_NOT_INITIALIZED";
        case 2000: return "CUDNN_STATUS_BAD_PARAM";
        case 3000: return "CUDNN_STATUS_NOT_SUPPORTED";
        case 5000: return "CUDNN_STATUS_EXECUTION_FAILED";
        default: return "a code of another library";
    }
}

F1(cudnnCreate)
F1(cudnnDestroy)
F2(cudnnSetStream)
F1(cudnnCreateTensorDescriptor)
F1(cudnnDestroyTensorDescriptor)
F5(cudnnSetTensorNdDescriptor)
F6(cudnnGetTensorNdDescriptor)
F1(cudnnCreateDropoutDescriptor)
F1(cudnnDestroyDropoutDescriptor)
F1(cudnnCreateRNNDescriptor)
F1(cudnnDestroyRNNDescriptor)
F15(cudnnSetRNNDescriptor_v8)
F1(cudnnCreateRNNDataDescriptor)
F1(cudnnDestroyRNNDataDescriptor)
F8(cudnnSetRNNDataDescriptor)
F3(cudnnBuildRNNDynamic)
F6(cudnnGetRNNTempSpaceSizes)
F3(cudnnGetRNNWeightSpaceSize)
F10(cudnnGetRNNWeightParams)
F20(cudnnRNNForward)
F22(cudnnRNNBackwardData_v8)
F16(cudnnRNNBackwardWeights_v8)

// Floating-point arguments travel in registers of their own; their bits take the places that they have in the signature.
JNIEXPORT int cudnnSetDropoutDescriptor(A descriptor, A handle, float rate, A states, A size, A seed) {
    jlong bits = 0;
    memcpy(&bits, &rate, sizeof rate);
    const jlong arguments[] = {descriptor, handle, bits, states, size, seed};
    return forward("cudnnSetDropoutDescriptor", 6, arguments);
}

JNIEXPORT int cudnnRNNSetClip_v8(A descriptor, A mode, A nan, double low, double high) {
    jlong bits[2];
    memcpy(&bits[0], &low, sizeof low);
    memcpy(&bits[1], &high, sizeof high);
    const jlong arguments[] = {descriptor, mode, nan, bits[0], bits[1]};
    return forward("cudnnRNNSetClip_v8", 5, arguments);
}
