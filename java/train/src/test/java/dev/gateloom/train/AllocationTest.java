package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Conv1D;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.LayerNorm;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.TimeDistributed;
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
        // The scalar engine: vectors are objects until the compiler has removed them, at a time that nobody can tell.
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1));
                Model model = Model.sequential(Setup.of(engine, 1), Node.input(5, 2),
                        new Conv1D(4, 2).activation(Activation.RELU), new TimeDistributed(new Dense(4, Activation.TANH)),
                        new LayerNorm(), new Dropout(0.1f),
                        new Lstm(8).options(o -> o.layers(2).dropout(0.2f)).dropout(0.1f), new Dense(2))) {
            List<Trainable> parameters = model.parameters();
            Adam adam = new Adam(parameters, 1e-3);
            Loss loss = new MeanSquaredError();
            Batch batch = new Batch(1);
            Tensor y = new Tensor();
            Tensor dy = new Tensor();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long deadline = System.nanoTime() + 60_000_000_000L;
            long allocated;
            do {                        // the JVM itself allocates a few times, when it compiles or links
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 200; step++) {
                    data.gather(samples, 0, step % 2 == 0 ? 8 : 3, batch);
                    model.clearGradients();
                    model.forward(batch.input(0), y, true);
                    loss.compute(y, batch.target(), dy);
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
