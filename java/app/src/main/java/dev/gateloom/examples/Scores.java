package dev.gateloom.examples;

/** Root mean square errors of a forecast for several days ahead. */
final class Scores {

    private Scores() {
    }

    /** What a method says on the eve of day {@code origin} for the day {@code origin + ahead}. */
    @FunctionalInterface
    interface Method {
        double forecast(int origin, int ahead);
    }

    /** Over all origins in {@code [begin, end)} whose targets lie there too; last element: over all horizons. */
    static double[] rmse(Method method, float[] actual, int begin, int end, int horizon) {
        double[] squares = new double[horizon + 1];
        int windows = end - begin - horizon + 1;
        for (int origin = begin; origin < begin + windows; origin++) {
            for (int ahead = 0; ahead < horizon; ahead++) {
                double error = method.forecast(origin, ahead) - actual[origin + ahead];
                squares[ahead] += error * error;
                squares[horizon] += error * error / horizon;
            }
        }
        for (int k = 0; k <= horizon; k++) {
            squares[k] = Math.sqrt(squares[k] / windows);
        }
        return squares;
    }
}
