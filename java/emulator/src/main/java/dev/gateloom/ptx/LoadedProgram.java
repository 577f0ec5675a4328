package dev.gateloom.ptx;

import dev.gateloom.device.DeviceException;
import dev.gateloom.ptx.exec.Approximations;
import dev.gateloom.ptx.exec.Code;
import dev.gateloom.ptx.exec.Translator;
import dev.gateloom.ptx.memory.GlobalMemory;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.PtxException;
import dev.gateloom.ptx.parse.PtxModule;
import dev.gateloom.ptx.parse.PtxParser;
import dev.gateloom.ptx.parse.Space;
import dev.gateloom.ptx.parse.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PTX on the device: its variables in memory, its kernels translated. All are translated at once, so that nothing unsupported hides. */
final class LoadedProgram {
    private static final String CALL = "cuModuleLoadData";

    private static final int REMEMBERED = 16;

    /** What was parsed lately: many devices load the same programs, one after the other. */
    private static final Map<String, PtxModule> PARSED = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PtxModule> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final Map<String, Code> kernels = new HashMap<>();
    private final List<Region> memory = new ArrayList<>();
    private Region constants;

    LoadedProgram(String name, String ptx, int architecture, GlobalMemory global, Approximations approximations,
            long seed) {
        try {
            PtxModule module = parse(ptx);
            int target = target(name, module, architecture);
            Map<Variable, Long> places = place(module, global);
            List<Variable> shared = module.variables().stream().filter(v -> v.space() == Space.SHARED).toList();
            for (Function function : module.kernels().values()) {
                kernels.put(function.name(), Translator.translate(function, places, shared, target, approximations, seed));
            }
        } catch (PtxException e) {
            throw Errors.invalidPtx(CALL, name + ": " + e.getMessage());
        }
    }

    private static PtxModule parse(String ptx) {
        synchronized (PARSED) {
            PtxModule known = PARSED.get(ptx);
            if (known == null) {
                known = PtxParser.parse(ptx);
                PARSED.put(ptx, known);
            }
            return known;
        }
    }

    Code kernel(String program, String name) {
        Code code = kernels.get(name);
        if (code == null) {
            throw Errors.notFound("cuModuleGetFunction", "program " + program + " has no kernel " + name + ", it has "
                    + kernels.keySet());
        }
        return code;
    }

    Region constants() {
        return constants;
    }

    void free(GlobalMemory global) {
        memory.forEach(global::free);
    }

    /** The architecture that the code was made for, which this one must be able to run. */
    private static int target(String name, PtxModule module, int architecture) throws DeviceException {
        String digits = module.target().replaceAll("\\D", "");
        if (!module.target().startsWith("sm_") || Integer.parseInt(digits) > architecture) {
            throw Errors.noBinary(CALL, name + ": PTX for " + module.target() + " on sm_" + architecture);
        }
        return Integer.parseInt(digits);
    }

    private Map<Variable, Long> place(PtxModule module, GlobalMemory global) {
        Map<Variable, Long> places = new HashMap<>();
        long constantBytes = 0;
        for (Variable variable : module.variables()) {
            if (variable.space() == Space.GLOBAL) {
                Region region = global.allocate(Math.max(1, variable.bytes()), "variable " + variable.name());
                if (region == null) {
                    throw DeviceException.outOfMemory(CALL, global.used() + variable.bytes(), "variable " + variable.name());
                }
                fill(region, 0, variable);
                memory.add(region);
                places.put(variable, region.address());
            } else if (variable.space() == Space.CONST) {
                constantBytes = (constantBytes + variable.alignment() - 1) / variable.alignment() * variable.alignment();
                places.put(variable, constantBytes);
                constantBytes += variable.bytes();
            }
        }
        constants = new Region(Space.CONST, Region.CONST_WINDOW, (int) constantBytes, false, "constants");
        places.forEach((variable, at) -> {
            if (variable.space() == Space.CONST) {
                fill(constants, at.intValue(), variable);
            }
        });
        return places;
    }

    /** Variables without a value are zero, as in C. */
    private static void fill(Region region, int offset, Variable variable) {
        if (variable.initial() != null) {
            System.arraycopy(variable.initial(), 0, region.data(), offset, variable.initial().length);
        }
        region.markWritten(offset, (int) variable.bytes());
    }
}
