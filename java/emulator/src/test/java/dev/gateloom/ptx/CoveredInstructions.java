package dev.gateloom.ptx;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The instructions, with all their modifiers, that are held against arithmetic or memory of Java's own: those of the tables from which
 * tests make their kernels, and those that tests which write out a kernel say with {@link Covers}.
 */
public final class CoveredInstructions {
    /** What the name of an instruction may follow: the start of a line or another statement, and a guard. */
    private static final Pattern NAME = Pattern.compile(
            "(?m)(?:^|[;{}])[ \\t]*(?:@!?%\\w+[ \\t]+)?([a-z][a-z0-9]*(?:\\.[A-Za-z_][\\w:]*)*)(?=[\\s;])");
    static final List<Class<?>> WRITTEN_OUT = List.of(ThreadsTest.class, ClustersTest.class, AsyncCopyTest.class,
            PersistentKernelsTest.class, MemoryInstructionsTest.class);

    private CoveredInstructions() {
    }

    /**
     * What is covered.
     *
     * @return names such as {@code ld.global.f32}
     */
    public static Set<String> all() {
        return Stream.of(InstructionCases.all().flatMap(one -> named(one.ptx()).stream()), ApproximateInstructionsTest.covered(),
                MemoryInstructionsTest.covered(), AtomicsTest.covered(), TensorTest.covered(), LoadMatrixTest.covered(),
                WRITTEN_OUT.stream().flatMap(CoveredInstructions::said)).flatMap(names -> names)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The instructions of a program.
     *
     * @param ptx one statement in a line, or several that end with semicolons; labels have lines of their own
     * @return their names
     */
    public static Set<String> named(String ptx) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(ptx);
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }

    static Stream<String> said(Class<?> test) {
        return Arrays.stream(test.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Covers.class))
                .map(method -> method.getAnnotation(Covers.class)).flatMap(covers -> Arrays.stream(covers.value()));
    }
}
