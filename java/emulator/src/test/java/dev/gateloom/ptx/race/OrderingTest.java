package dev.gateloom.ptx.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Access.Kind;
import dev.gateloom.ptx.memory.Access.Order;
import dev.gateloom.ptx.memory.Access.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clocks against a model that is slow and plain: every thread has the set of all accesses that happened before. Random
 * barriers, meetings, fences and strong accesses of two clusters of two blocks; after each the two must agree on every
 * access that was made.
 */
class OrderingTest {
    private static final int BLOCKS = 4;
    private static final int THREADS = 70;
    private static final int WARPS = 3;
    private static final int PLACES = 3;
    private static final int STEPS = 400;
    private static final Scope[] SCOPES = {Scope.CTA, Scope.CLUSTER, Scope.GPU, Scope.SYS};

    private final Ordering ordering = new Ordering(THREADS, 1, block -> block / 2);
    private final Model[] threads = new Model[BLOCKS * THREADS];
    private final Flag[] flags = new Flag[PLACES];
    private final Place[] places = new Place[PLACES];
    private final List<Long> stamps = new ArrayList<>();
    private Random random;

    /** The first instruction of a release pattern: what had happened before it, its block, how far its scope reaches. */
    private record Head(BitSet past, int block, int reach) {
    }

    private static final class Model {
        final BitSet past = new BitSet();
        final List<Head> fences = new ArrayList<>();
        final List<Head> seen = new ArrayList<>();
    }

    private static final class Place {
        /** Block and reach of the strong write that the value is from; null for none. */
        int[] writer;
        /** What the value tells. */
        List<Head> told = List.of();
        /** By thread. */
        final Map<Integer, List<Head>> released = new HashMap<>();
        final Map<Integer, List<Head>> seen = new HashMap<>();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void clocksAgreeWithSetsOfAccesses(long seed) {
        random = new Random(seed);
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Model();
        }
        for (int place = 0; place < PLACES; place++) {
            flags[place] = new Flag(1);
            places[place] = new Place();
        }
        int ordered = 0;
        for (int step = 0; step < STEPS; step++) {
            access();
            access();
            switch (random.nextInt(12)) {
                case 0 -> barrier();
                case 1 -> meeting();
                case 2, 3 -> fence();
                case 4 -> overwrite();
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
        boolean anybody = false;
        for (int w = 0; w < WARPS; w++) {
            if (!all && random.nextBoolean()) {
                continue;
            }
            int born = Math.min(32, THREADS - 32 * w);
            int lanes = born == 32 ? -1 : (1 << born) - 1;
            boolean wait = all || random.nextInt(3) > 0;
            anybody = true;
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
        if (anybody) {
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
        acquire(model, block, reach(scope), model.seen);
        model.fences.add(new Head((BitSet) model.past.clone(), block, reach(scope)));
        ordering.fence(warp(block, thread), 1 << thread, SCOPES[scope]);
    }

    /** A weak write to a place. */
    private void overwrite() {
        int place = random.nextInt(PLACES);
        places[place].writer = null;
        places[place].told = List.of();
        flags[place].overwrite();
    }

    /** One strong access to one of a few places. */
    private void message() {
        int block = random.nextInt(BLOCKS);
        int thread = random.nextInt(4);
        int number = random.nextInt(PLACES);
        int scope = random.nextInt(SCOPES.length);
        Kind kind = Kind.values()[random.nextInt(4)];
        Order order = switch (kind) {
            case READ -> any(Order.RELAXED, Order.VOLATILE, Order.ACQUIRE);
            case WRITE -> any(Order.RELAXED, Order.VOLATILE, Order.RELEASE);
            case ATOMIC -> any(Order.RELAXED, Order.ACQUIRE, Order.RELEASE, Order.ACQUIRE_RELEASE);
            case REDUCTION -> any(Order.RELAXED, Order.RELEASE);
        };
        Access access = new Access(kind, 4, 1, order, SCOPES[scope], false, false);
        Model model = model(block, thread);
        Place place = places[number];
        int reach = reach(scope);
        boolean observes = access.reads() && place.writer != null
                && distance(place.writer[0], block) <= Math.min(place.writer[1], reach);
        if (access.reads() && kind != Kind.REDUCTION) {
            List<Head> seen = place.seen.computeIfAbsent(block * THREADS + thread, any -> new ArrayList<>());
            seen.addAll(observes ? place.told : List.of());
            model.seen.addAll(observes ? place.told : List.of());
            if (order == Order.ACQUIRE || order == Order.ACQUIRE_RELEASE) {
                acquire(model, block, reach, seen);
            }
        }
        if (access.writes()) {
            List<Head> released = place.released.computeIfAbsent(block * THREADS + thread, any -> new ArrayList<>());
            if (order == Order.RELEASE || order == Order.ACQUIRE_RELEASE) {
                released.add(new Head((BitSet) model.past.clone(), block, reach));
            }
            List<Head> told = new ArrayList<>(observes ? place.told : List.of());
            told.addAll(released);
            told.addAll(model.fences);
            place.told = told;
            place.writer = new int[] {block, reach};
        }
        ordering.access(warp(block, thread), thread, access, Marks.of(1, access), flags[number]);
    }

    private Order any(Order... orders) {
        return orders[random.nextInt(orders.length)];
    }

    private static void acquire(Model model, int block, int reach, List<Head> heads) {
        for (Head head : heads) {
            if (distance(head.block(), block) <= Math.min(head.reach(), reach)) {
                model.past.or(head.past());
            }
        }
    }

    /** What a scope must reach: 0 in the block, 1 in the cluster, else 2. */
    private static int distance(int block, int other) {
        return block == other ? 0 : block / 2 == other / 2 ? 1 : 2;
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
