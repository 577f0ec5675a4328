package dev.gateloom.kernels;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What kernels may need. A change that costs more registers must raise its line here, and so be seen. */
@Tag("nvrtc")
class ResourceBudgetTest {
    /**
     * Kernel to registers of a thread, on every architecture. With 32 (40) threads fill all (three quarters) of the warps of sm_80 and sm_90.
     * Products on tensor cores keep 64 sums in registers; more than 128 only where shared memory has room for a single block anyway (sm_75), and
     * in tf32 on sm_120. Sequence kernels have a multiprocessor for each block of 256 threads, and up to 255 registers of each: those in 16 bits keep
     * up to 128 of them for weights.
     */
    private static final Map<String, Integer> REGISTERS = new TreeMap<>(Map.ofEntries(
            Map.entry("sgemm_nt", 80),
            Map.entry("sgemm_nn", 80),
            Map.entry("sgemm_tn", 80),
            Map.entry("sgemm_nt_thin", 80),
            Map.entry("sgemm_nn_thin", 80),
            Map.entry("sgemm_tn_thin", 80),
            Map.entry("sum_slices", 48),
            Map.entry("gemm_nt_tf32", 136),
            Map.entry("gemm_nn_tf32", 152),
            Map.entry("gemm_tn_tf32", 160),
            Map.entry("gemm_nt_thin_tf32", 128),
            Map.entry("gemm_nn_thin_tf32", 128),
            Map.entry("gemm_tn_thin_tf32", 128),
            Map.entry("gemm_nt_bf16", 128),
            Map.entry("gemm_nn_bf16", 128),
            Map.entry("gemm_tn_bf16", 128),
            Map.entry("gemm_nt_thin_bf16", 128),
            Map.entry("gemm_nn_thin_bf16", 128),
            Map.entry("gemm_tn_thin_bf16", 128),
            Map.entry("gemm_nt_fp16", 128),
            Map.entry("gemm_nn_fp16", 136),
            Map.entry("gemm_tn_fp16", 128),
            Map.entry("gemm_nt_thin_fp16", 128),
            Map.entry("gemm_nn_thin_fp16", 128),
            Map.entry("gemm_tn_thin_fp16", 128),
            Map.entry("round_rows_bf16", 32),
            Map.entry("round_rows_fp16", 32),
            Map.entry("largest_magnitude", 32),
            Map.entry("product_scalars", 32),
            Map.entry("lstm_forward", 40),
            Map.entry("lstm_backward", 32),
            Map.entry("gru_forward", 32),
            Map.entry("gru_backward", 32),
            Map.entry("rnn_forward", 32),
            Map.entry("rnn_backward", 32),
            Map.entry("lstm_sequence_forward_1", 200),
            Map.entry("lstm_sequence_forward_4", 168),
            Map.entry("lstm_sequence_forward_8", 192),
            Map.entry("lstm_sequence_backward_1", 208),
            Map.entry("lstm_sequence_backward_4", 184),
            Map.entry("lstm_sequence_backward_8", 200),
            Map.entry("gru_sequence_forward_1", 192),
            Map.entry("gru_sequence_forward_4", 168),
            Map.entry("gru_sequence_forward_8", 184),
            Map.entry("gru_sequence_backward_1", 208),
            Map.entry("gru_sequence_backward_4", 184),
            Map.entry("rnn_sequence_forward_1", 152),
            Map.entry("rnn_sequence_forward_4", 128),
            Map.entry("rnn_sequence_forward_8", 168),
            Map.entry("rnn_sequence_backward_1", 152),
            Map.entry("rnn_sequence_backward_4", 128),
            Map.entry("rnn_sequence_backward_8", 160),
            Map.entry("rnn_sequence_forward_bf16", 224),
            Map.entry("rnn_sequence_forward_fp16", 224),
            Map.entry("rnn_sequence_backward_bf16", 216),
            Map.entry("rnn_sequence_backward_fp16", 216),
            Map.entry("set_call_block", 64),
            Map.entry("load_tensor", 16),
            Map.entry("store_tensor", 16),
            Map.entry("gru_sequence_backward_8", 200),
            Map.entry("lstm_sequence_forward_bf16", 248),
            Map.entry("lstm_sequence_forward_fp16", 248),
            Map.entry("lstm_sequence_forward_cluster_bf16", 248),
            Map.entry("lstm_sequence_forward_cluster_fp16", 248),
            Map.entry("lstm_sequence_backward_bf16", 248),
            Map.entry("lstm_sequence_backward_fp16", 248),
            Map.entry("lstm_sequence_backward_sums_bf16", 255),
            Map.entry("lstm_sequence_backward_sums_fp16", 255),
            Map.entry("lstm_sequence_backward_cluster_bf16", 248),
            Map.entry("lstm_sequence_backward_cluster_fp16", 248),
            Map.entry("gru_sequence_forward_bf16", 255),
            Map.entry("gru_sequence_forward_fp16", 255),
            Map.entry("gru_sequence_forward_cluster_bf16", 255),
            Map.entry("gru_sequence_forward_cluster_fp16", 255),
            Map.entry("gru_sequence_backward_bf16", 248),
            Map.entry("gru_sequence_backward_fp16", 248),
            Map.entry("gru_sequence_backward_sums_bf16", 255),
            Map.entry("gru_sequence_backward_sums_fp16", 255),
            Map.entry("gru_sequence_backward_cluster_bf16", 240),
            Map.entry("gru_sequence_backward_cluster_fp16", 240),
            Map.entry("lstm_sequence_forward_cluster_1", 216),
            Map.entry("lstm_sequence_forward_cluster_4", 216),
            Map.entry("lstm_sequence_forward_cluster_8", 216),
            Map.entry("lstm_sequence_backward_cluster_1", 216),
            Map.entry("lstm_sequence_backward_cluster_4", 216),
            Map.entry("lstm_sequence_backward_cluster_8", 216),
            Map.entry("gru_sequence_forward_cluster_1", 216),
            Map.entry("gru_sequence_forward_cluster_4", 216),
            Map.entry("gru_sequence_forward_cluster_8", 216),
            Map.entry("gru_sequence_backward_cluster_1", 216),
            Map.entry("gru_sequence_backward_cluster_4", 216),
            Map.entry("gru_sequence_backward_cluster_8", 216),
            Map.entry("load_rows", 32),
            Map.entry("store_rows", 32),
            Map.entry("narrow_fp16", 16),
            Map.entry("narrow_bf16", 16),
            Map.entry("widen_fp16", 16),
            Map.entry("widen_bf16", 16),
            Map.entry("multiply", 16),
            Map.entry("add", 16),
            Map.entry("column_sums", 32),
            Map.entry("column_products", 40),
            Map.entry("bias_activation", 16),
            Map.entry("activation_gradient", 16),
            Map.entry("drop", 24),
            Map.entry("add_scaled", 16),
            Map.entry("embedding", 24),
            Map.entry("embedding_gradient", 24),
            Map.entry("softmax", 48),
            Map.entry("softmax_gradient", 48),
            Map.entry("softmax_cross_entropy", 48),
            Map.entry("im2col", 32),
            Map.entry("col2im", 32),
            Map.entry("max_pool", 32),
            Map.entry("max_pool_gradient", 32),
            Map.entry("average_pool", 32),
            Map.entry("average_pool_gradient", 40),
            Map.entry("zoneout_forward", 32),
            Map.entry("zoneout_backward", 32),
            Map.entry("masked_rows", 32),
            Map.entry("masked_sums", 56),
            Map.entry("layer_norm_forward", 48),
            Map.entry("layer_norm_backward", 64),
            Map.entry("lstm_general_gates", 40),
            Map.entry("lstm_general_output", 32),
            Map.entry("lstm_general_output_backward", 40),
            Map.entry("lstm_general_gates_backward", 40),
            Map.entry("gru_general_forward", 32),
            Map.entry("gru_general_backward", 40),
            Map.entry("gru_reset_forward", 32),
            Map.entry("gru_candidate_forward", 32),
            Map.entry("gru_candidate_backward", 32),
            Map.entry("gru_reset_backward", 32),
            Map.entry("rnn_general_forward", 32),
            Map.entry("rnn_general_backward", 32)));
    private static final int MAX_INSTANCES = 150;
    private static final double MAX_SECONDS = 180;
    private static final int PROCESSORS = 2;

