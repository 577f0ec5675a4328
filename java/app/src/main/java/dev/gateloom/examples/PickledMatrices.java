package dev.gateloom.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads Python's pickle (protocols 2 to 4, as Python 2 and 3 wrote them) as far as a NumPy array of matrices of whole numbers
 * needs it. Whatever else a pickle can ask for, calls of functions above all, is refused.
 */
final class PickledMatrices {
    private static final Set<String> CALLABLE = Set.of("numpy.core.multiarray _reconstruct",
            "numpy._core.multiarray _reconstruct", "numpy ndarray", "numpy dtype", "_codecs encode");
    private static final Object MARK = new Object();
    private static final Object NONE = new Object();        // a deque holds no null

    private final ByteBuffer in;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    /** A name that may be called. */
    private record Global(String name) {
    }

    /** The type of a matrix's elements, such as {@code i2}; a pickle sets the byte order afterwards. */
    private static final class DType {
        final String name;
        String order = "<";

        DType(String name) {
            this.name = name;
        }
    }

    /** An array; a pickle makes it empty and sets its state afterwards. */
    private static final class Array {
        List<?> state;
    }

    PickledMatrices(ByteBuffer in) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The matrices, in their order. */
    List<int[][]> read() throws IOException {
        while (true) {
            int code = Byte.toUnsignedInt(in.get());
            if (code == '.') {
                break;
            }
            execute(code);
        }
        List<int[][]> matrices = new ArrayList<>();
        for (Object element : (List<?>) state(last(1).get(0), List.class).get(4)) {
            matrices.add(matrix(state(element, byte[].class)));
        }
        return matrices;
    }

    /** One operation, under the name that Python's pickletools gives it. */
    private void execute(int code) throws IOException {
        switch (code) {
            case 0x80 -> in.get();                                                      // PROTO
            case 0x95 -> in.getLong();                                                  // FRAME
            case '(' -> stack.push(MARK);                                               // MARK
            case 'N' -> stack.push(NONE);                                               // NONE
            case 0x88 -> stack.push(1);                                                 // NEWTRUE
            case 0x89 -> stack.push(0);                                                 // NEWFALSE
            case 'J' -> stack.push(in.getInt());                                        // BININT
            case 'K' -> stack.push(Byte.toUnsignedInt(in.get()));                       // BININT1
            case 'M' -> stack.push(Short.toUnsignedInt(in.getShort()));                 // BININT2
            case 0x8a -> stack.push(number(bytes(Byte.toUnsignedInt(in.get()))));       // LONG1
            case 'U', 'C' -> stack.push(bytes(Byte.toUnsignedInt(in.get())));           // SHORT_BINSTRING, SHORT_BINBYTES
            case 'T', 'B' -> stack.push(bytes(in.getInt()));                            // BINSTRING, BINBYTES
            case 'X' -> stack.push(new String(bytes(in.getInt()), StandardCharsets.UTF_8));  // BINUNICODE
            case 0x8c -> stack.push(new String(bytes(Byte.toUnsignedInt(in.get())), StandardCharsets.UTF_8));  // SHORT_BINUNICODE
            case ')' -> stack.push(List.of());                                          // EMPTY_TUPLE
            case 0x85, 0x86, 0x87 -> stack.push(last(code - 0x84));                     // TUPLE1 to TUPLE3
            case 't' -> stack.push(sinceMark());                                        // TUPLE
            case ']' -> stack.push(new ArrayList<>());                                  // EMPTY_LIST
            case 'a' -> append(last(1));                                                // APPEND
            case 'e' -> append(sinceMark());                                            // APPENDS
            case 'q' -> memo.put(Byte.toUnsignedInt(in.get()), stack.peek());           // BINPUT
            case 'r' -> memo.put(in.getInt(), stack.peek());                            // LONG_BINPUT
            case 0x94 -> memo.put(memo.size(), stack.peek());                           // MEMOIZE
            case 'h' -> stack.push(remembered(Byte.toUnsignedInt(in.get())));           // BINGET
            case 'j' -> stack.push(remembered(in.getInt()));                            // LONG_BINGET
            case 'c' -> stack.push(global(line(), line()));                             // GLOBAL
            case 0x93 -> {                                                              // STACK_GLOBAL
                List<Object> names = last(2);
                stack.push(global(text(names.get(0)), text(names.get(1))));
            }
            case 'R' -> call(last(2));                                                  // REDUCE
            case 'b' -> build(last(1).get(0), stack.peek());                            // BUILD
            default -> throw new IOException(String.format("expected a pickle of matrices, got operation 0x%02x", code));
        }
    }

    private byte[] bytes(int count) throws IOException {
        if (count < 0 || count > in.remaining()) {
            throw new IOException("expected " + Integer.toUnsignedString(count) + " more bytes, got " + in.remaining());
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
            line.append(c);
        }
        return line.toString();
    }

