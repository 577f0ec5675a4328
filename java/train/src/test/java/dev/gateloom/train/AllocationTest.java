package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Recurrent;
import dev.gateloom.nn.Sequential;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A training step allocates nothing once every shape was seen. */
class AllocationTest {

    @Test
    void aTrainingStepAllocatesNothing() {
        float[] rows = new float[2 * 60];
        float[] series = new float[60];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) Math.sin(i);
            series[i / 2] = rows[i];
        }
        Windows data = new Windows(rows, series, 5, 2, 5, 60);
        int[] samples = {0, 1, 2, 3, 4, 5, 6, 7};
        RnnConfig config = RnnConfig.lstm(2, 8).layers(2).dropout(0.2f).returnSequences(false).build();
        // The scalar engine: vectors are objects until the compiler has removed them, at a time that nobody can tell.
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1));
                Sequential model = new Sequential(
                        new Recurrent(engine, config, Shape.of(5, 8), Initializer.pytorch(1)), new Dense(8, 2, 1))) {
            List<Trainable> parameters = model.parameters();
            Adam adam = new Adam(parameters, 1e-3);
            Loss loss = new MeanSquaredError();
            Tensor x = new Tensor();
            Tensor target = new Tensor();
            Tensor y = new Tensor();
            Tensor dy = new Tensor();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long deadline = System.nanoTime() + 60_000_000_000L;
            long allocated;
            do {                        // the JVM itself allocates a few times, when it compiles or links
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 200; step++) {
                    data.gather(samples, 0, step % 2 == 0 ? 8 : 3, x, target);
                    model.forward(x, y, true);
                    loss.compute(y, target, dy);
                    model.backward(dy, null);
                    GradientClip.byGlobalNorm(parameters, 1);
                    adam.step(1);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            } while (allocated > 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated, "bytes in 200 steps after a minute of warm-up");
        }
    }
}
