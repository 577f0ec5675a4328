package dev.gateloom.kernels.build;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** NVIDIA's compiler as a library. */
final class Nvrtc {
    private final Path sources;

    /**
     * Loads the library.
     *
     * @param libraries folder to unpack it in
     * @param sources folder that messages name
     */
    Nvrtc(Path libraries, Path sources) throws CompileException {
        NvrtcLibraries.load(libraries);
        this.sources = sources;
    }

    /** What a file is compiled with; kernels that want less exact arithmetic say so themselves. */
    static List<String> options(SourceFile source, Target target) {
        List<String> options = new ArrayList<>(List.of("--gpu-architecture=" + target.name(), "--std=c++17",
                "--generate-line-info"));
        if (target.real()) {
            options.add("--ptxas-options=-v");      // registers and spills, in the log
        }
        options.addAll(source.options());
        return options;
    }

    /**
     * Compiles a file.
     *
     * @throws CompileException with the compiler's messages if it reports an error or a warning
     */
    Compiled compile(SourceFile source, Target target) throws CompileException {
        nvrtcProgram program = new nvrtcProgram();
        String[] headerNames = source.headers().keySet().toArray(String[]::new);
        String[] headers = source.headers().values().toArray(String[]::new);
        check("nvrtcCreateProgram", JNvrtc.nvrtcCreateProgram(program, source.text(), source.fileName(), headers.length,
                headers, headerNames));
        try {
            String[] options = options(source, target).toArray(String[]::new);
            int result = JNvrtc.nvrtcCompileProgram(program, options.length, options);
            String log = text("nvrtcGetProgramLog", into -> JNvrtc.nvrtcGetProgramLog(program, into));
            if (result != nvrtcResult.NVRTC_SUCCESS || Diagnostics.hasWarning(log)) {
                String what = result == nvrtcResult.NVRTC_SUCCESS ? "warnings, which count as errors"
                        : JNvrtc.nvrtcGetErrorString(result);
                throw new CompileException(source.fileName() + " for " + target.name() + ": " + what + "\n"
                        + Diagnostics.readable(log, sources));
            }
            String ptx = text("nvrtcGetPTX", into -> JNvrtc.nvrtcGetPTX(program, into));
            return new Compiled(ptx, target.real() ? cubin(program) : null, log);
        } finally {
            check("nvrtcDestroyProgram", JNvrtc.nvrtcDestroyProgram(program));
        }
    }

    private static byte[] cubin(nvrtcProgram program) throws CompileException {
        long[] size = {0};
        check("nvrtcGetCUBINSize", JNvrtc.nvrtcGetCUBINSize(program, size));
        byte[] cubin = new byte[Math.toIntExact(size[0])];
        check("nvrtcGetCUBIN", JNvrtc.nvrtcGetCUBIN(program, cubin));
        return cubin;
    }

    private interface Getter {
        int get(String[] into);
    }

    private static String text(String call, Getter getter) throws CompileException {
        String[] text = {""};
        check(call, getter.get(text));
        int end = text[0].indexOf('\0');
        return end < 0 ? text[0] : text[0].substring(0, end);
    }

    private static void check(String call, int result) throws CompileException {
        if (result != nvrtcResult.NVRTC_SUCCESS) {
            throw new CompileException(call + ": " + JNvrtc.nvrtcGetErrorString(result));
        }
    }

    /**
     * What came out.
     *
     * @param ptx also of machine code: what that was made from
     * @param cubin the machine code; null for a target without
     * @param log the compiler's messages
     */
    record Compiled(String ptx, byte[] cubin, String log) {
    }
}
