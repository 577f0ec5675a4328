package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Tensor SCORES = Tensor.of(new float[] {3, 2, 1, 0, 5, 4, 1, 1, 0, 9, 0, 0}, 4, 3);

    private static double of(Metric metric, Tensor y, float... target) {
        metric.reset();
        for (int half = 0; half < 2; half++) {                      // in two batches
            int count = y.batch() / 2;
            int width = y.features();
            float[] part = Arrays.copyOfRange(y.values(), half * count * width, (half + 1) * count * width);
            int each = target.length / y.batch();
            metric.add(Tensor.of(part, count, width), Tensor.of(Arrays.copyOfRange(target, half * count * each,
                    (half + 1) * count * each), count, each));
        }
        return metric.result();
    }

    @Test
    void classes() {
        assertEquals(0.5, of(Metrics.accuracy(), SCORES, 0, 2, 1, 0));
        assertEquals(1, of(Metrics.topK(2), SCORES, 0, 2, 1, 0));
        assertEquals(2.0 / 3, of(Metrics.accuracy(), SCORES, 0, CrossEntropy.IGNORE, 1, 0));
        assertEquals(Double.NaN, of(Metrics.accuracy(), SCORES, -100, -100, -100, -100));
    }

    /** After the end of a sequence nothing counts for the loss, so nothing does for a metric of its trainer. */
    @Test
    void whatFollowsTheEndDoesNotCount() {
        Tensor y = Tensor.of(SCORES.values(), 1, 4, 3);                     // answers 0, 1, 0, 0
        Tensor target = Tensor.of(new float[] {0, 2, 0, 0}, 1, 4);
        for (Metric metric : List.of(Metrics.accuracy(), Metrics.f1())) {
            metric.add(y, target);
            assertEquals(metric.name().equals("f1") ? (6.0 / 6 + 0 + 0) / 3 : 0.75, metric.result(), metric.name());
            metric.follow(new CrossEntropy().until(2));
            metric.reset();
            metric.add(y, target);
            assertEquals(metric.name().equals("f1") ? 1.0 / 3 : 0.5, metric.result(), metric.name());
        }
    }

    @Test
    void refusesTargetsThatAreNoClassesOfTheAnswers() {
        for (Metric metric : List.of(Metrics.accuracy(), Metrics.topK(2), Metrics.f1())) {
            refused(metric, "target[1]: expected a class from 0 to 2, or -100, got 3.0", SCORES, 0, 3, 1, 0);
            refused(metric, "target[0]: expected a class from 0 to 2, or -100, got 0.5", SCORES, 0.5f, 0, 1, 0);
            refused(metric, "target[0]: expected a class from 0 to 2, or -100, got -1.0", SCORES, -1, 0, 1, 0);
            refused(metric, "target: expected a class for each of the 4 rows of the model's output [4, 3], got [3]", SCORES, 0, 1, 2);
        }
        Tensor one = Tensor.of(new float[] {0.2f, 0.8f}, 2, 1);
        for (Metric metric : List.of(Metrics.binaryAccuracy(0.5), Metrics.binaryF1(0.5))) {
            refused(metric, "target[1]: expected a class from 0 to 1, or -100, got 2.0", one, 1, 2);
            refused(metric, "y: expected one value in each row, got [4, 3]", SCORES, 0, 1, 1, 0);
        }
        refused(Metrics.mae(), "target of MeanAbsoluteError: expected as many values as the model's output [2, 1], got [3]", one, 0, 1, 1);
    }

    private static void refused(Metric metric, String message, Tensor y, float... target) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> metric.add(y, Tensor.of(target, target.length))).getMessage());
    }

    /** Answers 0, 1, 0, 0 for 0, 1, 1, 0: F1 is 0.8 for class 0 and 2/3 for class 1; class 2 does not occur. */
    @Test
    void f1() {
        assertEquals((0.8 + 2.0 / 3) / 2, of(Metrics.f1(), SCORES, 0, 1, 1, 0), 1e-12);
    }

    /** Answers 0, 1, 1, 1 for 0, 0, 1, and one that does not count: one hit of two answers, no other 1. */
    @Test
    void binaryF1IsThatOfClassOne() {
        Tensor y = Tensor.of(new float[] {0.2f, 0.8f, 0.9f, 0.7f}, 4, 1);
        assertEquals(2.0 / (2 + 1), of(Metrics.binaryF1(0.5), y, 0, 0, 1, CrossEntropy.IGNORE), 1e-12);
        assertEquals(2.0 / (2 + 1), of(Metrics.binaryF1(0.85), y, 0, 0, 1, 1), 1e-12);
        assertEquals(0, of(Metrics.binaryF1(0.5), y, 1, 0, 0, 0));
        assertEquals(Double.NaN, of(Metrics.binaryF1(1), y, 0, 0, 0, 0));
        Tensor nan = Tensor.of(new float[] {1, Float.NaN, Float.NaN, 1}, 4, 1);
        assertEquals(2.0 / (2 + 1 + 1), of(Metrics.binaryF1(0.5), nan, 1, 1, 0, 0), 1e-12);
    }

    /** Class 1 answers all rows but the third, where nothing does: F1 is 0 for class 0 and 4/5 for class 1. */
    @Test
    void notANumberIsNeverRight() {
        float nan = Float.NaN;
        Tensor y = Tensor.of(new float[] {nan, 1, 0, 1, nan, nan, nan, 2}, 4, 2);
        assertEquals(0.5, of(Metrics.accuracy(), y, 0, 1, 0, 1));
        assertEquals(0.5, of(Metrics.topK(2), y, 0, 1, 0, 1));
        assertEquals((0 + 2.0 * 2 / (3 + 2)) / 2, of(Metrics.f1(), y, 0, 1, 0, 1), 1e-12);
        assertEquals(0.25, of(Metrics.binaryAccuracy(0.5), Tensor.of(new float[] {nan, nan, 1, 0}, 4, 1), 0, 1, 1, 1));
    }

    @Test
    void numbers() {
        Tensor y = Tensor.of(new float[] {1, 2, 3, 4}, 4, 1);
        assertEquals(1.5, of(Metrics.mae(), y, 1, 1, 1, 1));
        assertEquals(Math.sqrt((0 + 1 + 4 + 9) / 4.0), of(Metrics.rmse(), y, 1, 1, 1, 1), 1e-12);
        assertEquals(0.75, of(Metrics.binaryAccuracy(1.5), y, 0, 1, 0, 1));
        assertEquals(3, of(Metrics.perplexity(new CrossEntropy()), new Tensor(4, 3), 0, 1, 2, 0), 1e-12);
    }
}
