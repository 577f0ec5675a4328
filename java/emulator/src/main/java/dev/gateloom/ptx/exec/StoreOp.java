package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.List;

/** {@code st}: the low bytes of registers. */
final class StoreOp extends MemoryOp {
    private final int bytes;
    private final boolean wide;
    private final int[] sources;

    StoreOp(Instruction source, Space space, Access access, Place place, int bytes, boolean wide, int[] sources) {
        super(source, counted(space), space, access, place);
        this.bytes = bytes;
        this.wide = wide;
        this.sources = sources;
    }

    @Override
    List<MemoryOp> elements() {
        List<MemoryOp> parts = new ArrayList<>();
        for (int e = 0; e < sources.length; e++) {
            parts.add(new StoreOp(source, space, access.element(), place.plus(e * bytes), bytes, wide,
                    new int[] {sources[e]}).of(this, e * bytes));
        }
        return parts;
    }

    @Override
    void transfer(Warp warp, int lanes, byte[] data, int[] offsets) {
        if (bytes == Integer.BYTES && !wide) {
            for (int e = 0; e < sources.length; e++) {
                words(warp.words[sources[e]], lanes, data, offsets, e * Integer.BYTES);
            }
            return;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            for (int e = 0; e < sources.length; e++) {
                long value = wide ? warp.longs[sources[e]][lane] : warp.words[sources[e]][lane];
                Bytes.put(data, offsets[lane] + e * bytes, bytes, value);
            }
        }
    }

    private static void words(int[] from, int lanes, byte[] data, int[] offsets, int shift) {
        if (lanes == Warp.ALL) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                Bytes.putInt(data, offsets[lane] + shift, from[lane]);
            }
            return;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            Bytes.putInt(data, offsets[lane] + shift, from[lane]);
        }
    }
}
