package dev.gateloom.profile;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.device.Device;
import java.util.Random;
import java.util.function.Function;

/** A workload on a device, ready to run. The numbers are random: only their sizes matter. */
final class Pass implements AutoCloseable {
    private static final int SEED = 1;

    private final boolean training;
    private final CudaEngine engine;
    private final CudaPlan plan;
    private final RnnWeights weights;
    private final RnnWeights gradients;
    private final float[] x;
    private final float[] y;
    private final float[] dy;
    private final float[] dx;

    Pass(Workload work, Device device, Function<Device, CudaEngine> makeEngine) {
        RnnConfig config = work.config();
        training = work.mode() == Mode.TRAINING;
        engine = makeEngine.apply(device);
        try {
            plan = engine.plan(config, Shape.of(work.steps(), work.batch()), work.mode());      // checks all sizes
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
        int rows = work.steps() * work.batch();
        int width = config.numDirections() * config.outputSize();
        weights = RnnWeights.init(config, Initializer.pytorch(SEED));
        gradients = training ? RnnWeights.zeros(config) : null;
        x = random(rows * work.inputSize());
        y = new float[rows * width];
        dy = training ? random(rows * width) : null;
        dx = training ? new float[x.length] : null;
    }

    /** Once, with weights that are new to the engine: as every update of a training leaves them. */
    void run() {
        weights.changed();
        plan.forward(weights, x, null, null, y, null);
        if (training) {
            plan.backward(weights, dy, null, dx, null, gradients);
        }
    }

    /** Of the products. */
    Precision precision() {
        return engine.precision();
    }

    /** How the steps run, a line for each pass. */
    String strategy() {
        return plan.strategy();
    }

    @Override
    public void close() {
        plan.close();
        weights.close();
        engine.close();
    }

    private static float[] random(int count) {
        Random random = new Random(SEED);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }
}
