package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables of nested scopes: each declaration is a place of its own, however alike they are. */
class VariablesTest {

    @ParameterizedTest
    @ValueSource(strings = {"shared", "local"})
    void alikeInTwoScopes(String space) {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 out)
                {
                    .SPACE .align 4 .b8 v[16];
                    .reg .b32 %r<4>;
                    .reg .b64 %d<2>;
                    ld.param.u64 %d1, [out];
                    st.SPACE.u32 [v], 1;
                    {
                        .SPACE .align 4 .b8 v[16];
                        st.SPACE.u32 [v], 2;
                        {
                            .SPACE .align 4 .b8 v[16];
                            st.SPACE.u32 [v], 3;
                            ld.SPACE.u32 %r3, [v];
                        }
                        ld.SPACE.u32 %r2, [v];
                    }
                    {
                        .SPACE .align 4 .b8 v[16];
                        st.SPACE.u32 [v], 4;
                    }
                    ld.SPACE.u32 %r1, [v];
                    st.global.u32 [%d1], %r1;
                    st.global.u32 [%d1+4], %r2;
                    st.global.u32 [%d1+8], %r3;
                    ret;
                }
                """.replace("SPACE", space);
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(12, "out");
            Kernel kernel = bench.device.kernel(ptx, "k");
            assertEquals(64, space.equals("shared") ? kernel.staticSharedBytes() : kernel.localBytes());
            bench.run(ptx, "k", Launch.of(1, 1), out);
            assertArrayEquals(new int[] {1, 2, 3}, bench.ints(out));
        }
    }
}
