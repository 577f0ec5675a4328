package dev.gateloom.profile;

import dev.gateloom.device.GpuModel;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.ptx.exec.InstructionClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Tables for people, with what the figures mean. */
final class TextFormat {
    private static final double MICRO = 1e6;
    private static final int PERCENT = 100;
    private static final String NONE = "-";

    private TextFormat() {
    }

    static String of(ProfileReport report) {
        return report.counted() ? counted(report) : timed(report);
    }

    private static String timed(ProfileReport report) {
        TextTable table = new TextTable();
        table.row(List.of("kernel", "grid x block", "launches", "time ms", "us each", "registers", "occupancy"));
        for (KernelProfile k : report.kernels()) {
            table.row(List.of(k.kernel(), geometry(k.launch()), String.valueOf(k.launches()), decimals(3, k.milliseconds()),
                    decimals(2, 1000 * k.milliseconds() / k.launches()), String.valueOf(k.resources().registers()),
                    percent(k.resources().occupancy())));
        }
        table.row(List.of("total", "", String.valueOf(total(report, KernelProfile::launches)),
                decimals(3, sum(report, KernelProfile::milliseconds)), "", "", ""));
        return pass(report) + "\n" + report.device() + "\n" + strategy(report) + "\n\n" + table + "\n"
                + "time: between an event before and one after each launch, so it contains the start of the kernel;\n"
                + "median of several passes. registers and occupancy as the driver loaded the code.\n";
    }

    private static String counted(ProfileReport report) {
        GpuModel gpu = report.gpu();
        return pass(report) + "\n" + report.device() + "; estimates for " + gpu.label() + "\n"
                + strategy(report) + "\n\n"
                + figures(report) + "\nWarp instructions by class\n" + classes(report) + "\n"
                + "Counted on the PTX that ships, executed by the emulator: exact, without caches; no GPU was involved.\n"
                + "requested: what threads asked of device memory. sectors: the 32-byte sectors moved for that if no access hit a\n"
                + "cache. distinct: different sectors of each launch. sec/req: sectors for each access of a warp; 4 is as good as it\n"
                + "gets for 4 bytes a thread. conflicts: share of the passes over shared memory's banks that bank conflicts cost.\n"
                + "registers, occupancy: the compiler's report for sm_" + gpu.architecture() + ".\n"
                + "estimate: no measurement, but a roofline from published peaks: the larger of FLOPs at "
                + number(gpu.fp32Tflops()) + " TFLOP/s" + matrixUnits(report) + ", times the\n"
                + "share of the " + gpu.multiprocessors() + " multiprocessors that have a block, and distinct bytes at "
                + number(gpu.memoryGigabytesPerSecond()) + " GB/s. Launching and waiting cost nothing in it.\n";
    }

    private static String pass(ProfileReport report) {
        return report.work() + ", " + report.precision().name().toLowerCase(Locale.ROOT);
    }

    /** Their peak, where they are used. */
    private static String matrixUnits(ProfileReport report) {
        return total(report, k -> k.counts().tensorFlops()) == 0 ? ""
                : ",\non matrix units " + number(Roofline.tensorTflops(report.gpu(), report.precision()));
    }

    /** Each reason in a line of its own. */
    private static String strategy(ProfileReport report) {
        return report.strategy().replace("; not ", "\n    not ");
    }

    private static TextTable figures(ProfileReport report) {
        TextTable table = new TextTable();
        table.row(List.of("kernel", "grid x block", "launches", "warp instr", "FLOPs", "requested", "sectors", "distinct",
                "sec/req", "conflicts", "registers", "occupancy", "estimate us", "bound"));
        for (KernelProfile k : report.kernels()) {
            KernelCounters c = k.counts();
            table.row(List.of(k.kernel(), geometry(k.launch()), String.valueOf(k.launches()), si(c.instructions()),
                    si(c.flops()), bytes(c.globalBytes()), bytes(c.sectorBytes()), bytes(c.distinctBytes()),
                    c.requests() == 0 ? NONE : decimals(1, Column.sectorsPerRequest(c)),
                    c.sharedPasses() == 0 ? NONE : percent((double) c.sharedConflicts() / c.sharedPasses()),
                    String.valueOf(k.resources().registers()), percent(k.resources().occupancy()),
                    decimals(2, MICRO * k.roofline().seconds()), k.roofline().bound()));
        }
        table.row(List.of("total", "", String.valueOf(total(report, KernelProfile::launches)),
                si(total(report, k -> k.counts().instructions())), si(total(report, k -> k.counts().flops())),
                bytes(total(report, k -> k.counts().globalBytes())), bytes(total(report, k -> k.counts().sectorBytes())),
                bytes(total(report, k -> k.counts().distinctBytes())), "", "", "", "",
                decimals(2, MICRO * sum(report, k -> k.roofline().seconds())), ""));
        return table;
    }

    /** Only classes that occur. */
    private static TextTable classes(ProfileReport report) {
        List<InstructionClass> used = Arrays.stream(InstructionClass.values())
                .filter(counted -> total(report, k -> k.counts().instructions(counted)) > 0).toList();
        TextTable table = new TextTable();
        List<String> head = new ArrayList<>(List.of("kernel", "grid x block"));
        used.forEach(counted -> head.add(counted.name().toLowerCase(Locale.ROOT)));
        table.row(head);
        for (KernelProfile k : report.kernels()) {
            List<String> row = new ArrayList<>(List.of(k.kernel(), geometry(k.launch())));
            used.forEach(counted -> row.add(si(k.counts().instructions(counted))));
            table.row(row);
        }
        return table;
    }

    private static long total(ProfileReport report, ToLongFunction<KernelProfile> figure) {
        return report.kernels().stream().mapToLong(figure).sum();
    }

    private static double sum(ProfileReport report, ToDoubleFunction<KernelProfile> figure) {
        return report.kernels().stream().mapToDouble(figure).sum();
    }

    private static String geometry(Launch launch) {
        return extent(launch.gridX(), launch.gridY(), launch.gridZ()) + " x "
                + extent(launch.blockX(), launch.blockY(), launch.blockZ());
    }

    private static String extent(int x, int y, int z) {
        return z > 1 ? "(" + x + "," + y + "," + z + ")" : y > 1 ? "(" + x + "," + y + ")" : String.valueOf(x);
    }

    /** Three digits and a prefix: 36.1M. */
    static String si(long value) {
        String prefixes = " kMGTPE";
        double scaled = value;
        int power = 0;
        while (scaled >= 999.5) {
            scaled /= 1000;
            power++;
        }
        return power == 0 ? String.valueOf(value)
                : decimals(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2, scaled) + prefixes.charAt(power);
    }

    private static String bytes(long value) {
        return si(value) + "B";
    }

    private static String percent(double share) {
        return decimals(0, PERCENT * share) + "%";
    }

    /** Without zeros at the end. */
    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private static String decimals(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