    private static int number(byte[] littleEndian) throws IOException {
        if (littleEndian.length > Integer.BYTES) {
            throw new IOException("expected a whole number of at most 4 bytes, got " + littleEndian.length);
        }
        int number = 0;
        for (int i = 0; i < littleEndian.length; i++) {
            number |= Byte.toUnsignedInt(littleEndian[i]) << 8 * i;
        }
        return number;
    }

    private List<Object> last(int count) throws IOException {
        if (stack.size() < count) {
            throw new IOException("expected " + count + " values before an operation, got " + stack.size());
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(0, stack.pop());
        }
        return values;
    }

    private List<Object> sinceMark() throws IOException {
        List<Object> values = new ArrayList<>();
        for (Object value = last(1).get(0); value != MARK; value = last(1).get(0)) {
            values.add(0, value);
        }
        return values;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> values) throws IOException {
        require(stack.peek(), ArrayList.class).addAll(values);
    }

    private Object remembered(int which) throws IOException {
        Object value = memo.get(which);
        if (value == null) {
            throw new IOException("expected something remembered as " + which + ", got nothing");
        }
        return value;
    }

    private static Global global(String module, String name) throws IOException {
        String full = module + " " + name;
        if (!CALLABLE.contains(full)) {
            throw new IOException("expected one of " + CALLABLE + ", got " + full);
        }
        return new Global(full);
    }

    private void call(List<Object> functionAndArguments) throws IOException {
        String function = require(functionAndArguments.get(0), Global.class).name;
        List<?> arguments = require(functionAndArguments.get(1), List.class);
        if (function.endsWith("_reconstruct")) {
            stack.push(new Array());
        } else if (function.equals("numpy dtype") && !arguments.isEmpty()) {
            stack.push(new DType(text(arguments.get(0))));
        } else if (function.equals("_codecs encode") && !arguments.isEmpty()) {
            stack.push(text(arguments.get(0)).getBytes(StandardCharsets.ISO_8859_1));
        } else {
            throw new IOException("expected no call of " + function + " with " + arguments.size() + " arguments");
        }
    }

    private static void build(Object state, Object of) throws IOException {
        List<?> values = require(state, List.class);
        if (of instanceof DType type) {
            type.order = text(values.get(1));
        } else {
            require(of, Array.class).state = values;
        }
    }

    private static String text(Object value) throws IOException {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1)
                : require(value, String.class);
    }

    private static <T> T require(Object value, Class<T> type) throws IOException {
        if (!type.isInstance(value)) {
            throw new IOException("expected " + type.getSimpleName() + ", got "
                    + (value == null ? "nothing" : value.getClass().getSimpleName()));
        }
        return type.cast(value);
    }

    /** {@code (version, shape, type, column by column, data)}. */
    private static List<?> state(Object array, Class<?> data) throws IOException {
        List<?> state = require(require(array, Array.class).state, List.class);
        if (state.size() != 5 || !data.isInstance(state.get(4))) {
            throw new IOException("expected the five parts of an array, the last " + data.getSimpleName() + ", got "
                    + state.size() + " parts");
        }
        return state;
    }

    private static int[][] matrix(List<?> state) throws IOException {
        List<?> shape = require(state.get(1), List.class);
        DType type = require(state.get(2), DType.class);
        byte[] data = (byte[]) state.get(4);
        if (shape.size() != 2) {
            throw new IOException("expected matrices, got an array with " + shape.size() + " axes");
        }
        int rows = require(shape.get(0), Integer.class);
        int columns = require(shape.get(1), Integer.class);
        int width = switch (type.name) {
            case "i1" -> 1;
            case "i2" -> 2;
            case "i4" -> 4;
            case "i8" -> 8;
            default -> throw new IOException("expected whole numbers (i1, i2, i4 or i8), got " + type.name);
        };
        if (rows < 0 || columns < 0 || (long) rows * columns * width != data.length) {
            throw new IOException("expected " + (long) rows * columns * width + " bytes for shape " + shape + ", got "
                    + data.length);
        }
        boolean byColumn = !Integer.valueOf(0).equals(state.get(3));
        ByteBuffer from = ByteBuffer.wrap(data).order(type.order.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int[][] matrix = new int[rows][columns];
        for (int i = 0; i < rows * columns; i++) {
            int value = switch (width) {
                case 1 -> from.get();
                case 2 -> from.getShort();
                case 4 -> from.getInt();
                default -> Math.toIntExact(from.getLong());
            };
            if (byColumn) {
                matrix[i % rows][i / rows] = value;
            } else {
                matrix[i / columns][i % columns] = value;
            }
        }
        return matrix;
    }
}
