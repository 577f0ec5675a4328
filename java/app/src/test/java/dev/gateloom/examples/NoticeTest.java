package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The data travel with their licence. */
class NoticeTest {

    @Test
    void namesEveryFileThatAnExampleReads() throws Exception {
        StringBuilder notices = new StringBuilder();
        for (URL notice : Collections.list(NoticeTest.class.getClassLoader().getResources("META-INF/NOTICE"))) {
            notices.append(new String(notice.openStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        List<String> resources = Examples.ALL.stream().map(Example::data).flatMap(Optional::stream).toList();
        assertFalse(resources.isEmpty());
        for (String resource : resources) {
            try (InputStream in = Example.class.getResourceAsStream(resource)) {
                String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
                assertTrue(notices.indexOf("dev/gateloom/examples/" + resource + "\n") >= 0, resource);
                assertTrue(notices.indexOf(sum) >= 0, resource + ": " + sum);
            }
        }
    }
}
