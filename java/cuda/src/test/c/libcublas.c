// cuBLAS for tests: FakeCublas plays it on the emulator's memory. Only the functions that are called are here.
#include "forward.h"

F1(cublasCreate_v2)
F1(cublasDestroy_v2)
F2(cublasSetStream_v2)
F3(cublasSetWorkspace_v2)
F2(cublasSetPointerMode_v2)
FORWARD(cublasGemmEx, 19, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k, A l, A m, A n, A o, A p, A q, A r, A s),
        a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s)

// The version that the test says: JCublas may call this one while it holds a Java array, when nothing may call back into Java.
JNIEXPORT int cublasGetProperty(int property, int *value) {
    static const int version[] = {12, 8, 5};
    if (property < 0 || property > 2) {
        return 7;
    }
    *value = version[property];
    return 0;
}
