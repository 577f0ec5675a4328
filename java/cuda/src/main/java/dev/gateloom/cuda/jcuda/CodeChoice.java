package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Program;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which code of a program a device runs: machine code of the same major architecture with the highest minor not above the
 * device's, for that is what runs as it is; otherwise PTX of the highest architecture not above the device's, which the
 * driver compiles, if it is new enough to read it.
 *
 * @param image what the driver loads
 * @param description for messages
 * @param compiled whether the driver has to compile it
 */
record CodeChoice(byte[] image, String description, boolean compiled) {
    /** The oldest architecture that the kernel compiler of CUDA 12 knows. */
    private static final int OLDEST = 50;
    private static final Pattern VERSION = Pattern.compile("^\\s*\\.version\\s+(\\d+)\\.(\\d+)", Pattern.MULTILINE);

    /**
     * Chooses.
     *
     * @param program where the code is
     * @param capability of the device, 10 · major + minor
     * @param driverVersion as {@link Driver#version}
     * @throws IllegalArgumentException if the device can run none of it, with the reason
     */
    static CodeChoice of(Program program, int capability, int driverVersion) {
        for (int architecture = capability; architecture >= capability / 10 * 10; architecture--) {
            byte[] cubin = program.cubin(architecture);
            if (cubin != null) {
                return new CodeChoice(cubin, "cubin for sm_" + architecture, false);
            }
        }
        for (int architecture = capability; architecture >= OLDEST; architecture--) {
            byte[] ptx = program.ptx(architecture);
            if (ptx != null) {
                requireReadable(program, ptx, architecture, driverVersion);
                // The driver reads text up to a zero.
                return new CodeChoice(Arrays.copyOf(ptx, ptx.length + 1), "PTX for compute_" + architecture, true);
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
                    + " has no cubin for this device, and its PTX for compute_" + architecture + " is of version "
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
