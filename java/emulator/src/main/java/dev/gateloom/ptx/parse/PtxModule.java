package dev.gateloom.ptx.parse;

import java.util.List;
import java.util.Map;

/**
 * A PTX file.
 *
 * @param version of the language, for example {@code 8.8}
 * @param target architecture, for example {@code sm_80}
 * @param variables of the module
 * @param kernels by name
 */
public record PtxModule(String version, String target, List<Variable> variables, Map<String, Function> kernels) {
}
