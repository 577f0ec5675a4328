package dev.gateloom.ptx.mutation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All mutants of a program:
 *
 * <ul>
 *   <li>each {@code bar}, {@code barrier}, {@code bar.warp}, {@code membar}, {@code fence} and each
 *       {@code cp.async.commit_group} and {@code wait} deleted; a {@code wait_group} may also leave one more group
 *       pending. Barriers that reduce stay, since their result is needed;
 *   <li>each {@code .acquire}, {@code .release}, {@code .acq_rel} made relaxed, the last one also each half; an arrival at the
 *       barrier of a cluster, too, which releases also if it does not say so;
 *   <li>each {@code .relaxed} and {@code .volatile} load and store made weak;
 *   <li>each scope wider than the block made the block, the default one of atomics included, except in shared memory.
 * </ul>
 */
public final class Mutations {
    private static final Pattern LINE = Pattern.compile("\\n");
    private static final Pattern FILE = Pattern.compile("\\.file\\s+(\\d+)\\s+\"(?:[^\"]*[/\\\\])?([^\"/\\\\]+)\"");
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+([\\w$]+)");
    private static final Pattern LOCATION = Pattern.compile("\\.loc\\s+(\\d+)\\s+(\\d+)");
    private static final Pattern INSTRUCTION = Pattern.compile("(?<guard>@!?%\\w+\\s+)?(?<![\\w.%$])"
            + "(?<opcode>bar|barrier|membar|fence|cp|ld|st|atom|red)(?<modifiers>(?:\\.[A-Za-z_][\\w:]*)+)(?<operands>[^;]*);");
    private static final Set<String> WIDE = Set.of("cluster", "gpu", "gl", "sys");
    private static final Set<String> SCOPES = Set.of("cta", "cluster", "gpu", "sys");

    private final String ptx;
    private final List<Mutant> mutants = new ArrayList<>();
    private final Map<String, String> files = new HashMap<>();
    private String kernel;
    private String place;

    private Mutations(String ptx) {
        this.ptx = ptx;
    }

    /**
     * Changes a program in every way, one at a time.
     *
     * @param ptx the program
     * @return its mutants, in the order of the text
     */
    public static List<Mutant> of(String ptx) {
        Mutations mutations = new Mutations(ptx);
        mutations.walk();
        return mutations.mutants;
    }

    private void walk() {
        Matcher file = FILE.matcher(ptx);
        while (file.find()) {
            files.put(file.group(1), file.group(2));
        }
        int start = 0;
        int number = 1;
        Matcher end = LINE.matcher(ptx);
        while (start < ptx.length()) {
            int next = end.find(start) ? end.end() : ptx.length();
            walk(start, next, number++);
            start = next;
        }
    }

    private void walk(int start, int end, int number) {
        int comment = ptx.indexOf("//", start);
        int to = comment >= 0 && comment < end ? comment : end;
        Matcher entry = ENTRY.matcher(ptx).region(start, to);
        if (entry.find()) {
            kernel = entry.group(1);
            place = null;
        }
        Matcher location = LOCATION.matcher(ptx).region(start, to);
        if (location.find()) {
            place = files.get(location.group(1)) + ":" + location.group(2);
        }
        Matcher instruction = INSTRUCTION.matcher(ptx).region(start, to).useTransparentBounds(true);
        while (instruction.find()) {
            mutate(instruction, place == null ? "PTX line " + number : place);
        }
    }

    private void mutate(Matcher instruction, String at) {
        String opcode = instruction.group("opcode");
        List<String> modifiers = Arrays.asList(instruction.group("modifiers").substring(1).split("\\."));
        switch (opcode) {
            case "bar", "barrier", "membar", "fence" -> {
                if (!modifiers.contains("red")) {
                    delete(instruction, at);
                }
                if (modifiers.contains("cluster") && modifiers.contains("arrive") && !modifiers.contains("relaxed")
                        && !modifiers.contains("release")) {
                    replace(instruction, modifiers, "arrive", "arrive.relaxed", at);
                }
            }
            case "cp" -> copy(instruction, modifiers, at);
            default -> orders(instruction, opcode, modifiers, at);
        }
        for (String order : List.of("acquire", "release")) {
            boolean always = opcode.equals("barrier") && order.equals("acquire");       // waiting for a cluster is nothing else
            if (modifiers.contains(order) && !always) {
                replace(instruction, modifiers, order, "relaxed", at);
            }
        }
        if (blockOnly(modifiers)) {
            return;
        }
        for (String scope : modifiers) {
            boolean barrierOfCluster = opcode.equals("barrier") && scope.equals("cluster");
            boolean memoryOfCluster = scope.contains("::");
            if (WIDE.contains(scope) && !barrierOfCluster && !memoryOfCluster) {
                replace(instruction, modifiers, scope, "cta", at);
            }
        }
    }

    private void copy(Matcher instruction, List<String> modifiers, String at) {
        if (modifiers.contains("commit_group") || modifiers.contains("wait_all") || modifiers.contains("wait_group")) {
            delete(instruction, at);
        }
        if (modifiers.contains("wait_group")) {
            int groups = Integer.parseInt(instruction.group("operands").trim());
            change(instruction, name(instruction) + " " + groups + " → " + (groups + 1),
                    name(instruction) + " " + (groups + 1), at);
        }
    }

    private void orders(Matcher instruction, String opcode, List<String> modifiers, String at) {
        boolean atomic = opcode.equals("atom") || opcode.equals("red");
        if (modifiers.contains("acq_rel")) {
            for (String weaker : List.of("relaxed", "acquire", "release")) {
                replace(instruction, modifiers, "acq_rel", weaker, at);
            }
        }
        if (atomic) {
            if (modifiers.stream().noneMatch(SCOPES::contains) && !blockOnly(modifiers)) {
                List<String> narrow = new ArrayList<>(modifiers);
                narrow.add(0, "cta");
                rename(instruction, narrow, at);
            }
        } else if (modifiers.contains("relaxed") || modifiers.contains("volatile")) {
            rename(instruction, modifiers.stream().filter(m -> !m.equals("relaxed") && !m.equals("volatile")
                    && !SCOPES.contains(m)).toList(), at);
        }
    }

    /** Whether only the block can see the memory, so that a wider scope says nothing. */
    private static boolean blockOnly(List<String> modifiers) {
        return modifiers.contains("shared") || modifiers.contains("shared::cta");
    }

    private void replace(Matcher instruction, List<String> modifiers, String from, String to, String at) {
        rename(instruction, modifiers.stream().map(modifier -> modifier.equals(from) ? to : modifier).toList(), at);
    }

    private void rename(Matcher instruction, List<String> modifiers, String at) {
        String name = instruction.group("opcode") + "." + String.join(".", modifiers);
        change(instruction, name(instruction) + " → " + name, name + instruction.group("operands"), at);
    }

    private static String name(Matcher instruction) {
        return instruction.group("opcode") + instruction.group("modifiers");
    }

    private void delete(Matcher instruction, String at) {
        mutants.add(new Mutant(kernel, at, name(instruction) + " deleted",
                ptx.substring(0, instruction.start()) + ptx.substring(instruction.end())));
    }

    private void change(Matcher instruction, String description, String changed, String at) {
        String guard = instruction.group("guard") == null ? "" : instruction.group("guard");
        mutants.add(new Mutant(kernel, at, description,
                ptx.substring(0, instruction.start()) + guard + changed + ";" + ptx.substring(instruction.end())));
    }
}
