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

/**
 * PTX on the device: its variables in memory, its kernels translated. All are translated when a text is first loaded, so that
 * nothing unsupported hides; when it is loaded again, those that are asked for.
 */
final class LoadedProgram {
    private static final String CALL = "cuModuleLoadData";

    private static final int REMEMBERED = 16;

    /** What was found to be supported lately: many devices load the same programs, one after the other. */
    private static final Map<String, PtxModule> SUPPORTED = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PtxModule> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final PtxModule module;
    private final java.util.function.Function<Function, Code> translator;
    private final Map<String, Code> kernels = new HashMap<>();
    private final List<Region> memory = new ArrayList<>();
    private Region constants;

    LoadedProgram(String name, String ptx, int architecture, GlobalMemory global, Approximations approximations,
            long seed) {
        try {
            PtxModule known;
            synchronized (SUPPORTED) {
                known = SUPPORTED.get(ptx);
            }
            module = known != null ? known : PtxParser.parse(ptx);
            int target = target(name, module, architecture);
            Map<Variable, Long> places = place(module, global);
            List<Variable> shared = module.variables().stream().filter(v -> v.space() == Space.SHARED).toList();
            translator = function -> Translator.translate(function, places, shared, target, approximations, seed);
            if (known == null) {
                module.kernels().values().forEach(function -> kernels.put(function.name(), translator.apply(function)));
                synchronized (SUPPORTED) {
                    SUPPORTED.put(ptx, module);
                }
            }
        } catch (PtxException e) {
            throw Errors.invalidPtx(CALL, name + ": " + e.getMessage());
        }
    }

    Code kernel(String program, String name) {
        Function function = module.kernels().get(name);
        if (function == null) {
            throw Errors.notFound("cuModuleGetFunction", "program " + program + " has no kernel " + name + ", it has "
                    + module.kernels().keySet());
        }
        return kernels.computeIfAbsent(name, unused -> translator.apply(function));
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
