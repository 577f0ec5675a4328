package dev.gateloom.cudnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cuda.libraries.Library;
import dev.gateloom.device.DeviceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * NVIDIA's own cuDNN on our descriptors: it accepts what our table says that it has, and refuses the rest. That needs no GPU. In a
 * JVM of its own, since this one has the cuDNN that other tests play.
 */
@EnabledIf(value = "isThere", disabledReason = "Runs with -Pcuda-libs, which fetches 2 GB.")
class RealCudnnTest {
    private static final String PACKED = "org/bytedeco/cuda/linux-x86_64/libcudnn.so.9";

    static boolean isThere() {
        return RealCudnnTest.class.getClassLoader().getResource(PACKED) != null;
    }

    @Test
    void itAcceptsWhatTheTableSaysAndNothingElse() throws Exception {
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Descriptors.class.getName()).redirectErrorStream(true).start();
        List<String> said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, java.waitFor(), said.toString());
        assertEquals(List.of(), said.stream().filter(line -> line.startsWith("DIFFERS")).toList());
        assertTrue(said.stream().anyMatch(line -> line.matches("asked about [1-9]\\d{2,} descriptions")), said.toString());
    }

    /** Asks about every combination. */
    static final class Descriptors {
        /** With tensor cores for every precision: what descriptions need no GPU for. */
        private static final int ANY_GPU = 90;
        private int asked;

        private Descriptors() {
        }

        public static void main(String[] arguments) {
            Library library = CudaLibraries.cudnn();
            System.out.println(library);
            Descriptors all = new Descriptors();
            for (RnnConfig config : configs()) {
                for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
                    for (Precision precision : Precision.values()) {
                        all.layers(config, algorithm, precision);
                    }
                }
            }
            for (Precision precision : Precision.values()) {
                RnnConfig config = RnnConfig.gru(7, 31).build();
                if (expected(config, CudnnAlgorithm.STANDARD, precision)) {
                    all.tensors(RnnSettings.of(config, 0, 1, CudnnAlgorithm.STANDARD, precision));
                }
            }
            all.shapes();
            System.out.println("asked about " + all.asked + " descriptions");
        }

        private static List<RnnConfig> configs() {
            List<RnnConfig> configs = new ArrayList<>();
            for (CellType cell : CellType.values()) {
                for (int layers : new int[] {1, 3}) {
                    for (boolean both : new boolean[] {false, true}) {
                        for (boolean bias : new boolean[] {false, true}) {
                            for (int size : new int[] {1, 33, 2048}) {
                                RnnConfig.Builder b = RnnConfig.of(cell, size, size).layers(layers).bidirectional(both).bias(bias);
                                configs.add(b.build());
                                if (cell == CellType.LSTM && size > 1) {
                                    configs.add(b.cellClip(0.5f).build());
                                    configs.add(b.projSize(size / 2).build());
                                }
                            }
                        }
                    }
                }
            }
            return configs;
        }

        private static boolean expected(RnnConfig config, CudnnAlgorithm algorithm, Precision precision) {
            return Support.gap(config, Shape.of(9, 3), Mode.TRAINING, algorithm, precision, JCudnn.cudnnGetVersion(), ANY_GPU).isEmpty();
        }

        @SuppressWarnings("try")                            // made only to see whether cuDNN accepts it
        private void layers(RnnConfig config, CudnnAlgorithm algorithm, Precision precision) {
            boolean expected = expected(config, algorithm, precision);
            RnnSettings settings = RnnSettings.of(config, 0, config.numLayers(), algorithm, precision);
            asked++;
            try (RnnDescriptor descriptor = new RnnDescriptor(settings, null)) {
                differs(!expected, "accepts " + settings);
            } catch (DeviceException e) {
                differs(expected, e.getMessage());
                differs(!e.codeName().startsWith("CUDNN_STATUS_"), "names its code " + e.codeName());
            }
        }

        /** Lengths in any order, none longer than there are steps. */
        private void tensors(RnnSettings settings) {
            asked++;
            try (SequenceDescriptor x = new SequenceDescriptor(); TensorDescriptor h = new TensorDescriptor()) {
                x.set(settings.dataType(), 9, 3, 7, new int[] {1, 9, 4});
                h.set(settings.dataType(), 1, 3, 31);
                differs(h.size() != 93, "counts " + h.size() + " values of 93");
                try {
                    x.set(settings.dataType(), 9, 3, 7, new int[] {1, 10, 4});
                    differs(true, "accepts a length of 10 of 9");
                } catch (DeviceException e) {
                    differs(!e.codeName().startsWith("CUDNN_STATUS_BAD_PARAM"), e.getMessage());
                }
            } catch (DeviceException e) {
                differs(true, e.getMessage());
            }
        }

        /** The largest shapes of the table and the next ones. */
        private void shapes() {
            RnnConfig config = RnnConfig.lstm(4, 4096).layers(4).bidirectional(true).build();
            for (Shape shape : List.of(Shape.of(65_535, 2), Shape.of(65_536, 2), Shape.of(1, 65_535), Shape.of(1, 65_536))) {
                asked++;
                boolean expected = Support.gap(config, shape, Mode.INFERENCE, CudnnAlgorithm.STANDARD, Precision.FP32,
                        JCudnn.cudnnGetVersion(), ANY_GPU).isEmpty();
                try (SequenceDescriptor x = new SequenceDescriptor(); TensorDescriptor h = new TensorDescriptor()) {
                    x.set(cudnnDataType.CUDNN_DATA_FLOAT, shape.maxSteps(), shape.maxBatch(), 4, new int[shape.maxBatch()]);
                    h.set(cudnnDataType.CUDNN_DATA_FLOAT, 8, shape.maxBatch(), 4096);
                    differs(!expected, "accepts " + shape);
                } catch (DeviceException e) {
                    differs(expected, e.getMessage());
                    differs(!e.codeName().startsWith("CUDNN_STATUS_NOT_SUPPORTED"), "names its code " + e.codeName());
                }
            }
        }

        private static void differs(boolean differs, String what) {
            if (differs) {
                System.out.println("DIFFERS: " + what);
            }
        }
    }
}
