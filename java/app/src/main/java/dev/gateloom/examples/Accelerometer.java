package dev.gateloom.examples;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A simulated accelerometer in somebody's pocket: nobody wore it. Gravity, and for each activity a periodic movement along the
 * body's axes with overtones, both turned by how the device happens to lie. Each person has a rhythm, a strength and a gait
 * of their own; noise is added, and a few readings are lost.
 *
 * @param values m/s², {@code [windows, STEPS, AXES]}; NaN where a reading was lost
 * @param activities ordinals of {@link Activity}, one for each window
 */
record Accelerometer(float[] values, float[] activities) {
    static final int STEPS = 80;
    static final int AXES = 3;
    private static final int RATE = 20;                 // Hz
    private static final int WINDOWS = 8;               // of each activity and person
    private static final double GRAVITY = 9.81;
    private static final double NOISE = 0.4;
    private static final double LOST = 0.05;

    /** What people do: movements a second, strength in m/s², and how strong the first and second overtone are. */
    enum Activity {
        STANDING(0.2, 0.4, 0.3, 0.5, 0.1, 0.1),
        WALKING(1.5, 2.2, 1.5, 3.5, 0.7, 0.3),
        CLIMBING(1.2, 1.9, 1.5, 3.5, 0.2, 0.6),
        RUNNING(2.3, 3.2, 4, 8, 0.6, 0.3),
        CYCLING(1.0, 1.8, 1, 3, 0.05, 0.02);

        private final double slowest;
        private final double fastest;
        private final double weakest;
        private final double strongest;
        private final double[] overtones;

        Activity(double slowest, double fastest, double weakest, double strongest, double... overtones) {
            this.slowest = slowest;
            this.fastest = fastest;
            this.weakest = weakest;
            this.strongest = strongest;
            this.overtones = overtones;
        }
    }

    /** Windows of some people, all activities equally often. */
    static Accelerometer of(int people, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = people * Activity.values().length * WINDOWS;
        Accelerometer data = new Accelerometer(new float[count * STEPS * AXES], new float[count]);
        for (int window = 0; window < count;) {
            for (Activity activity : Activity.values()) {
                double rhythm = random.nextDouble(activity.slowest, activity.fastest);
                double strength = random.nextDouble(activity.weakest, activity.strongest);
                double[] gait = random.doubles(AXES * 3L, 0, 2 * Math.PI).toArray();
                for (int i = 0; i < WINDOWS; i++) {
                    data.activities[window] = activity.ordinal();
                    data.measure(window++, activity, rhythm * random.nextDouble(0.95, 1.05),
                            strength * random.nextDouble(0.85, 1.15), gait, random);
                }
            }
        }
        return data;
    }

    private void measure(int window, Activity activity, double rhythm, double strength, double[] gait,
            SplittableRandom random) {
        double start = random.nextDouble();
        double yaw = random.nextDouble(2 * Math.PI);
        double pitch = random.nextDouble(-0.5, 0.5);
        double[] along = {0.3, 0.5, 1};                  // how much the body moves sideways, forwards and up
        for (int t = 0; t < STEPS; t++) {
            double[] body = new double[AXES];
            for (int axis = 0; axis < AXES; axis++) {
                double phase = 2 * Math.PI * (start + rhythm * t / RATE);
                body[axis] = Math.sin(phase + gait[axis]);
                for (int k = 0; k < activity.overtones.length; k++) {
                    body[axis] += activity.overtones[k] * Math.sin((k + 2) * phase + gait[AXES * (k + 1) + axis]);
                }
                body[axis] *= along[axis] * strength;
            }
            body[2] += GRAVITY;
            double[] device = turned(body, yaw, pitch);
            for (int axis = 0; axis < AXES; axis++) {
                double noise = NOISE * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2;
                values[(window * STEPS + t) * AXES + axis] = random.nextDouble() < LOST ? Float.NaN
                        : (float) (device[axis] + noise);
            }
        }
    }

    /** First around the axis that points up, then around the first. */
    private static double[] turned(double[] v, double yaw, double pitch) {
        double x = v[0] * Math.cos(yaw) - v[1] * Math.sin(yaw);
        double y = v[0] * Math.sin(yaw) + v[1] * Math.cos(yaw);
        return new double[] {x, y * Math.cos(pitch) - v[2] * Math.sin(pitch), y * Math.sin(pitch) + v[2] * Math.cos(pitch)};
    }

    /** The strength of the first window of each activity; lost readings leave gaps in time. */
    Svg plot() {
        LinePlot plot = new LinePlot("Simulated acceleration, four seconds of each activity", "seconds", "m/s²");
        double[] seconds = new double[STEPS];
        Arrays.setAll(seconds, t -> (double) t / RATE);
        for (Activity activity : Activity.values()) {
            int first = activity.ordinal() * WINDOWS * STEPS * AXES;
            double[] strength = new double[STEPS];
            Arrays.setAll(strength, t -> Math.sqrt(Math.pow(values[first + t * AXES], 2)
                    + Math.pow(values[first + t * AXES + 1], 2) + Math.pow(values[first + t * AXES + 2], 2)));
            plot.curve(activity.name().toLowerCase(Locale.ROOT), seconds, strength);
        }
        return plot.draw();
    }
}
