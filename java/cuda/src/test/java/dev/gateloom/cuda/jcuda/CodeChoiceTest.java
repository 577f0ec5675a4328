package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Program;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code axpy} has a cubin for sm_90 and PTX 6.4 for compute_75. */
class CodeChoiceTest {
    private static final Program AXPY = new Program("axpy", CodeChoiceTest.class);

    @ParameterizedTest
    @CsvSource({"90, 90", "93, 90", "89, ", "100, ", "120, "})
    void takesMachineCodeOfTheSameMajorArchitecture(int capability, Integer expected) {
        CodeChoice cubin = CodeChoice.cubin(AXPY, capability);
        assertEquals(expected == null ? null : "cubin for sm_" + expected, cubin == null ? null : cubin.description());
    }

    @ParameterizedTest
    @CsvSource({"75", "86", "90", "121"})
    void takesPtxUpToTheDevicesArchitecture(int capability) {
        CodeChoice ptx = CodeChoice.ptx(AXPY, capability, 12_00_0);
        assertEquals("PTX for compute_75", ptx.description());
        assertEquals(0, ptx.image()[ptx.image().length - 1], "the driver reads up to a zero");
        assertTrue(new String(ptx.image(), StandardCharsets.US_ASCII).contains(".entry axpy("));
    }

    @Test
    void saysWhatIsMissing() {
        String message = assertThrows(IllegalArgumentException.class, () -> CodeChoice.ptx(AXPY, 70, 12_00_0)).getMessage();
        assertTrue(message.contains("no code for sm_70"), message);
    }

    @ParameterizedTest
    @CsvSource({"12000, 80", "12030, 83", "12050, 85", "12060, 85", "12070, 86", "12080, 87", "12090, 88", "13000, 90"})
    void knowsWhichPtxADriverReads(int driver, int ptx) {
        assertEquals(ptx, CodeChoice.newestPtx(driver));
    }

    @Test
    void readsTheVersionLine() {
        assertEquals(88, CodeChoice.versionOf(ascii("//\n// Generated\n//\n\n.version 8.8\n.target sm_75\n")));
        assertThrows(IllegalArgumentException.class, () -> CodeChoice.versionOf(ascii("// .version 8.8")));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
