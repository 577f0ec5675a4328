package dev.gateloom.profile;

import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig.Builder;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Options of a stack as text, {@code NAME=VALUE}: what {@link Builder} has. */
final class StackOptions {
    private static final Map<String, BiFunction<Builder, String, Builder>> SETTERS = new TreeMap<>(Map.ofEntries(
            Map.entry("bias", (b, value) -> b.bias(flag(value))),
            Map.entry("candidateDropout", (b, value) -> b.candidateDropout(Float.parseFloat(value))),
            Map.entry("cellClip", (b, value) -> b.cellClip(Float.parseFloat(value))),
            Map.entry("dropConnect", (b, value) -> b.dropConnect(Float.parseFloat(value))),
            Map.entry("dropout", (b, value) -> b.dropout(Float.parseFloat(value))),
            Map.entry("layerNorm", (b, value) -> b.layerNorm(LayerNorm.valueOf(value))),
            Map.entry("peephole", (b, value) -> b.peephole(flag(value))),
            Map.entry("projSize", (b, value) -> b.projSize(Integer.parseInt(value))),
            Map.entry("recurrentDropout", (b, value) -> b.recurrentDropout(Float.parseFloat(value))),
            Map.entry("resetAfter", (b, value) -> b.resetAfter(flag(value))),
            Map.entry("zoneout", (b, value) -> zoneout(b, value.split(",", -1)))));

    private StackOptions() {
    }

    /**
     * Sets one option.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static void set(Builder builder, String option) {
        int equals = option.indexOf('=');
        BiFunction<Builder, String, Builder> setter = equals < 0 ? null : SETTERS.get(option.substring(0, equals));
        if (setter == null) {
            throw new IllegalArgumentException("expected NAME=VALUE with one of the names " + SETTERS.keySet() + ", got " + option);
        }
        try {
            setter.apply(builder, option.substring(equals + 1));
        } catch (IllegalArgumentException e) {          // a NumberFormatException too
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static boolean flag(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("expected true or false");
        }
        return value.equals("true");
    }

    private static Builder zoneout(Builder builder, String[] rates) {
        if (rates.length != 2) {
            throw new IllegalArgumentException("expected the rates of h and c, such as zoneout=0.1,0.2");
        }
        return builder.zoneout(Float.parseFloat(rates[0]), Float.parseFloat(rates[1]));
    }
}
