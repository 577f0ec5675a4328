package dev.gateloom.ptx;

import static dev.gateloom.ptx.BrokenHostCodeTest.assertReport;
import static dev.gateloom.ptx.BrokenHostCodeTest.everySeed;
import static dev.gateloom.ptx.BrokenHostCodeTest.next;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import org.junit.jupiter.api.Test;

/** Streams that read and write the same memory: what is a race, whatever the order in which they happen to run. */
class StreamRacesTest {

    /** Two streams read x; a third one waits for the second, and for the first if it is careful, and overwrites x. */
    private static void overwrite(Bench bench, boolean careful) {
        Stream second = bench.device.stream();
        Stream third = bench.device.stream();
        Event firstHasRead = bench.device.event();
        Event secondHasRead = bench.device.event();
        DeviceMemory x = bench.ints(1, 2, 3, 4);
        DeviceMemory y = bench.ints(0, 0, 0, 0);
        DeviceMemory z = bench.ints(0, 0, 0, 0);
        next(bench, bench.stream, x, y);
        bench.stream.record(firstHasRead);
        next(bench, second, x, z);
        second.record(secondHasRead);
        third.await(secondHasRead);
        if (careful) {
            third.await(firstHasRead);
        }
        third.fill(x.address(), 9, 4);
        third.synchronize();
        bench.stream.synchronize();
        assertArrayEquals(new int[] {2, 3, 4, 5}, bench.ints(y));
        firstHasRead.close();
        secondHasRead.close();
        third.close();
        second.close();
    }

    @Test
    void aWriterThatWaitsForOneOfTwoReaders() {
        everySeed(bench -> assertReport(assertThrows(DeviceException.class, () -> overwrite(bench, false)),
                "Error: Race reported between", "cuMemsetD32Async", "no event orders the streams"));
    }

    @Test
    void aWriterThatWaitsForBothReaders() {
        everySeed(bench -> overwrite(bench, true));
    }

    /** The second stream writes two bytes of a word of which the first one writes the lower two. */
    private static void halves(Bench bench, int offset) {
        try (Stream second = bench.device.stream(); HostMemory host = bench.device.allocateHost(4)) {
            DeviceMemory x = bench.ints(0, 0);
            host.bytes().putInt(0, 0x00030002);
            bench.stream.upload(host, 0, x.address(), 2);
            second.upload(host, 2, x.address() + offset, 2);
            second.synchronize();
            assertArrayEquals(new int[] {0x00030002, 0}, bench.ints(x));
        }
    }

    @Test
    void streamsThatWriteHalvesOfAWord() {
        everySeed(bench -> halves(bench, 2));
    }

    @Test
    void streamsThatWriteOneByteBoth() {
        everySeed(bench -> assertReport(assertThrows(DeviceException.class, () -> halves(bench, 1)), "WAW in __global__ memory",
                "no event orders the streams"));
    }
}
