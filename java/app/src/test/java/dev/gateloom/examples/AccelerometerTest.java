package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AccelerometerTest {
    private final Accelerometer data = Accelerometer.of(5, 1);

    @Test
    void aboutOneReadingInTwentyIsLost() {
        int lost = 0;
        for (float value : data.values()) {
            lost += Float.isNaN(value) ? 1 : 0;
        }
        int all = data.values().length;
        assertEquals(data.activities().length * Accelerometer.STEPS * Accelerometer.AXES, all);
        assertEquals(0.05, (double) lost / all, 4 * Math.sqrt(0.05 * 0.95 / all));
    }

    @Test
    void whoStandsFeelsGravityWhoRunsFeelsMore() {
        double standing = meanDistanceFromGravity(Accelerometer.Activity.STANDING);
        double running = meanDistanceFromGravity(Accelerometer.Activity.RUNNING);
        assertTrue(standing < 1, "standing " + standing);
        assertTrue(running > 2, "running " + running);
    }

    private double meanDistanceFromGravity(Accelerometer.Activity activity) {
        double sum = 0;
        int count = 0;
        for (int row = 0; row < data.values().length / 3; row++) {
            double x = data.values()[3 * row];
            double y = data.values()[3 * row + 1];
            double z = data.values()[3 * row + 2];
            double strength = Math.sqrt(x * x + y * y + z * z);
            if (data.activities()[row / Accelerometer.STEPS] == activity.ordinal() && !Double.isNaN(strength)) {
                sum += Math.abs(strength - 9.81);
                count++;
            }
        }
        return sum / count;
    }
}
