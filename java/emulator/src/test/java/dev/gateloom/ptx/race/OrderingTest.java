package dev.gateloom.ptx.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Access.Kind;
import dev.gateloom.ptx.memory.Access.Order;
import dev.gateloom.ptx.memory.Access.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clocks against a model that is slow and plain: every thread has the set of all accesses that happened before. Random
 * barriers, meetings, fences, releases and acquires of three blocks; after each the two must agree on every
 * access that was made.
 */
class OrderingTest {
    private static final int BLOCKS = 3;
    private static final int THREADS = 70;
    private static final int WARPS = 3;
    private static final int PLACES = 3;
    private static final int STEPS = 400;
    /** The block, the cluster (which is the block), the device: what a scope must reach for two threads. */
    private static final Scope[] SCOPES = {Scope.CTA, Scope.CLUSTER, Scope.GPU, Scope.SYS};

    private final Ordering ordering = new Ordering(THREADS, 1, block -> block);
    private final Model[] threads = new Model[BLOCKS * THREADS];
    private final Published[] published = new Published[PLACES];
    private final List<List<Told>> told = new ArrayList<>();
    private final List<Long> stamps = new ArrayList<>();
    private Random random;

    /** What a release tells, how far, and of which block it is. */
    private record Told(BitSet past, int reach, int block) {
    }

    /** What a strong read has seen, and how far away its writer is. */
    private record Seen(BitSet past, int distance) {
    }

    private static final class Model {
        final BitSet past = new BitSet();
        /** By scope of the fence: what happened before the last one. */
        final BitSet[] fenced = new BitSet[SCOPES.length];
        final List<Seen> seen = new ArrayList<>();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void clocksAgreeWithSetsOfAccesses(long seed) {
        random = new Random(seed);
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Model();
        }
        for (int place = 0; place < PLACES; place++) {
            told.add(new ArrayList<>());
        }
        int ordered = 0;
        for (int step = 0; step < STEPS; step++) {
            access();
            access();
            switch (random.nextInt(6)) {
                case 0 -> barrier();
                case 1 -> meeting();
                case 2 -> fence();
                default -> message();
            }
            ordered += compare();
        }
        assertTrue(ordered > 1000, "the test orders something: " + ordered);
    }

    private WarpClocks warp(int block, int thread) {
        return ordering.warp(block, block, thread / 32);
    }

    private Model model(int block, int thread) {
        return threads[block * THREADS + thread];
    }

    private void access() {
        access(random.nextInt(BLOCKS), random.nextInt(THREADS));
    }

    private void access(int block, int thread) {
        model(block, thread).past.set(stamps.size());
        stamps.add(warp(block, thread).stamp(thread % 32));
    }

    /** Some warps or all threads of a block, some of which may only arrive. */
    private void barrier() {
        int block = random.nextInt(BLOCKS);
        boolean all = random.nextBoolean();
        BitSet everybody = new BitSet();
        List<Model> waiting = new ArrayList<>();
        for (int w = 0; w < WARPS; w++) {
            if (!all && random.nextBoolean()) {
                continue;
            }
            int born = Math.min(32, THREADS - 32 * w);
            int lanes = born == 32 ? -1 : (1 << born) - 1;
            boolean wait = all || random.nextInt(3) > 0;
            ordering.arrive(block, warp(block, 32 * w), lanes, 1, wait);
            for (int lane = 0; lane < born; lane++) {
                Model model = model(block, 32 * w + lane);
                everybody.or(model.past);
                if (wait) {
                    waiting.add(model);
                }
            }
            if (!wait) {
                access(block, 32 * w + random.nextInt(born));       // it goes on while others still come
            }
        }
        if (!everybody.isEmpty()) {
            waiting.forEach(model -> model.past.or(everybody));
            ordering.open(block, 1);
        }
    }

    private void meeting() {
        int block = random.nextInt(BLOCKS);
        int w = random.nextInt(2);
        int lanes = random.nextInt() | 1;
        BitSet everybody = new BitSet();
        for (int lane = 0; lane < 32; lane++) {
            if ((lanes >>> lane & 1) != 0) {
                everybody.or(model(block, 32 * w + lane).past);
            }
        }
        for (int lane = 0; lane < 32; lane++) {
            if ((lanes >>> lane & 1) != 0) {
                model(block, 32 * w + lane).past.or(everybody);
            }
        }
        ordering.meet(block, warp(block, 32 * w), lanes);
    }

    private void fence() {
        int block = random.nextInt(BLOCKS);
        int thread = random.nextInt(4);                             // few threads, so that their messages meet
        int scope = random.nextInt(SCOPES.length);
        Model model = model(block, thread);
        model.seen.forEach(seen -> {
            if (reach(scope) >= seen.distance()) {
                model.past.or(seen.past());
            }
        });
        model.fenced[scope] = (BitSet) model.past.clone();
        ordering.fence(warp(block, thread), 1 << thread, SCOPES[scope]);
    }

    /** One strong access to one of a few places. */
    private void message() {
        int block = random.nextInt(BLOCKS);
        int thread = random.nextInt(4);
        int place = random.nextInt(PLACES);
        int scope = random.nextInt(SCOPES.length);
        Kind kind = Kind.values()[random.nextInt(3)];
        Order order = switch (random.nextInt(3)) {
            case 0 -> Order.RELAXED;
            case 1 -> kind == Kind.READ ? Order.ACQUIRE : kind == Kind.WRITE ? Order.RELEASE : Order.ACQUIRE_RELEASE;
            default -> kind != Kind.ATOMIC ? Order.VOLATILE : random.nextBoolean() ? Order.ACQUIRE : Order.RELEASE;
        };
        Access access = new Access(kind, 4, 1, order, SCOPES[scope], false, false);
        Model model = model(block, thread);
        if (access.reads()) {
            for (Told one : told.get(place)) {
                int distance = one.block() == block ? 0 : 2;
                if (one.reach() >= distance && reach(scope) >= distance) {
                    model.seen.add(new Seen(one.past(), distance));
                    if (order == Order.ACQUIRE || order == Order.ACQUIRE_RELEASE) {
                        model.past.or(one.past());
                    }
                }
            }
            ordering.read(warp(block, thread), thread, access, published[place]);
        }
        if (access.writes()) {
            if (kind == Kind.WRITE) {
                told.get(place).clear();
            }
            if (order == Order.RELEASE || order == Order.ACQUIRE_RELEASE) {
                told.get(place).add(new Told((BitSet) model.past.clone(), reach(scope), block));
            }
            for (int fence = 0; fence < SCOPES.length; fence++) {
                if (model.fenced[fence] != null) {
                    told.get(place).add(new Told(model.fenced[fence], Math.min(reach(fence), reach(scope)), block));
                }
            }
            published[place] = ordering.write(warp(block, thread), thread, access, published[place]);
        }
    }

    private static int reach(int scope) {
        return Math.min(scope, 2);
    }

    private int compare() {
        int ordered = 0;
        for (int check = 0; check < 200; check++) {
            int block = random.nextInt(BLOCKS);
            int thread = random.nextBoolean() ? random.nextInt(4) : random.nextInt(THREADS);
            int access = random.nextInt(stamps.size());
            boolean before = model(block, thread).past.get(access);
            ordered += before ? 1 : 0;
            assertEquals(before, warp(block, thread).isBefore(stamps.get(access), thread % 32),
                    () -> "access " + access + " and thread " + thread + " of block " + block);
        }
        return ordered;
    }
}
