package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Device;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntrantTest {
    private static RnnEngine none() {
        throw new AssertionError("nobody runs");
    }

    @Test
    void onlyALibraryRunsFp16InPlaceOfBf16() {
        Entrant library = new Entrant("cudnn STANDARD", EnumSet.of(Precision.FP32, Precision.FP16), (device, precision) -> none());
        assertEquals(List.of(Precision.FP16), library.precisions(Precision.BF16));
        assertEquals(List.of(Precision.FP32), library.precisions(Precision.FP32));
        assertEquals(List.of(), library.precisions(Precision.TF32));
        Entrant newer = new Entrant("cudnn", Entrant.all(), (device, precision) -> none());
        assertEquals(List.of(Precision.BF16, Precision.FP16), newer.precisions(Precision.BF16), "fp16 if the device refuses bf16");
        assertEquals(List.of(Precision.BF16), Entrants.fused().get(0).precisions(Precision.BF16));
    }

    @Test
    void everyAlgorithmOfALibraryTakesPart() {
        Algorithms two = new Algorithms() {
            @Override
            public String engine() {
                return "cudnn";
            }

            @Override
            public List<String> names() {
                return List.of("STANDARD", "PERSIST_STATIC");
            }

            @Override
            public boolean mayRefuse(String name) {
                return name.startsWith("PERSIST");
            }

            @Override
            public Set<Precision> precisions() {
                return Entrant.all();
            }

            @Override
            public Optional<String> obstacle() {
                return Optional.empty();
            }

            @Override
            public RnnEngine open(Device device, String algorithm, Precision precision) {
                throw new UnsupportedOperationException(algorithm);
            }
        };
        List<Entrant> entrants = Entrants.library(two);
        assertEquals(List.of("cudnn STANDARD", "cudnn PERSIST_STATIC"), entrants.stream().map(Entrant::name).toList());
        assertEquals(List.of("cudnn", "cudnn"), entrants.stream().map(Entrant::family).toList());
        assertEquals(List.of(false, true), entrants.stream().map(Entrant::mayRefuse).toList());
        assertEquals(List.of("STANDARD"), new CudnnAlgorithms().names().stream().filter(n -> !new CudnnAlgorithms().mayRefuse(n)).toList());
        assertEquals("STANDARD", assertThrows(UnsupportedOperationException.class,
                () -> entrants.get(0).maker().engine(null, Precision.FP32)).getMessage());
    }
}
