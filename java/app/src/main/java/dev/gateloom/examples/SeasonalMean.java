package dev.gateloom.examples;

import java.time.LocalDate;
import java.time.MonthDay;
import java.util.List;

/**
 * Mean for each day of the year over some years, smoothed: the mean of all days of those years that lie at most
 * {@code halfWidth} days from that day, around the turn of the year. 0 does not smooth.
 */
final class SeasonalMean {
    private static final int SLOTS = 366;                   // 29 February has a place of its own
    private static final int LEAP_YEAR = 2012;
    private static final int[] HALF_WIDTHS = {0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50};

    private final int halfWidth;
    private final double[] mean = new double[SLOTS];

    private SeasonalMean(int halfWidth) {
        this.halfWidth = halfWidth;
    }

    /** Fits to the days {@code [begin, end)}, without those of one year (0: all years). */
    private static SeasonalMean fit(List<LocalDate> dates, float[] values, int begin, int end, int halfWidth,
            int withoutYear) {
        double[] sum = new double[SLOTS];
        int[] count = new int[SLOTS];
        for (int day = begin; day < end; day++) {
            if (dates.get(day).getYear() == withoutYear) {
                continue;
            }
            int slot = slot(dates.get(day));
            for (int near = -halfWidth; near <= halfWidth; near++) {
                int s = Math.floorMod(slot + near, SLOTS);
                sum[s] += values[day];
                count[s]++;
            }
        }
        SeasonalMean fitted = new SeasonalMean(halfWidth);
        for (int s = 0; s < SLOTS; s++) {
            // Without smoothing a year that is not a leap year leaves 29 February empty: take the day before.
            fitted.mean[s] = count[s] > 0 ? sum[s] / count[s] : fitted.mean[Math.max(s - 1, 0)];
        }
        return fitted;
    }

    /** Fits to the days {@code [begin, end)} with a given smoothing. */
    static SeasonalMean fit(List<LocalDate> dates, float[] values, int begin, int end, int halfWidth) {
        return fit(dates, values, begin, end, halfWidth, 0);
    }

    /**
     * Fits to the days {@code [begin, end)} with the smoothing that forecasts each of their years best from the others:
     * the strongest form that can be had without looking at later years.
     */
    static SeasonalMean fitBest(List<LocalDate> dates, float[] values, int begin, int end) {
        int firstYear = dates.get(begin).getYear();
        int lastYear = dates.get(end - 1).getYear();
        if (firstYear == lastYear) {
            throw new IllegalArgumentException("dates: expected at least two years to choose the smoothing, got only "
                    + firstYear);
        }
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int halfWidth : HALF_WIDTHS) {
            double squares = 0;
            for (int year = firstYear; year <= lastYear; year++) {
                SeasonalMean others = fit(dates, values, begin, end, halfWidth, year);
                for (int day = begin; day < end; day++) {
                    if (dates.get(day).getYear() == year) {
                        double error = values[day] - others.at(dates.get(day));
                        squares += error * error;
                    }
                }
            }
            if (squares < least) {
                least = squares;
                best = halfWidth;
            }
        }
        return fit(dates, values, begin, end, best);
    }

    int halfWidth() {
        return halfWidth;
    }

    double at(LocalDate date) {
        return mean[slot(date)];
    }

    private static int slot(LocalDate date) {
        return MonthDay.from(date).atYear(LEAP_YEAR).getDayOfYear() - 1;
    }
}
