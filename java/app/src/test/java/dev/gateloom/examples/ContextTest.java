package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ContextTest {
    @TempDir
    Path folder;

    private Context context(Path data) {
        return new Context(null, 1, 1, data, folder, training -> null, new PrintWriter(new StringWriter()));
    }

    @Test
    void readsTheFileOrElseTheResource() throws IOException {
        assertEquals("location,date,precipitation,temp_max,temp_min,wind,weather",
                context(null).read("weather.csv", Context::lines).get(0));
        Path plain = Files.writeString(folder.resolve("a.txt"), "één\ntwee\n");
        assertEquals(List.of("één", "twee"), context(plain).read("weather.csv", Context::lines));
        Path packed = folder.resolve("a.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("drie".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(List.of("drie"), context(packed).read("weather.csv", Context::lines));
    }

    @Test
    void saysWhichFileIsWrong() throws IOException {
        Path missing = folder.resolve("missing");
        assertEquals(missing + ": no such file", assertThrows(IOException.class,
                () -> context(missing).read("weather.csv", Context::lines)).getMessage());
        assertEquals(folder + ": expected a file, got a folder", assertThrows(IOException.class,
                () -> context(folder).read("weather.csv", Context::lines)).getMessage());
        Path file = Files.writeString(folder.resolve("a.csv"), "x");
        assertEquals(file + ": NoSuchFileException: " + missing, assertThrows(IOException.class,
                () -> context(file).read("weather.csv", in -> Files.readString(missing))).getMessage());
        assertEquals(file + ": line 1: expected y", assertThrows(IOException.class,
                () -> context(file).read("weather.csv", in -> {
                    throw new IllegalArgumentException("line 1: expected y");
                })).getMessage());
    }

    /** Whatever is wrong in a file ends in one line that names it, and status 2. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weather | nonsense                                                                 | line 1: expected the header
            weather | location,date,precipitation,temp_max,temp_min,wind,weather               | expected at least three years
            weather | location,date,precipitation,temp_max,temp_min,wind,weather;Seattle,2012-13-01,0,1,2,3,sun | line 2: expected a date, got 2012-13-01
            weather | location,date,precipitation,temp_max,temp_min,wind,weather;Seattle,2012-01-01,0,warm,2,3,sun | line 2: expected a finite number, got warm
            weather | location,date,precipitation,temp_max,temp_min,wind,weather;Seattle,2012-01-01,0,NaN,2,3,sun | line 2: expected a finite number, got NaN
            weather | location,date,precipitation,temp_max,temp_min,wind,weather;Seattle,2012-01-01,-2,1,2,3,sun | line 2: expected precipitation of at least 0, got -2
            births  | nonsense                                                                 | line 1: expected the header
            births  | year,month,date_of_month,day_of_week,births                              | line 1: expected four years
            births  | year,month,date_of_month,day_of_week,births;1969,1,1,3                   | line 2: expected 5 fields
            births  | year,month,date_of_month,day_of_week,births;1969,13,1,3,8486             | line 2: expected a date, got 1969-13-1
            births  | year,month,date_of_month,day_of_week,births;1969,May,1,3,8486            | line 2: expected a date, got 1969-May-1
            births  | year,month,date_of_month,day_of_week,births;1969,1,1,3,-Infinity         | line 2: expected a finite number, got -Infinity
            births  | year,month,date_of_month,day_of_week,births;1969,1,1,3,8486;1969,1,3,5,1 | line 3: expected the day after
            """)
    void refusesBrokenData(String example, String lines, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), lines.replace(';', '\n'));
        String said = refused(example, file);
        assertTrue(said.contains(file + ": ") && said.contains(expected), said);
    }

    /** Numbers that are finite, but not what is made of them. */
    @Test
    void trainingThatDivergesIsALineToo() throws IOException {
        StringBuilder lines = new StringBuilder("year,month,date_of_month,day_of_week,births\n");
        for (LocalDate day = LocalDate.of(1969, 1, 1); day.getYear() < 1974; day = day.plusDays(1)) {
            lines.append(String.format("%d,%d,%d,3,%s%n", day.getYear(), day.getMonthValue(), day.getDayOfMonth(),
                    day.toEpochDay() % 2 == 0 ? "3e38" : "-3e38"));
        }
        String said = refused("births", Files.writeString(folder.resolve("data.csv"), lines));
        assertTrue(said.contains("training births failed: epoch 1, batch 1: loss NaN"), said);
    }

    private String refused(String example, Path file) {
        StringWriter err = new StringWriter();
        int status = new CommandLine(new ExamplesCommand()).setErr(new PrintWriter(err)).setOut(new PrintWriter(err))
                .execute("run", example, "--data", file.toString(), "--out", folder.toString());
        assertEquals(2, status, err::toString);
        return err.toString();
    }
}
