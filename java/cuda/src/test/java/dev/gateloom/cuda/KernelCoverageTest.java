package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Device;
import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every kernel that ships has a model in Java that tests compare it with, or its program stands here with the test that runs it. */
class KernelCoverageTest {
    /** Programs without a model, and the test that runs their kernels and says what is right. */
    private static final Map<String, Class<?>> ELSEWHERE = Map.of(
            "elementwise", CudaOperationsTest.class,
            "embedding", CudaOperationsTest.class,
            "softmax", CudaOperationsTest.class,
            "windows", CudaOperationsTest.class,
            "lstm_sequence_bf16", TensorSequenceTest.class,
            "lstm_sequence_fp16", TensorSequenceTest.class,
            "gru_sequence_bf16", TensorSequenceTest.class,
            "gru_sequence_fp16", TensorSequenceTest.class,
            "rnn_sequence_bf16", TensorSequenceTest.class,
            "rnn_sequence_fp16", TensorSequenceTest.class);

    @Test
    void everyKernelIsComparedWithSomething() {
        Map<String, Set<String>> without = new TreeMap<>();
        try (Device models = new ModelDevice()) {
            for (KernelReport kernel : Kernels.report()) {
                if (!hasModel(models, kernel)) {
                    without.computeIfAbsent(kernel.program(), program -> new TreeSet<>()).add(kernel.kernel());
                }
            }
        }
        assertEquals(new TreeSet<>(ELSEWHERE.keySet()), without.keySet(), () -> "give each kernel a model: without one are " + without);
    }

    private static boolean hasModel(Device models, KernelReport kernel) {
        try {
            models.kernel(Kernels.program(kernel.program()), kernel.kernel());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
