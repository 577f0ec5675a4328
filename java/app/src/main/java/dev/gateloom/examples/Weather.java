package dev.gateloom.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Daily weather without a gap, one entry per day in each list. Source and licence: the project's NOTICE.
 *
 * @param dates the days, in order
 * @param tempMax highest temperature in °C
 * @param tempMin lowest temperature in °C
 * @param precipitation in mm
 * @param wind mean speed in m/s
 * @param sun 1 on days that were mostly sunny, else 0
 */
record Weather(List<LocalDate> dates, float[] tempMax, float[] tempMin, float[] precipitation, float[] wind, float[] sun) {
    static final String RESOURCE = "weather.csv";
    private static final String HEADER = "location,date,precipitation,temp_max,temp_min,wind,weather";

    /** Seattle, 2012 to 2015. */
    static Weather seattle() {
        try (InputStream in = Weather.class.getResourceAsStream(RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return parse(lines.lines().toList(), "Seattle");
        } catch (IOException e) {
            throw new UncheckedIOException("reading the resource " + RESOURCE, e);
        }
    }

    static Weather parse(List<String> lines, String location) {
        Lines.check(!lines.isEmpty() && lines.get(0).equals(HEADER), 1, "the header " + HEADER,
                lines.isEmpty() ? "nothing" : lines.get(0));
        int days = (int) lines.stream().filter(line -> line.startsWith(location + ",")).count();
        Weather weather = new Weather(new ArrayList<>(days), new float[days], new float[days], new float[days],
                new float[days], new float[days]);
        for (int n = 1; n < lines.size(); n++) {
            String[] fields = lines.get(n).split(",", -1);
            Lines.check(fields.length == 7, n + 1, "7 fields", lines.get(n));
            if (fields[0].equals(location)) {
                weather.add(fields, n + 1);
            }
        }
        return weather;
    }

    private void add(String[] fields, int line) {
        int day = dates.size();
        LocalDate date = Lines.date(fields[1], line);
        Lines.check(day == 0 || date.equals(dates.get(day - 1).plusDays(1)), line, "the day after the one before", date);
        dates.add(date);
        precipitation[day] = Lines.number(fields[2], line);
        Lines.check(precipitation[day] >= 0, line, "precipitation of at least 0", fields[2]);
        tempMax[day] = Lines.number(fields[3], line);
        tempMin[day] = Lines.number(fields[4], line);
        wind[day] = Lines.number(fields[5], line);
        sun[day] = fields[6].equals("sun") ? 1 : 0;
    }

    /** Index of the first day of a year; the number of days if the data end before it. */
    int firstDayOf(int year) {
        int day = 0;
        while (day < dates.size() && dates.get(day).getYear() < year) {
            day++;
        }
        return day;
    }
}
