package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.GlobalMemory;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.PtxParser;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an observer sees of clusters: enough to order the accesses of their blocks. */
class ClusterEventsTest {
    private static final String KERNEL = """
            .version 7.8
            .target sm_90
            .address_size 64
            .visible .entry k()
            .reqnctapercluster 2
            {
                .shared .align 4 .b8 tile[128];
                .reg .b32 %r<9>;
                mov.u32 %r1, %laneid;
                shl.b32 %r2, %r1, 2;
                st.shared.u32 [%r2], %r1;
                barrier.cluster.arrive.release;
                barrier.cluster.wait.acquire;
                mov.u32 %r3, %cluster_ctarank;
                xor.b32 %r3, %r3, 1;
                mapa.shared::cluster.u32 %r4, %r2, %r3;
                ld.relaxed.cluster.shared::cluster.u32 %r5, [%r4];
                barrier.cluster.arrive.relaxed;
                barrier.cluster.wait;
                ret;
            }
            """;

    /** Writes a line for each event. */
    private static final class Recorder implements Observer {
        final List<String> events = new ArrayList<>();
        final Set<Region> written = new HashSet<>();
        final Set<Region> read = new HashSet<>();

        @Override
        public void access(Warp warp, Op op, Region region, int lanes, int[] offsets, Access access) {
            assertEquals(Space.SHARED, region.space());
            (access.writes() ? written : read).add(region);
            events.add(access.writes() ? "write" : "read " + access.scope());
        }

        @Override
        public void arrive(Warp warp, Op op, int lanes, int barrier, boolean wait) {
            events.add("barrier of the block");
        }

        @Override
        public void open(Cta cta, int barrier) {
            events.add("barrier of the block");
        }

        @Override
        public void warpSync(Warp warp, int lanes) {
            events.add("warp");
        }

        @Override
        public void fence(Warp warp, Op op, int lanes, Access.Order order, Access.Scope scope) {
            events.add("fence");
        }

        @Override
        public void exit(Warp warp, int lanes) {
            events.add("exit");
        }

        @Override
        public void clusterArrive(Warp warp, Op op, int lanes, boolean release) {
            assertEquals(-1, lanes);
            events.add("arrive " + release);
        }

        @Override
        public void clusterOpen(Cluster cluster) {
            assertEquals(2, cluster.ctas().length);
            events.add("open");
        }

        @Override
        public void clusterWait(Warp warp, int lanes) {
            assertEquals(-1, lanes);
            events.add("wait");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void barriersAndRemoteAccesses(long seed) {
        Function function = PtxParser.parse(KERNEL).kernels().get("k");
        Code code = Translator.translate(function, Map.of(), List.of(), 90, Approximations.nearest(), seed);
        Recorder recorder = new Recorder();
        Policy policy = new Policy(seed, 2, 8, 4, 100_000, true);
        new Grid(code, new Geometry(2, 1, 1, 32, 1, 1, 0), new byte[0], new GlobalMemory(1024, true),
                new Region(Space.CONST, Region.CONST_WINDOW, 0, false, "constants"), policy, recorder, 1).run();
        List<String> events = recorder.events;
        assertEquals(2, recorder.written.size());
        assertEquals(recorder.written, recorder.read);
        assertEquals(2, count(events, "arrive true"));
        assertEquals(2, count(events, "arrive false"));
        assertEquals(2, count(events, "open"));
        assertEquals(4, count(events, "wait"));
        assertEquals(2, count(events, "read CLUSTER"));
        int open = events.indexOf("open");
        assertTrue(events.lastIndexOf("write") < open && events.lastIndexOf("arrive true") < open);
        assertTrue(events.indexOf("read CLUSTER") > events.indexOf("wait") && events.indexOf("wait") > open);
    }

    private static long count(List<String> events, String event) {
        return events.stream().filter(event::equals).count();
    }
}
