package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Program;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which code of a program a device runs: {@link #cubin} where there is one that the driver takes, else {@link #ptx}.
 *
 * @param image what the driver loads
 * @param description for messages
 */
record CodeChoice(byte[] image, String description) {
    /** The oldest architecture that the kernel compiler of CUDA 12 knows. */
    private static final int OLDEST = 50;
    private static final Pattern VERSION = Pattern.compile("^\\s*\\.version\\s+(\\d+)\\.(\\d+)", Pattern.MULTILINE);

    /**
     * Machine code of the same major architecture with the highest minor not above the device's, for that is what runs as
     * it is. Not everywhere, though: NVIDIA's embedded devices refuse what was compiled for the others.
     *
     * @param program where the code is
     * @param capability of the device, 10 · major + minor
     * @return null if there is none
     */
    static CodeChoice cubin(Program program, int capability) {
        for (int architecture = capability; architecture >= capability / 10 * 10; architecture--) {
            byte[] cubin = program.cubin(architecture);
            if (cubin != null) {
                return new CodeChoice(cubin, "cubin for sm_" + architecture);
            }
        }
        return null;
    }

    /**
     * PTX of the highest architecture not above the device's, which the driver compiles.
     *
     * @param program where the code is
     * @param capability of the device, 10 · major + minor
     * @param driverVersion as {@link Driver#version}
     * @throws IllegalArgumentException if there is none, or the driver is too old to read it, with the reason
     */
    static CodeChoice ptx(Program program, int capability, int driverVersion) {
        for (int architecture = capability; architecture >= OLDEST; architecture--) {
            byte[] ptx = program.ptx(architecture);
            if (ptx != null) {
                requireReadable(program, ptx, architecture, driverVersion);
                // The driver reads text up to a zero.
                return new CodeChoice(Arrays.copyOf(ptx, ptx.length + 1), "PTX for compute_" + architecture);
            }
        }
        throw new IllegalArgumentException("program " + program.name() + " has no code for sm_" + capability
                + ": neither a cubin of sm_" + capability / 10 + "x up to it nor PTX up to compute_" + capability);
    }

    private static void requireReadable(Program program, byte[] ptx, int architecture, int driverVersion) {
        int needed = versionOf(ptx);
        int known = newestPtx(driverVersion);
        if (needed > known) {
            throw new IllegalArgumentException("program " + program.name()
                    + " has no cubin that this device takes, and its PTX for compute_" + architecture + " is of version "
                    + needed / 10 + "." + needed % 10 + "; the driver knows CUDA " + Driver.versionName(driverVersion)
                    + " and PTX up to " + known / 10 + "." + known % 10 + ": update the driver");
        }
    }

    /** 10 · major + minor. */
    static int versionOf(byte[] ptx) {
        Matcher version = VERSION.matcher(new String(ptx, StandardCharsets.US_ASCII));
        if (!version.find()) {
            throw new IllegalArgumentException("the PTX has no .version line");
        }
        return 10 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
    }

    /** From the release notes of the PTX ISA: CUDA 12.0 to 12.5 count along; 12.6 added no version, 13 starts at 9.0. */
    static int newestPtx(int driverVersion) {
        int major = driverVersion / 1000;
        int minor = driverVersion % 1000 / 10;
        if (major >= 13) {
            return 90 + 10 * (major - 13) + Math.min(minor, 9);
        }
        return 80 + (minor <= 5 ? minor : minor - 1);
    }
}
