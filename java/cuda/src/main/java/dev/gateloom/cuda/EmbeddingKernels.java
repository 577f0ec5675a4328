package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** Launches {@code embedding.cu}: look-up of vectors and its gradient. Ids are floats that were checked. For one thread at a time. */
final class EmbeddingKernels {
    private static final int THREADS = 256;
    private static final int WARP = 32;

    private final Kernel forward;
    private final Kernel backward;
    private final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    EmbeddingKernels(Device device) {
        forward = device.kernel(Programs.EMBEDDING, "embedding");
        backward = device.kernel(Programs.EMBEDDING, "embedding_gradient");
    }

    /** {@code y[i, :] = table[ids[i], :]} for so many ids. */
    void forward(Stream stream, long y, long ids, long table, int width, int count) {
        arguments.clear().address(Expect.address("y", y)).address(Expect.address("ids", ids))
                .address(Expect.address("table", table)).int32(Expect.atLeast("W", width, 1)).int32(count);
        stream.launch(forward, geometries.of(Expect.blocks("count·W", (long) count * width, THREADS)), arguments);
    }

    /** {@code dTable[ids[i], :] += dy[i, :]} for so many ids, in their order. */
    void backward(Stream stream, long dTable, long ids, long dy, int entries, int width, int count) {
        arguments.clear().address(Expect.address("dTable", dTable)).address(Expect.address("ids", ids))
                .address(Expect.address("dy", dy)).int32(entries).int32(Expect.atLeast("W", width, 1))
                .int32(Expect.atLeast("count", count, 1));
        long warps = (long) entries * ((width + WARP - 1) / WARP);
        stream.launch(backward, geometries.of(Expect.blocks("entries·ceil(W/32)", warps, THREADS / WARP)), arguments);
    }
}
