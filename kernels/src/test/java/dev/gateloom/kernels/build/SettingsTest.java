package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void machineCodeComesBeforePtx() {
        Settings settings = Settings.parse("--sources=s", "--output=o", "--work=w", "--libraries=l", "--compiler=12.9",
                "--ptx=75,120", "--cubin=75");
        assertEquals(new Settings(Path.of("s"), Path.of("o"), Path.of("w"), Path.of("l"), "12.9",
                List.of(new Target(75, true), new Target(75, false), new Target(120, false))), settings);
        assertEquals(List.of("sm_75.cubin", "compute_75.ptx", "compute_120.ptx"),
                settings.targets().stream().map(Target::fileName).toList());
    }

    @Test
    void whatIsMissingIsNamed() {
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.parse("--sources=s")).getMessage();
        assertTrue(message.contains("--output"), message);
    }
}
