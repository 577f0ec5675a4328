// A driver library for tests: every function hands its name and arguments to FakeDriver.call in the same JVM, which plays
// the driver. Only the functions that the device calls are here; the dynamic linker looks for the others when called.
#include <jni.h>
#include <string.h>

static JavaVM *vm;
static jclass driver;
static jmethodID call;

static JNIEnv *environment(void) {
    JNIEnv *env = NULL;
    (*vm)->GetEnv(vm, (void **) &env, JNI_VERSION_1_8);
    return env;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *loader, void *reserved) {
    (void) reserved;
    vm = loader;
    JNIEnv *env = environment();
    jclass found = (*env)->FindClass(env, "dev/gateloom/cuda/jcuda/FakeDriver");
    if (found == NULL) {
        return JNI_ERR;
    }
    driver = (*env)->NewGlobalRef(env, found);
    call = (*env)->GetStaticMethodID(env, driver, "call", "(Ljava/lang/String;[J)I");
    return call == NULL ? JNI_ERR : JNI_VERSION_1_8;
}

// FakeDriver.call throws nothing: what goes wrong there, it keeps for the test and returns as a code.
static int forward(const char *name, jsize count, const jlong *arguments) {
    JNIEnv *env = environment();
    jstring function = (*env)->NewStringUTF(env, name);
    jlongArray values = (*env)->NewLongArray(env, count);
    (*env)->SetLongArrayRegion(env, values, 0, count, arguments);
    int result = (*env)->CallStaticIntMethod(env, driver, call, function, values);
    (*env)->DeleteLocalRef(env, values);
    (*env)->DeleteLocalRef(env, function);
    return result;
}

// Integers and pointers all travel in 64-bit registers and stack slots (System V ABI for x86-64), so one signature serves
// for both. The upper half of a 32-bit argument is undefined: FakeDriver narrows it.
typedef jlong A;
#define FORWARD(name, count, parameters, ...) \
    JNIEXPORT int name parameters { \
        const jlong arguments[] = {__VA_ARGS__}; \
        return forward(#name, count, arguments); \
    }
#define F1(name) FORWARD(name, 1, (A a), a)
#define F2(name) FORWARD(name, 2, (A a, A b), a, b)
#define F3(name) FORWARD(name, 3, (A a, A b, A c), a, b, c)
#define F4(name) FORWARD(name, 4, (A a, A b, A c, A d), a, b, c, d)
#define F5(name) FORWARD(name, 5, (A a, A b, A c, A d, A e), a, b, c, d, e)
#define F10(name) FORWARD(name, 10, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j), a, b, c, d, e, f, g, h, i, j)
#define F11(name) \
    FORWARD(name, 11, (A a, A b, A c, A d, A e, A f, A g, A h, A i, A j, A k), a, b, c, d, e, f, g, h, i, j, k)

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
