package dev.gateloom.cuda.jcuda;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;

/**
 * The raw values inside JCuda's handle objects. JCuda hides them, but a caller's own context, stream or pointer comes as a
 * {@code long}, and objects that are set again serve calls without allocation.
 */
final class Handles {
    private static final VarHandle NATIVE_POINTER;

    static {
        try {
            NATIVE_POINTER = MethodHandles.privateLookupIn(NativePointerObject.class, MethodHandles.lookup())
                    .findVarHandle(NativePointerObject.class, "nativePointer", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Handles() {
    }

    static long get(NativePointerObject object) {
        return (long) NATIVE_POINTER.get(object);
    }

    static <T extends NativePointerObject> T set(T object, long value) {
        NATIVE_POINTER.set((NativePointerObject) object, value);
        return object;
    }
}
