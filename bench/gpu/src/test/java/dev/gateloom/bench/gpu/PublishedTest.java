package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths of a POSIX system")
class PublishedTest {

    @Test
    void placesOfAUserAreNotTold() {
        Published published = new Published("/home/me", Map.of("$LD_LIBRARY_PATH", "/opt/my-firm::/home/me/lib:/opt/my-firm/cuda:.:/",
                "$GATELOOM_CUDA_LIBRARIES", "/srv/my-firm/cuda/:mine"));
        assertEquals("no libcuda.so.1 in $LD_LIBRARY_PATH, $LD_LIBRARY_PATH, /usr/lib",
                published.text("no libcuda.so.1 in /opt/my-firm/cuda, /home/me/lib, /usr/lib"));
        assertEquals("~/.cache/gateloom/libcudnn.so.9", published.text("/home/me/.cache/gateloom/libcudnn.so.9"));
        assertEquals("no libcudnn.so.9 in $GATELOOM_CUDA_LIBRARIES:$GATELOOM_CUDA_LIBRARIES, which GATELOOM_CUDA_LIBRARIES names",
                published.text("no libcudnn.so.9 in /srv/my-firm/cuda:" + Path.of("mine").toAbsolutePath()
                        + ", which GATELOOM_CUDA_LIBRARIES names"));
        assertEquals("~. /home/mei/lib", published.text("/home/me. /home/mei/lib"), "a whole name");
    }

    @Test
    void aRootIsNobodys() {
        assertEquals("/usr/lib", new Published("/", Map.of()).text("/usr/lib"));
    }
}
