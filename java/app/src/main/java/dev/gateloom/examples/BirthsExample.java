package dev.gateloom.examples;

import dev.gateloom.examples.SevenDays.Way;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many children will be born in the United States on each of the next seven days, from the past four weeks, in three
 * ways. Trained on all years but the last two, which are scored. Fewer are born at weekends and on holidays, and ever more
 * as the years go on; so what is learnt is the change since the same weekday a week before.
 */
final class BirthsExample implements Example {
    private static final String RESOURCE = "us-births-1969-1988.csv";
    private static final String HEADER = "year,month,date_of_month,day_of_week,births";
    private static final int HISTORY = 28;
    private static final int SCORED_YEARS = 2;

    private record Births(List<LocalDate> dates, float[] counts) {
    }

    @Override
    public String name() {
        return "births";
    }

    @Override
    public String summary() {
        return "the next seven days of births in the United States, forecast in three ways";
    }

    @Override
    public int epochs() {
        return 8;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        Births births = context.read(RESOURCE, BirthsExample::parse);
        int days = births.counts.length;
        int scored = births.dates.get(days - 1).getYear() - SCORED_YEARS + 1;
        int begin = births.dates.indexOf(LocalDate.of(scored, 1, 1));
        float[] usual = new float[days + SevenDays.DAYS];
        for (int day = 0; day < usual.length; day++) {
            usual[day] = births.counts[day < SevenDays.DAYS ? day : day - SevenDays.DAYS];
        }
        float[] change = new float[days];
        for (int day = 0; day < days; day++) {
            change[day] = births.counts[day] - usual[day];
        }
        SevenDays task = new SevenDays(births.dates, births.counts, usual, HISTORY, begin, days);
        Result result = Result.lowerIsBetter("RMSE of seven days, births a day");
        for (Way way : Way.values()) {
            double[][] forecasts = task.forecast(context, way.toString(), way, change, 1);
            result.model(way.toString(), task.rmse(forecasts));
            if (way == Way.DIRECT) {
                context.save(task.plot("Births a day, forecast directly", "births", forecasts, 70), "forecast");
            }
        }
        return task.baselines(result);
    }

    private static Births parse(InputStream in) {
        List<String> lines = Context.lines(in);
        Lines.check(!lines.isEmpty() && lines.get(0).equals(HEADER), 1, "the header " + HEADER, lines.isEmpty() ? "nothing"
                : lines.get(0));
        Births births = new Births(new ArrayList<>(), new float[lines.size() - 1]);
        for (int n = 1; n < lines.size(); n++) {
            String[] fields = lines.get(n).split(",", -1);
            Lines.check(fields.length == 5, n + 1, "5 fields", lines.get(n));
            LocalDate date = Lines.date(fields[0] + "-" + fields[1] + "-" + fields[2], n + 1);
            Lines.check(n == 1 || date.equals(births.dates.get(n - 2).plusDays(1)), n + 1, "the day after the one before", date);
            births.dates.add(date);
            births.counts[n - 1] = Lines.number(fields[4], n + 1);
        }
        LocalDate first = births.dates.isEmpty() ? null : births.dates.get(0);
        LocalDate last = births.dates.isEmpty() ? null : births.dates.get(births.dates.size() - 1);
        Lines.check(first != null && !first.plusYears(SCORED_YEARS + 2).isAfter(last), lines.size(),
                "four years of days", births.dates.size() + " days");
        return births;
    }
}
