package dev.gateloom.kernels;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Program;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On the module path resources are private to their module unless it opens them: {@code Program} must still see the code. */
@Tag("nvrtc")
class ModulePathTest {
    private static final String MODULE = "dev.gateloom.kernels";

    @Test
    void programsAreReadFromAnotherModule() throws ReflectiveOperationException, URISyntaxException {
        ModuleFinder finder = ModuleFinder.of(folder(Kernels.class), folder(Program.class));
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration = boot.configuration().resolve(finder, ModuleFinder.of(), Set.of(MODULE));
        ModuleLayer layer = boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
        Class<?> kernels = layer.findLoader(MODULE).loadClass(MODULE + ".Kernels");
        assertTrue(kernels.getModule().isNamed());
        for (String name : Kernels.names()) {
            Object program = kernels.getMethod("program", String.class).invoke(null, name);
            assertTrue(program.getClass() != Program.class && program.getClass().getModule().isNamed());
            assertNotNull(program.getClass().getMethod("cubin", int.class).invoke(program, 80), name);
            assertNotNull(program.getClass().getMethod("ptx", int.class).invoke(program, 80), name);
        }
    }

    private static Path folder(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
