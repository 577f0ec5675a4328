package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.getInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.getLong;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.driver.CUresult;

/**
 * The parameter space of a kernel as its PTX declares it, and how a driver reads arguments by it.
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

    /** Arguments from the list {@code extra}: pairs of a key and a pointer, up to the key 0. */
    Arguments packed(long extra) {
        long buffer = 0;
        long size = -1;
        long at = extra;
        for (long key = getLong(at); key != 0; key = getLong(at)) {
            if (key == 1) {
                buffer = getLong(at + 8);
            } else {
                unless(key == 2, CUresult.CUDA_ERROR_INVALID_VALUE, "extra announces " + key);
                size = getLong(getLong(at + 8));
            }
            at += 16;
        }
        int[] offsets = offsets();
        int expected = offsets[sizes.size()];
        unless(size == expected, CUresult.CUDA_ERROR_INVALID_VALUE, "arguments of " + size + " bytes; the kernel has " + expected);
        Arguments arguments = new Arguments();
        for (int i = 0; i < sizes.size(); i++) {
            add(arguments, sizes.get(i), buffer + offsets[i]);
        }
        return arguments;
    }

    /** Arguments from {@code kernelParams}: a pointer to each. */
    Arguments pointed(long pointers) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < sizes.size(); i++) {
            add(arguments, sizes.get(i), getLong(pointers + 8L * i));
        }
        return arguments;
    }

    private static void add(Arguments arguments, int size, long address) {
        if (size == Long.BYTES) {
            arguments.int64(getLong(address));
        } else {
            arguments.int32(getInt(address));
        }
    }
}
