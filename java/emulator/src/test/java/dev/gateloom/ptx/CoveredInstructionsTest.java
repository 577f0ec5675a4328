package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@link CoveredInstructions} reads and what tests say is so. */
class CoveredInstructionsTest {

    @Test
    void namesAreFoundInAProgram() {
        assertEquals(Set.of("ld.param.u64", "mov.b32", "st.shared::cluster.v4.b32", "bra", "cp.async.wait_all", "ret", "abs.f32"),
                CoveredInstructions.named("""
                        .visible .entry k(
                        	.param .u64 k_param_0
                        )
                        .maxntid 256, 1, 1
                        {
                        	.reg .b32 	%r<5>;
                        	.loc	1 42 5
                        	ld.param.u64 	%rd1, [k_param_0];
                        	{mov.b32 %r1, {%rs1, %rs2};
                        }
                        	@!%p1 bra 	$L__BB0_2;
                        $L__BB0_2:
                        	st.shared::cluster.v4.b32 [%r2], {%r1, %r1, %r1, %r1};
                        	abs.f32 %f1, %f2; cp.async.wait_all; ret;
                        """));
    }

    /** A kernel of the test has what the test says that it covers. */
    @Test
    void whatTestsSayStandsInTheirKernels() throws IOException {
        for (Class<?> test : CoveredInstructions.WRITTEN_OUT) {
            Path source = Path.of("src/test/java", test.getName().replace('.', '/') + ".java");
            String kernels = Files.readString(source).replaceAll("@Covers\\([^)]*\\)", "").replaceAll("\"|\\\\n", "\n");
            Set<String> missing = CoveredInstructions.said(test).collect(Collectors.toCollection(TreeSet::new));
            missing.removeAll(CoveredInstructions.named(kernels));
            assertEquals(Set.of(), missing, test.getSimpleName());
        }
    }
}
