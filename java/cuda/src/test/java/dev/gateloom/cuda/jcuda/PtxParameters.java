package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameter space of a kernel as its PTX declares it: what a driver knows of a kernel's arguments.
 *
 * @param sizes of the parameters, each 4 or 8 bytes
 */
record PtxParameters(List<Integer> sizes) {
    private static final Pattern PARAMETER = Pattern.compile("\\.param\\s+\\.[usfb](32|64)\\s+\\w+\\s*(?:,|$)");

    static PtxParameters of(Program program, String kernel) {
        for (int architecture = 200; architecture >= 50; architecture--) {
            byte[] ptx = program.ptx(architecture);
            if (ptx != null) {
                return of(new String(ptx, StandardCharsets.US_ASCII), kernel);
            }
        }
        throw new IllegalArgumentException("program " + program.name() + " has no PTX");
    }

    static PtxParameters of(String ptx, String kernel) {
        Matcher entry = Pattern.compile("\\.entry\\s+" + kernel + "\\s*\\(([^)]*)\\)").matcher(ptx);
        if (!entry.find()) {
            return null;
        }
        List<Integer> sizes = new ArrayList<>();
        for (String declaration : entry.group(1).split(",")) {
            if (!declaration.isBlank()) {
                Matcher parameter = PARAMETER.matcher(declaration.strip());
                if (!parameter.find()) {
                    throw new IllegalArgumentException("a parameter of " + kernel + " is not understood: " + declaration.strip());
                }
                sizes.add(Integer.parseInt(parameter.group(1)) / Byte.SIZE);
            }
        }
        return new PtxParameters(sizes);
    }

    /** Where each begins, at the next multiple of its size; behind the last, the size of all. */
    int[] offsets() {
        int[] offsets = new int[sizes.size() + 1];
        int end = 0;
        for (int i = 0; i < sizes.size(); i++) {
            int size = sizes.get(i);
            offsets[i] = (end + size - 1) / size * size;
            end = offsets[i] + size;
        }
        offsets[sizes.size()] = end;
        return offsets;
    }
}
