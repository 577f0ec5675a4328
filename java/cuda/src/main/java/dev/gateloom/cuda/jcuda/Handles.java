package dev.gateloom.cuda.jcuda;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;

/**
 * The raw values inside JCuda's handle objects. JCuda hides them, but a caller's own context, stream or pointer comes as a
 * {@code long}, and objects that are set again serve calls without allocation.
 */
public final class Handles {
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

    /**
     * What is inside.
     *
     * @param object one of JCuda's, such as a {@code CUcontext}
     * @return its raw value; 0 if it has none
     */
    public static long get(Object object) {
        return (long) NATIVE_POINTER.get((NativePointerObject) object);
    }

    /**
     * Puts a raw value inside.
     *
     * @param object one of JCuda's, such as a {@code Pointer}
     * @param value an address or handle; 0 for none
     * @param <T> its type
     * @return the object
     */
    public static <T> T set(T object, long value) {
        NATIVE_POINTER.set((NativePointerObject) object, value);
        return object;
    }
}
