package dev.gateloom.kernels.build;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command line.
 *
 * @param sources folder of the {@code .cu} and {@code .cuh} files
 * @param output folder that becomes {@code dev/gateloom/kernels} of the jar
 * @param work folder for what is kept from build to build
 * @param libraries folder for the unpacked compiler
 * @param compiler its version: another one compiles everything again
 * @param targets in the order in which they are compiled
 */
record Settings(Path sources, Path output, Path work, Path libraries, String compiler, List<Target> targets) {

    static final String USAGE = "expected --sources=DIR --output=DIR --work=DIR --libraries=DIR --compiler=VERSION "
            + "--cubin=90,... --ptx=90,...";

    static Settings parse(String... args) {
        Stream<Target> cubins = architectures(args, "cubin").map(a -> new Target(a, true));
        Stream<Target> ptx = architectures(args, "ptx").map(a -> new Target(a, false));
        return new Settings(Path.of(value(args, "sources")), Path.of(value(args, "output")), Path.of(value(args, "work")),
                Path.of(value(args, "libraries")), value(args, "compiler"), Stream.concat(cubins, ptx).toList());
    }

    private static Stream<Integer> architectures(String[] args, String name) {
        return Arrays.stream(value(args, name).split(",")).map(Integer::valueOf);
    }

    private static String value(String[] args, String name) {
        String prefix = "--" + name + "=";
        return Arrays.stream(args).filter(a -> a.startsWith(prefix)).map(a -> a.substring(prefix.length())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no --" + name + "; " + USAGE));
    }
}
