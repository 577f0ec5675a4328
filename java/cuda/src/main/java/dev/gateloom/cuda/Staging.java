package dev.gateloom.cuda;

import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Operand;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Page-locked memory through which the caller's tensors pass. Uploads take their values at once; downloads arrive with
 * {@link #flush}. Each piece has a place of its own until then; when there is no more room, a flush makes some. For one
 * thread at a time.
 */
final class Staging {
    /** 4 MiB: a transfer of that size runs at the bus's full speed. */
    private static final int MOST_WORDS = 1 << 20;
    private static final int MOST_PENDING = 64;

    private final Stream stream;
    private final HostMemory memory;
    private final FloatBuffer floats;
    private final IntBuffer ints;
    private final int capacity;
    private int used;

    // Downloads on their way, piece by piece: words from `place` on go to `target` or `integers` from `first` on, or are added to `sum`.
    private final Operand[] target = new Operand[MOST_PENDING];
    private final float[][] sum = new float[MOST_PENDING][];
    private final int[][] integers = new int[MOST_PENDING][];
    private final int[] first = new int[MOST_PENDING];
    private final int[] place = new int[MOST_PENDING];
    private final int[] length = new int[MOST_PENDING];
    private int pending;

    private final Operand array = new Operand();

    /**
     * Allocates.
     *
     * @param workspace owns the memory
     * @param stream runs the copies
     * @param words all that a call moves; less is taken if that is much
     */
    Staging(Workspace workspace, Stream stream, long words) {
        this.stream = stream;
        capacity = (int) Math.min(words, MOST_WORDS);
        memory = workspace.host((long) capacity * Float.BYTES);
        ByteBuffer bytes = memory.bytes().duplicate().order(ByteOrder.nativeOrder()).clear();
        floats = bytes.asFloatBuffer();
        ints = bytes.asIntBuffer();
    }

    /** Starts a call. After a call that failed, what it had on the way is waited for and forgotten. */
    void begin() {
        if (used > 0) {
            forget();
            stream.synchronize();
            used = 0;
        }
    }

    /** Copies the first values of an operand to the device. */
    void upload(Operand from, int count, long to) {
        for (int done = 0; done < count; ) {
            int n = room(count - done);
            from.get(done, floats, used, n);
            send(to, done, n);
            done += n;
        }
    }

    /** Copies the first values of an array to the device. */
    void upload(float[] from, int count, long to) {
        array.set(from);
        upload(array, count, to);
        array.set((float[]) null);
    }

    /** Copies the first values of an array to the device. */
    void upload(int[] from, int count, long to) {
        for (int done = 0; done < count; ) {
            int n = room(count - done);
            ints.put(used, from, done, n);
            send(to, done, n);
            done += n;
        }
    }

    /** Copies values from the device to an operand's beginning; they are there after {@link #flush}. */
    void download(long from, Operand to, int count) {
        receive(from, to, null, null, count);
    }

    /** Copies words from the device to an array's beginning; they are there after {@link #flush}. */
    void download(long from, int[] to, int count) {
        receive(from, null, null, to, count);
    }

    /** Adds values from the device to those of an array; they are there after {@link #flush}. */
    void downloadSum(long from, float[] onto, int count) {
        receive(from, null, onto, null, count);
    }

    /** Waits until all work of the stream has run, and delivers the downloads. */
    void flush() {
        stream.synchronize();
        for (int n = 0; n < pending; n++) {
            if (target[n] != null) {
                target[n].put(first[n], floats, place[n], length[n]);
            } else if (integers[n] != null) {
                ints.get(place[n], integers[n], first[n], length[n]);
            } else {
                add(sum[n], first[n], place[n], length[n]);
            }
        }
        forget();
        used = 0;
    }

    private void add(float[] onto, int at, int from, int count) {
        for (int i = 0; i < count; i++) {
            onto[at + i] += floats.get(from + i);
        }
    }

    private void receive(long from, Operand to, float[] onto, int[] words, int count) {
        for (int done = 0; done < count; ) {
            if (pending == MOST_PENDING) {
                flush();
            }
            int n = room(count - done);
            stream.download(from + (long) done * Float.BYTES, memory, (long) used * Float.BYTES, (long) n * Float.BYTES);
            target[pending] = to;
            sum[pending] = onto;
            integers[pending] = words;
            first[pending] = done;
            place[pending] = used;
            length[pending] = n;
            pending++;
            used += n;
            done += n;
        }
    }

    private void send(long to, int done, int n) {
        stream.upload(memory, (long) used * Float.BYTES, to + (long) done * Float.BYTES, (long) n * Float.BYTES);
        used += n;
    }

    /** How many of so many words fit now; at least one. */
    private int room(int wanted) {
        if (used == capacity) {
            flush();
        }
        return Math.min(wanted, capacity - used);
    }

    private void forget() {
        while (pending > 0) {
            pending--;
            target[pending] = null;
            sum[pending] = null;
            integers[pending] = null;
        }
    }
}