    @Test
    void everyKernelHasABudgetAndKeepsIt() {
        assertEquals(REGISTERS.keySet(), Kernels.report().stream().map(KernelReport::kernel).collect(Collectors.toCollection(TreeSet::new)));
        assertAll(Kernels.report().stream().map(k -> () -> assertTrue(k.registers() <= REGISTERS.get(k.kernel()),
                () -> "budget " + REGISTERS.get(k.kernel()) + " registers: " + k)));
    }

    @Test
    void nothingSpills() {
        assertAll(Kernels.report().stream().map(k -> () -> assertEquals(0, k.spillStoreBytes() + k.spillLoadBytes(), k::toString)));
    }

    @Test
    void nothingNeedsAStack() {
        assertAll(Kernels.report().stream().map(k -> () -> assertEquals(0, k.stackBytes(), k::toString)));
    }

    @Test
    void everyKernelIsReportedForEveryArchitecture() {
        Map<String, TreeSet<Integer>> reported = Kernels.report().stream().collect(Collectors.groupingBy(KernelReport::kernel,
                Collectors.mapping(KernelReport::architecture, Collectors.toCollection(TreeSet::new))));
        TreeSet<Integer> all = Architecture.all().stream().map(Architecture::number).collect(Collectors.toCollection(TreeSet::new));
        assertAll(reported.entrySet().stream().map(k -> () -> assertEquals(all, k.getValue(), k.getKey())));
        assertTrue(!reported.isEmpty() && reported.size() <= MAX_INSTANCES, () -> reported.size() + " kernels");
    }

    @Test
    void everyKernelFitsWhereItRuns() {
        assertAll(Kernels.report().stream().map(k -> () -> {
            assertTrue(k.blocksPerMultiprocessor() >= 1, k::toString);
            Architecture architecture = Architecture.of(k.architecture());
            assertEquals(architecture.occupancy(k.threads(), k.registers(), k.sharedBytes()), k.occupancy(), 5e-5, k::toString);
        }));
    }

    // Of each file when it was last compiled: a build of unchanged files takes no time.
    @Test
    void aCleanBuildIsQuick() throws IOException {
        double seconds = 0;
        for (String name : Kernels.names()) {
            seconds += Double.parseDouble(Files.readString(Path.of(System.getProperty("gateloom.kernels.work"), name, "seconds")));
        }
        double both = seconds / PROCESSORS;
        assertTrue(both > 0 && both <= MAX_SECONDS, () -> "compiling all files takes " + both + " s on " + PROCESSORS + " processors");
    }
}
