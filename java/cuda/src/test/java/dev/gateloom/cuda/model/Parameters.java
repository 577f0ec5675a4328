package dev.gateloom.cuda.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A launch's parameter space, read in the kernel's order. */
final class Parameters {
    private final Words words;
    private final ByteBuffer bytes;

    Parameters(Words words, byte[] bytes) {
        this.words = words;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    Words.Piece pointer() {
        return words.at(int64());
    }

    /** What a pointer in device memory leads to. */
    Words.Piece behind(Words.Piece slot) {
        return words.at(slot.getInt(0) & 0xffffffffL | (long) slot.getInt(1) << 32);
    }

    int int32() {
        return bytes.getInt();
    }

    float float32() {
        return bytes.getFloat();
    }

    long int64() {
        bytes.position((bytes.position() + 7) / 8 * 8);
        return bytes.getLong();
    }

    boolean flag() {
        int value = int32();
        if (value != 0 && value != 1) {
            throw new IllegalStateException("a flag is 0 or 1, got " + value);
        }
        return value == 1;
    }

    /** A kernel that takes less than it is given has another parameter list. */
    void end() {
        if (bytes.hasRemaining()) {
            throw new IllegalStateException(bytes.remaining() + " bytes of arguments too many");
        }
    }
}
