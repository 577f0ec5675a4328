// A driver library for tests: FakeDriver plays the driver. Only the functions that the device calls are here; the dynamic linker
// looks for the others when called.
#include "forward.h"

F1(cuInit)
F1(cuDriverGetVersion)
F2(cuDeviceGet)
F1(cuDeviceGetCount)
F2(cuDeviceTotalMem_v2)
F3(cuDeviceGetAttribute)
F2(cuDevicePrimaryCtxRetain)
F1(cuDevicePrimaryCtxRelease_v2)
F1(cuCtxPushCurrent_v2)
F1(cuCtxPopCurrent_v2)
F1(cuCtxGetCurrent)
F1(cuCtxGetDevice)
F1(cuThreadExchangeStreamCaptureMode)
F5(cuModuleLoadDataEx)
F1(cuModuleUnload)
F3(cuModuleGetFunction)
F3(cuFuncGetAttribute)
F3(cuFuncSetAttribute)
F4(cuOccupancyMaxActiveBlocksPerMultiprocessor)
F11(cuLaunchKernel)
F10(cuLaunchCooperativeKernel)
F2(cuMemAlloc_v2)
F1(cuMemFree_v2)
F2(cuMemGetInfo_v2)
F3(cuMemHostAlloc)
F1(cuMemFreeHost)
F4(cuMemcpyHtoDAsync_v2)
F4(cuMemcpyDtoHAsync_v2)
F4(cuMemcpyDtoDAsync_v2)
F4(cuMemsetD32Async)
F2(cuStreamCreate)
F1(cuStreamDestroy_v2)
F1(cuStreamSynchronize)
F3(cuStreamWaitEvent)
F2(cuStreamIsCapturing)
F2(cuStreamBeginCapture_v2)
F2(cuStreamEndCapture)
F2(cuEventCreate)
F2(cuEventRecord)
F1(cuEventSynchronize)
F3(cuEventElapsedTime)
F1(cuEventDestroy_v2)
F3(cuGraphInstantiateWithFlags)
F2(cuGraphLaunch)
F1(cuGraphExecDestroy)
F1(cuGraphDestroy)

// JCuda calls this one while it holds a Java array, when nothing may call back into Java.
JNIEXPORT int cuDeviceGetName(char *name, int length, int device) {
    (void) device;
    strncpy(name, "Fake GPU", (size_t) length);
    return 0;
}

JNIEXPORT jobject JNICALL Java_dev_gateloom_cuda_jcuda_NativeMemory_at(JNIEnv *env, jclass cls, jlong address, jlong bytes) {
    (void) cls;
    return (*env)->NewDirectByteBuffer(env, (void *) address, bytes);
}

JNIEXPORT jlong JNICALL Java_dev_gateloom_cuda_jcuda_NativeMemory_length(JNIEnv *env, jclass cls, jlong address) {
    (void) env;
    (void) cls;
    return (jlong) strlen((const char *) address);
}

JNIEXPORT jlong JNICALL Java_dev_gateloom_cuda_jcuda_NativeMemory_addressOf(JNIEnv *env, jclass cls, jobject buffer) {
    (void) cls;
    return (jlong) (*env)->GetDirectBufferAddress(env, buffer);
}
