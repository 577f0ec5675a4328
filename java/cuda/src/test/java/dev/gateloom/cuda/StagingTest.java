package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Operand;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transfers in pieces, above a stream that copies as late as it may. */
class StagingTest {
    private static final int COUNT = 1000;

    @Test
    void whatIsLargerThanTheStagingMemoryPassesInPieces() {
        for (int words : new int[] {1, 3, 64, 999, 1000, 5000}) {
            ModelDevice device = new ModelDevice();
            try (Workspace workspace = new Workspace(device)) {
                Stream stream = workspace.stream();
                Staging staging = new Staging(workspace, stream, words);
                long there = workspace.words(COUNT, "there");
                float[] values = values();
                staging.begin();
                staging.upload(values, COUNT, there);
                values[0] = -1;                 // taken already
                float[] back = new float[COUNT + 1];
                Operand operand = new Operand();
                operand.set(back);
                float[] sum = values();
                staging.download(there, operand, COUNT);
                staging.downloadSum(there, sum, COUNT);
                staging.flush();
                assertArrayEquals(values(), Arrays.copyOf(back, COUNT), words + " words");
                for (int i = 0; i < COUNT; i++) {
                    assertEquals(2 * values()[i], sum[i], words + " words");
                }
            }
            assertEquals(List.of(), device.live());
        }
    }

    @Test
    void integersKeepTheirBits() {
        ModelDevice device = new ModelDevice();
        try (Workspace workspace = new Workspace(device)) {
            Stream stream = workspace.stream();
            Staging staging = new Staging(workspace, stream, 2);
            long there = workspace.words(3, "there");
            float[] back = new float[3];
            Operand operand = new Operand();
            operand.set(back);
            int[] values = {0, 5, Integer.MAX_VALUE >> 9};
            int[] same = new int[4];
            staging.upload(values, 3, there);
            staging.download(there, operand, 3);
            staging.download(there, same, 3);
            staging.flush();
            assertArrayEquals(values, Arrays.copyOf(same, 3));
            assertEquals(5, Float.floatToRawIntBits(back[1]));
            assertEquals(Integer.MAX_VALUE >> 9, Float.floatToRawIntBits(back[2]));
        }
    }

    /** A call that failed leaves downloads on their way: the next call must not receive them. */
    @Test
    void aCallThatFailedIsForgotten() {
        try (Workspace workspace = new Workspace(new ModelDevice())) {
            Stream stream = workspace.stream();
            Staging staging = new Staging(workspace, stream, 100);
            long there = workspace.words(10, "there");
            Operand operand = new Operand();
            float[] back = new float[10];
            operand.set(back);
            staging.upload(values(), 10, there);
            staging.download(there, operand, 10);
            staging.begin();
            staging.flush();
            assertArrayEquals(new float[10], back);
        }
    }

    private static float[] values() {
        float[] values = new float[COUNT];
        IntStream.range(0, COUNT).forEach(i -> values[i] = i + 1);
        return values;
    }
}
