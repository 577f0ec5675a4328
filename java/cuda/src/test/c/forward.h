// How the libraries of the tests get into Java: a function hands its name and arguments to FakeDriver.call in the same JVM.
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
