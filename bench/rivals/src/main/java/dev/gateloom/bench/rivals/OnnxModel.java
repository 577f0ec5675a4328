package dev.gateloom.bench.rivals;

import dev.gateloom.CellType;
import dev.gateloom.RnnWeights;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the ONNX model of one LSTM or GRU node, operator set 14. The format is Protocol Buffers; the message and
 * field numbers are those of onnx.proto3. ONNX orders the gates i, o, f, c and z, r, h; our GRU is its
 * {@code linear_before_reset = 1}.
 */
final class OnnxModel {
    private static final int[] LSTM_ORDER = {0, 3, 1, 2};      // of our i, f, g, o
    private static final int[] GRU_ORDER = {1, 0, 2};          // of our r, z, n
    private static final int FLOAT = 1;                        // TensorProto.DataType
    private static final int INT = 2;                          // AttributeProto.AttributeType

    private OnnxModel() {
    }

    /**
     * Inputs {@code X, H0} and for an LSTM {@code C0}; outputs {@code Y, HN} and {@code CN}.
     *
     * @param problem the case with its weights, which become constants of the model
     * @return the serialised ModelProto
     */
    static byte[] of(Problem problem) {
        Case c = problem.of();
        boolean lstm = c.cell() == CellType.LSTM;
        int[] order = lstm ? LSTM_ORDER : GRU_ORDER;
        long rows = (long) c.cell().gates() * c.dims().hiddenSize();
        RnnWeights w = problem.weights();
        Message node = new Message();
        for (String input : new String[] {"X", "W", "R", "B", "", "H0"}) {
            node.text(1, input);
        }
        if (lstm) {
            node.text(1, "C0");
        }
        node.text(2, "Y").text(2, "HN");
        if (lstm) {
            node.text(2, "CN");
        }
        node.text(4, lstm ? "LSTM" : "GRU").message(5, attribute("hidden_size", c.dims().hiddenSize()));
        if (!lstm) {
            node.message(5, attribute("linear_before_reset", 1));
        }
        long t = c.dims().steps();
        long b = c.dims().batch();
        long h = c.dims().hiddenSize();
        Message graph = new Message().message(1, node).text(2, "rnn")
                .message(5, tensor("W", Rows.blocks(w.get("weight_ih_l0"), order), 1, rows, c.dims().inputSize()))
                .message(5, tensor("R", Rows.blocks(w.get("weight_hh_l0"), order), 1, rows, h))
                .message(5, tensor("B", Rows.join(Rows.blocks(w.get("bias_ih_l0"), order),
                        Rows.blocks(w.get("bias_hh_l0"), order)), 1, 2 * rows))
                .message(11, value("X", t, b, c.dims().inputSize()))
                .message(11, value("H0", 1, b, h));
        if (lstm) {
            graph.message(11, value("C0", 1, b, h));
        }
        graph.message(12, value("Y", t, 1, b, h)).message(12, value("HN", 1, b, h));
        if (lstm) {
            graph.message(12, value("CN", 1, b, h));
        }
        return new Message().number(1, 8).message(7, graph).message(8, new Message().text(1, "").number(2, 14)).bytes();
    }

    private static Message attribute(String name, long value) {
        return new Message().text(1, name).number(3, value).number(20, INT);
    }

    private static Message tensor(String name, float[] values, long... shape) {
        Message m = new Message();
        for (long n : shape) {
            m.number(1, n);
        }
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return m.number(2, FLOAT).text(8, name).raw(9, raw.array());
    }

    private static Message value(String name, long... shape) {
        Message dims = new Message();
        for (long n : shape) {
            dims.message(1, new Message().number(1, n));
        }
        Message type = new Message().message(1, new Message().number(1, FLOAT).message(2, dims));
        return new Message().text(1, name).message(2, type);
    }

    /** A Protocol Buffers message under construction: tags, varints and length-delimited fields are all we need. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return raw(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return raw(field, value.bytes());
        }

        Message raw(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            out.write(value, 0, value.length);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
