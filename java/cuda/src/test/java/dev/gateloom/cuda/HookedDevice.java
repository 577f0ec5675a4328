package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/** A device whose calls, and those of its streams, pass through a hook. */
final class HookedDevice {
    private HookedDevice() {
    }

    /** What is done in place of a call. */
    interface Hook {
        /**
         * Sees a call.
         *
         * @param call its name, such as {@code launch}
         * @param arguments its arguments; null if there are none
         * @param behind makes it
         * @return its result
         */
        Object on(String call, Object[] arguments, Supplier<Object> behind);
    }

    static Device of(Device device, Hook hook) {
        return hooked(Device.class, device, hook);
    }

    private static <T> T hooked(Class<T> type, T object, Hook hook) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            Object result = hook.on(method.getName(), arguments, () -> {
                try {
                    return method.invoke(object, arguments);
                } catch (InvocationTargetException e) {
                    if (e.getCause() instanceof RuntimeException failure) {
                        throw failure;
                    }
                    throw new AssertionError(e.getCause());
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            });
            return result instanceof Stream stream ? hooked(Stream.class, stream, hook) : result;
        }));
    }
}
