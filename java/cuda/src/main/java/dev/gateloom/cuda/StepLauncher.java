package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/** What the launchers of one step's gates share: a thread for each unit of each sequence. For one thread at a time. */
abstract class StepLauncher {
    private static final int THREADS = 256;

    final Arguments arguments = new Arguments();
    private final Geometries geometries = new Geometries(THREADS, 1);

    /** Adds what these kernels take after their pointers. */
    final void sizes(int t, int batch, int hiddenSize, int ldy, boolean reverse) {
        sizes(t, batch, hiddenSize);
        arguments.int32(Expect.atLeast("ldy", ldy, hiddenSize)).int32(reverse ? 1 : 0);
    }

    /** Adds what kernels take that leave y alone. */
    final void sizes(int t, int batch, int hiddenSize, boolean reverse) {
        sizes(t, batch, hiddenSize);
        arguments.int32(reverse ? 1 : 0);
    }

    /** Adds what kernels take that go no other way backward. */
    final void sizes(int t, int batch, int hiddenSize) {
        Expect.atLeast("t", t, 0);
        Expect.atLeast("B", batch, 1);
        Expect.atLeast("H", hiddenSize, 1);
        arguments.int32(t).int32(batch).int32(hiddenSize);
    }

    final void launch(Stream stream, Kernel kernel, int batch, int hiddenSize) {
        int blocks = Expect.blocks("B·H", (long) batch * hiddenSize, THREADS);
        stream.launch(kernel, geometries.of(blocks), arguments);
    }
}
