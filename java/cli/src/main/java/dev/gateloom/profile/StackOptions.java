package dev.gateloom.profile;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig.Builder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Options of a stack as text, {@code NAME=VALUE}: what {@link Builder} has. */
final class StackOptions {
    private static final String FLAG = "true|false";
    private static final String LAYER_NORMS = Arrays.stream(LayerNorm.values()).map(Enum::name).collect(Collectors.joining("|"));
    private static final Map<String, Setter> SETTERS = new TreeMap<>(Map.ofEntries(
            Map.entry("bias", new Setter(FLAG, (b, value) -> b.bias(flag(value)))),
            Map.entry("candidateDropout", new Setter("RATE", (b, value) -> b.candidateDropout(number(value)))),
            Map.entry("cellClip", new Setter("LIMIT", (b, value) -> b.cellClip(number(value)))),
            Map.entry("dropConnect", new Setter("RATE", (b, value) -> b.dropConnect(number(value)))),
            Map.entry("dropout", new Setter("RATE", (b, value) -> b.dropout(number(value)))),
            Map.entry("layerNorm", new Setter(LAYER_NORMS, (b, value) -> b.layerNorm(layerNorm(value)))),
            Map.entry("peephole", new Setter(FLAG, (b, value) -> b.peephole(flag(value)))),
            Map.entry("projSize", new Setter("N", (b, value) -> b.projSize(whole(value)))),
            Map.entry("recurrentDropout", new Setter("RATE", (b, value) -> b.recurrentDropout(number(value)))),
            Map.entry("resetAfter", new Setter(FLAG, (b, value) -> b.resetAfter(flag(value)))),
            Map.entry("zoneout", new Setter("RATE_H,RATE_C", (b, value) -> zoneout(b, value.split(",", -1))))));

    private StackOptions() {
    }

    /** One option: the values that it takes, for people, and how it is set. */
    private record Setter(String values, BiFunction<Builder, String, Builder> set) {
    }

    /** All of them, as {@code NAME=VALUES}. */
    static List<String> all() {
        return SETTERS.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue().values()).toList();
    }

    /**
     * Sets one option.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static void set(Builder builder, String option) {
        int equals = option.indexOf('=');
        Setter setter = equals < 0 ? null : SETTERS.get(option.substring(0, equals));
        if (setter == null) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", all()) + ", got " + option);
        }
        try {
            setter.set().apply(builder, option.substring(equals + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static boolean flag(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("expected true or false");
        }
        return value.equals("true");
    }

    private static LayerNorm layerNorm(String value) {
        return Arrays.stream(LayerNorm.values()).filter(norm -> norm.name().equals(value)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of " + LAYER_NORMS.replace("|", ", ")));
    }

    private static float number(String value) {
        try {
            return Float.parseFloat(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number, such as 0.1", e);
        }
    }

    private static int whole(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a whole number, such as 64", e);
        }
    }

    private static Builder zoneout(Builder builder, String[] rates) {
        if (rates.length != 2) {
            throw new IllegalArgumentException("expected the rates of h and c, such as zoneout=0.1,0.2");
        }
        return builder.zoneout(number(rates[0]), number(rates[1]));
    }
}
