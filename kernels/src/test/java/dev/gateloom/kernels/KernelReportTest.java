package dev.gateloom.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelReportTest {
    private static final String COLUMNS = "program,kernel,architecture,registers,spill_store_bytes,spill_load_bytes,stack_bytes,"
            + "shared_bytes,threads,blocks_per_multiprocessor,occupancy";

    @Test
    void readsEveryColumn() {
        assertEquals(List.of(new KernelReport("gemm", "sgemm_nt", 90, 72, 1, 2, 3, 8704, 256, 3, 0.375)),
                KernelReport.parse(List.of(COLUMNS, "gemm,sgemm_nt,90,72,1,2,3,8704,256,3,0.3750")));
    }

    @Test
    void otherColumnsAreRefused() {
        String message = assertThrows(IllegalStateException.class, () -> KernelReport.parse(List.of("kernel,registers"))).getMessage();
        assertTrue(message.contains("kernel,registers"), message);
        assertThrows(IllegalStateException.class, () -> KernelReport.parse(List.of()));
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        RuntimeException e = assertThrows(RuntimeException.class, () -> Kernels.program("none"));
        if (Kernels.obstacle().isEmpty()) {
            assertTrue(e instanceof IllegalArgumentException && e.getMessage().contains("none"), e::toString);
        } else {
            assertTrue(e instanceof IllegalStateException && e.getMessage().contains("Linux"), e::toString);
        }
    }
}
