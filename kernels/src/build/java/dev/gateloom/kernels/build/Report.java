package dev.gateloom.kernels.build;

import dev.gateloom.device.Architecture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines of the resource report, one for each kernel and architecture. */
final class Report {
    static final String HEADER = "program,kernel,architecture,registers,spill_store_bytes,spill_load_bytes,stack_bytes,"
            + "shared_bytes,threads,blocks_per_multiprocessor,occupancy";

    private Report() {
    }

    /** The lines of one program and architecture; blocks and occupancy hold without dynamic shared memory. */
    static List<String> lines(String program, Target target, Nvrtc.Compiled compiled) throws CompileException {
        List<PtxasLog.Usage> kernels = PtxasLog.parse(compiled.log());
        Map<String, Integer> threads = PtxEntries.threads(compiled.ptx());
        if (kernels.size() != threads.size()) {
            throw new CompileException(program + " for " + target.name() + ": the assembler reports " + kernels.size()
                    + " kernels, the PTX has " + threads.keySet());
        }
        Architecture architecture = Architecture.of(target.architecture());
        List<String> lines = new ArrayList<>();
        for (PtxasLog.Usage k : kernels) {
            Integer block = threads.get(k.kernel());
            if (block == null) {
                throw new CompileException(program + " for " + target.name() + ": the PTX lacks " + k.kernel());
            }
            lines.add(String.format(Locale.ROOT, "%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%.4f", program, k.kernel(),
                    target.architecture(), k.registers(), k.spillStoreBytes(), k.spillLoadBytes(), k.stackBytes(),
                    k.sharedBytes(), block, architecture.residentBlocks(block, k.registers(), k.sharedBytes()),
                    architecture.occupancy(block, k.registers(), k.sharedBytes())));
        }
        Collections.sort(lines);
        return lines;
    }
}
