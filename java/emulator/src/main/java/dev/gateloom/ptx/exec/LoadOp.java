package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;
import dev.gateloom.ptx.parse.PtxType;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code ld}: one element or a vector into registers that may be wider than the elements. */
final class LoadOp extends MemoryOp {
    private final PtxType type;
    private final boolean wide;
    private final int[] destinations;

    LoadOp(Instruction source, Space space, Access access, Place place, PtxType type, boolean wide, int[] destinations) {
        super(source, counted(space), space, access, place);
        this.type = type;
        this.wide = wide;
        this.destinations = destinations;
    }

    @Override
    List<MemoryOp> elements() {
        List<MemoryOp> parts = new ArrayList<>();
        for (int e = 0; e < destinations.length; e++) {
            int before = e * type.bytes();
            parts.add(new LoadOp(source, space, access.element(), place.plus(before), type, wide,
                    new int[] {destinations[e]}).of(this, before));
        }
        return parts;
    }

    @Override
    boolean overwritesBase() {
        return place.wide() == wide && Arrays.stream(destinations).anyMatch(slot -> slot == place.slot());
    }

    @Override
    void transfer(Warp warp, int lanes, byte[] data, int[] offsets) {
        int bytes = type.bytes();
        if (lanes == Warp.ALL && !wide && bytes == Integer.BYTES && destinations.length % 2 == 0) {
            for (int e = 0; e < destinations.length; e += 2) {
                pairs(warp.words[destinations[e]], warp.words[destinations[e + 1]], data, offsets, e * bytes);
            }
            return;
        }
        for (int e = 0; e < destinations.length; e++) {
            if (wide) {
                longs(warp.longs[destinations[e]], lanes, data, offsets, e * bytes);
            } else if (bytes == 4) {
                words(warp.words[destinations[e]], lanes, data, offsets, e * bytes);
            } else {
                narrow(warp.words[destinations[e]], lanes, data, offsets, e * bytes);
            }
        }
    }

    /** Two words of a vector at once. */
    private static void pairs(int[] first, int[] second, byte[] data, int[] offsets, int shift) {
        for (int lane = 0; lane < Warp.LANES; lane++) {
            long both = Bytes.getLong(data, offsets[lane] + shift);
            first[lane] = (int) both;
            second[lane] = (int) (both >>> Integer.SIZE);
        }
    }

    private static void words(int[] to, int lanes, byte[] data, int[] offsets, int shift) {
        if (lanes == Warp.ALL) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                to[lane] = Bytes.getInt(data, offsets[lane] + shift);
            }
            return;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            to[lane] = Bytes.getInt(data, offsets[lane] + shift);
        }
    }

    private void narrow(int[] to, int lanes, byte[] data, int[] offsets, int shift) {
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            to[lane] = (int) Bytes.get(data, offsets[lane] + shift, type.bytes(), type.signed());
        }
    }

    private void longs(long[] to, int lanes, byte[] data, int[] offsets, int shift) {
        if (lanes == Warp.ALL && type.bytes() == Long.BYTES) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
                to[lane] = Bytes.getLong(data, offsets[lane] + shift);
            }
            return;
        }
        for (int left = lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            to[lane] = Bytes.get(data, offsets[lane] + shift, type.bytes(), type.signed());
        }
    }
}
