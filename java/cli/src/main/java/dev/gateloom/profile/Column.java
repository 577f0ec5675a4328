package dev.gateloom.profile;

import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.ptx.exec.InstructionClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One figure of each kernel, as files have it.
 *
 * @param name with its unit
 * @param value text, a whole number or a double
 */
record Column(String name, Function<KernelProfile, Object> value) {
    private static final int PERCENT = 100;
    private static final double MICRO = 1e6;

    /** The columns of a report, in order. */
    static List<Column> of(ProfileReport report) {
        List<Column> columns = new ArrayList<>(List.of(
                new Column("kernel", KernelProfile::kernel),
                new Column("grid", k -> k.launch().gridX() + "x" + k.launch().gridY() + "x" + k.launch().gridZ()),
                new Column("block", k -> k.launch().blockX() + "x" + k.launch().blockY() + "x" + k.launch().blockZ()),
                new Column("launches", KernelProfile::launches),
                new Column("registers", k -> k.resources().registers()),
                new Column("shared_bytes", k -> k.resources().sharedBytes()),
                new Column("blocks_per_multiprocessor", k -> k.resources().residentBlocks()),
                new Column("occupancy_percent", k -> PERCENT * k.resources().occupancy())));
        if (report.counted()) {
            columns.addAll(counts());
        } else {
            columns.add(new Column("milliseconds", KernelProfile::milliseconds));
        }
        return columns;
    }

    private static List<Column> counts() {
        List<Column> columns = new ArrayList<>(List.of(
                count("warp_instructions", KernelCounters::instructions),
                count("flops", KernelCounters::flops),
                count("tensor_flops", KernelCounters::tensorFlops),
                count("requested_bytes", KernelCounters::globalBytes),
                count("sector_bytes", KernelCounters::sectorBytes),
                count("distinct_bytes", KernelCounters::distinctBytes),
                count("requests", KernelCounters::requests),
                new Column("sectors_per_request", k -> sectorsPerRequest(k.counts())),
                count("shared_passes", KernelCounters::sharedPasses),
                count("bank_conflicts", KernelCounters::sharedConflicts),
                new Column("estimated_arithmetic_us", k -> MICRO * k.roofline().arithmeticSeconds()),
                new Column("estimated_memory_us", k -> MICRO * k.roofline().memorySeconds()),
                new Column("estimated_us", k -> MICRO * k.roofline().seconds()),
                new Column("bound", k -> k.roofline().bound())));
        for (InstructionClass counted : InstructionClass.values()) {
            columns.add(count("instructions_" + counted.name().toLowerCase(Locale.ROOT), c -> c.instructions(counted)));
        }
        return columns;
    }

    /** 0 for a kernel that leaves device memory alone. */
    static double sectorsPerRequest(KernelCounters c) {
        return c.requests() == 0 ? 0 : (double) c.sectorBytes() / KernelCounters.SECTOR_BYTES / c.requests();
    }

    private static Column count(String name, Function<KernelCounters, Long> value) {
        return new Column(name, k -> value.apply(k.counts()));
    }
}
