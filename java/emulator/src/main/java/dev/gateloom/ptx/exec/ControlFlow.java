package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Operand;
import dev.gateloom.ptx.parse.PtxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Basic blocks of a kernel and the order in which they are laid out.
 *
 * <p>A warp runs the group of threads with the lowest address first. So that threads that part at a branch meet again
 * where their ways join for good, at the branch's immediate post-dominator, every block is placed before its own immediate
 * post-dominator: a reverse postorder that visits the post-dominator first does that, loops included.
 */
final class ControlFlow {

    /** Instructions from start to end - 1; the blocks that may follow. */
    record Block(int start, int end, int[] successors) {
    }

    private final List<Block> blocks = new ArrayList<>();
    private final int[] blockAt;
    private final int[] postDominators;
    private final int[] layout;

    ControlFlow(List<Instruction> body) {
        blockAt = new int[body.size() + 1];
        split(body);
        postDominators = immediatePostDominators();
        layout = blocks.isEmpty() ? new int[0] : order();
    }

    /** The blocks that can be reached, in the order in which they are to be placed. */
    int[] layout() {
        return layout;
    }

    Block block(int index) {
        return blocks.get(index);
    }

    int size() {
        return blocks.size();
    }

    /** The block that an instruction starts. */
    int blockAt(int instruction) {
        return blockAt[instruction];
    }

    /** Where all ways from a block join; -1 if that is the end. */
    int postDominator(int block) {
        return postDominators[block] == blocks.size() ? -1 : postDominators[block];
    }

    static boolean endsThread(Instruction instruction) {
        return instruction.opcode().equals("ret") || instruction.opcode().equals("exit")
                || instruction.opcode().equals("trap");
    }

    static boolean isBranch(Instruction instruction) {
        return instruction.opcode().equals("bra") || instruction.opcode().equals("brx");
    }

    /** Instructions to which a branch may go: one for {@code bra}, those of its table for {@code brx.idx}. */
    static List<Integer> targets(Instruction branch) {
        Operand last = branch.operands().isEmpty() ? null : branch.operands().get(branch.operands().size() - 1);
        if (last instanceof Operand.Targets table) {
            return table.indices();
        }
        if (last instanceof Operand.Label label) {
            return List.of(label.index());
        }
        throw new PtxException(branch.ptxLine(), branch.name() + ": expected where to go");
    }

    private void split(List<Instruction> body) {
        boolean[] starts = new boolean[body.size() + 1];
        starts[0] = true;
        for (int i = 0; i < body.size(); i++) {
            Instruction instruction = body.get(i);
            if (isBranch(instruction)) {
                targets(instruction).forEach(target -> starts[target] = true);
            }
            if (isBranch(instruction) || endsThread(instruction)) {
                starts[i + 1] = true;
            }
        }
        Arrays.fill(blockAt, -1);
        int count = 0;
        for (int i = 0; i < body.size(); i++) {
            if (starts[i]) {
                blockAt[i] = count++;
            }
        }
        blockAt[body.size()] = count;                           // falling off the end ends the thread
        for (int start = 0; start < body.size(); ) {
            int end = start + 1;
            while (!starts[end] && end < body.size()) {
                end++;
            }
            blocks.add(new Block(start, end, successors(body, end)));
            start = end;
        }
    }

    /** Blocks after the instruction before {@code end}; the number of blocks stands for the end. */
    private int[] successors(List<Instruction> body, int end) {
        Instruction last = body.get(end - 1);
        int next = blockAt[end];
        boolean guarded = last.guard() != null;
        int exit = blockAt[body.size()];
        if (isBranch(last)) {
            IntStream targets = targets(last).stream().mapToInt(target -> blockAt[target]);
            return guarded ? IntStream.concat(targets, IntStream.of(next)).toArray() : targets.toArray();
        }
        if (endsThread(last)) {
            return guarded ? new int[] {exit, next} : new int[] {exit};
        }
        return new int[] {next};
    }

    /** Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm", on the reversed graph. */
    private int[] immediatePostDominators() {
        int exit = blocks.size();
        List<List<Integer>> predecessors = new ArrayList<>();
        for (int i = 0; i <= exit; i++) {
            predecessors.add(new ArrayList<>());
        }
        for (int i = 0; i < exit; i++) {
            for (int successor : blocks.get(i).successors()) {
                predecessors.get(successor).add(i);
            }
        }
        List<Integer> postorder = new ArrayList<>();
        depthFirst(exit, predecessors, postorder);
        int[] rank = new int[exit + 1];
        Arrays.fill(rank, -1);
        for (int i = 0; i < postorder.size(); i++) {
            rank[postorder.get(i)] = i;
        }
        int[] dominator = new int[exit + 1];
        Arrays.fill(dominator, -1);
        dominator[exit] = exit;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = postorder.size() - 2; i >= 0; i--) {   // the last one is the exit
                int block = postorder.get(i);
                int best = -1;
                for (int successor : blocks.get(block).successors()) {
                    if (dominator[successor] >= 0) {
                        best = best < 0 ? successor : common(best, successor, dominator, rank);
                    }
                }
                changed |= dominator[block] != best;
                dominator[block] = best;
            }
        }
        return Arrays.copyOf(dominator, exit);
    }

    private static int common(int a, int b, int[] dominator, int[] rank) {
        while (a != b) {
            while (rank[a] < rank[b]) {
                a = dominator[a];
            }
            while (rank[b] < rank[a]) {
                b = dominator[b];
            }
        }
        return a;
    }

    private int[] order() {
        List<List<Integer>> next = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            List<Integer> of = new ArrayList<>();
            if (postDominators[i] >= 0) {
                of.add(postDominators[i]);
            }
            for (int successor : blocks.get(i).successors()) {
                of.add(successor);                              // falling through comes last, and so stands next
            }
            of.removeIf(block -> block == blocks.size());
            next.add(of);
        }
        List<Integer> postorder = new ArrayList<>();
        depthFirst(0, next, postorder);
        Collections.reverse(postorder);
        return postorder.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Without recursion: unrolled kernels have long chains of blocks. */
    private static void depthFirst(int root, List<List<Integer>> next, List<Integer> postorder) {
        boolean[] seen = new boolean[next.size()];
        int[] taken = new int[next.size()];
        Deque<Integer> path = new ArrayDeque<>();
        path.push(root);
        seen[root] = true;
        while (!path.isEmpty()) {
            int block = path.peek();
            List<Integer> ways = next.get(block);
            if (taken[block] == ways.size()) {
                postorder.add(block);
                path.pop();
            } else {
                int way = ways.get(taken[block]++);
                if (!seen[way]) {
                    seen[way] = true;
                    path.push(way);
                }
            }
        }
    }
}
