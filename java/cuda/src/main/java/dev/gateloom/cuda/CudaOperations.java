package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Window;
import java.util.function.Consumer;

/**
 * The operations of a trainer's layers on a GPU. Products go the way of the {@link CudaEngine}'s, by kernels of our own or by cuBLAS,
 * but always in strict fp32: an operation is not told which of its factors is a gradient, and in fp16 those need a scale.
 *
 * <p>Tensors live on the host, so each operation copies its operands to the device and its results back, and waits for them. That is
 * correct and complete, and slow: operands do not stay on the device between operations, and those with little arithmetic take less
 * time on the CPU than their copies do.
 *
 * <p>Sums are in a fixed order that depends on the sizes alone. Safe for use from several threads, which wait for each other.
 */
public final class CudaOperations implements Operations, AutoCloseable {
    /** 1 MiB: what is larger goes in pieces. */
    private static final int STAGED_WORDS = 1 << 18;

    private final Workspace workspace;
    private final Stream stream;
    private final OperandCopies operands;
    private final Gemm gemm;
    private final Rows rows;
    private final Dropout masks;
    private final LayerNormKernels layerNorm;
    private final Elementwise elementwise;
    private final EmbeddingKernels embedding;
    private final Softmax softmax;
    private final Windows windows;
    private boolean closed;

    private CudaOperations(Device device, Products products) {
        workspace = new Workspace(device);
        try {
            stream = workspace.stream();
            operands = new OperandCopies(device, stream, new Staging(workspace, stream, STAGED_WORDS));
            gemm = Gemm.of(products, device, workspace);
            rows = new Rows(device);
            masks = new Dropout(device);
            layerNorm = new LayerNormKernels(device);
            elementwise = new Elementwise(device);
            embedding = new EmbeddingKernels(device);
            softmax = new Softmax(device);
            windows = new Windows(device);
        } catch (RuntimeException | Error e) {
            workspace.closeAfter(e);
            throw e;
        }
    }

    /**
     * Operations on the caller's device, with products by cuBLAS where the device has it and it starts, else by our own kernels.
     *
     * @param device the device
     * @return the operations; close them before the device
     */
    public static CudaOperations on(Device device) {
        return on(device, ProductChoice.offeredBy(device).products());
    }

    /**
     * Operations on the caller's device.
     *
     * @param device the device
     * @param products who multiplies matrices
     * @return the operations; close them before the device
     */
    public static CudaOperations on(Device device, Products products) {
        return new CudaOperations(device, products);
    }

    @Override
    public void gemm(boolean transposeA, boolean transposeB, int m, int n, int k, Tensor a, int ao, Tensor b, int bo,
            boolean add, Tensor c, int co) {
        run((long) m * n, call -> {
            long left = call.read(a.values(), ao, m * k);
            long right = call.read(b.values(), bo, k * n);
            long to = add ? call.update(c.values(), co, m * n) : call.write(c.values(), co, m * n);
            if (transposeA && transposeB) {
                gemm.nt(stream, to, n, transposed(call, left, m, k), k, right, k, 0, m, n, k, add);
            } else if (transposeA) {
                gemm.tn(stream, to, n, left, m, right, n, m, n, k, add);
            } else if (transposeB) {
                gemm.nt(stream, to, n, left, k, right, k, 0, m, n, k, add);
            } else {
                gemm.nn(stream, to, n, left, k, right, n, m, n, k, add);
            }
        });
    }

    /** {@code [m, k]} from {@code [k, m]}: to lay rows of one value out time-major is to transpose. */
    private long transposed(OperandCopies call, long a, int m, int k) {
        if (k == 0) {
            return 0;
        }
        long to = call.scratch((long) m * k);
        long lengths = call.scratch(k);
        stream.fill(lengths, m, k);
        rows.load(stream, to, a, lengths, m, k, 1, true);
        return to;
    }

    @Override
    public void biasActivation(Tensor y, Tensor bias, Activation f) {
        run(y.size(), call -> {
            boolean rowByRow = f == Activation.SOFTMAX;
            long to = update(call, y);
            if (bias != null || !rowByRow) {
                elementwise.biasActivation(stream, to, bias == null ? 0 : read(call, bias), rowByRow ? Activation.LINEAR : f,
                        y.rows(), y.features());
            }
            if (rowByRow) {
                softmax.forward(stream, to, y.rows(), y.features());
            }
        });
    }

    @Override
    public void activationGradient(Tensor y, Tensor dy, Activation f, Tensor dz) {
        run(y.size(), call -> {
            long to = write(call, dz, y.size());
            if (f == Activation.SOFTMAX) {
                softmax.backward(stream, to, read(call, y), read(call, dy), y.rows(), y.features());
            } else {
                elementwise.activationGradient(stream, to, read(call, y), read(call, dy), f, y.size());
            }
        });
    }

    @Override
    public void addRows(Tensor x, Tensor sum) {
        run(x.size(), call -> rows.columnSums(stream, update(call, sum), read(call, x), x.rows(), x.features(), x.features()));
    }

    @Override
    public void embedding(Tensor ids, Tensor table, Tensor y) {
        run(ids.size(), call -> embedding.forward(stream, write(call, y, ids.size() * table.features()), read(call, ids),
                read(call, table), table.features(), ids.size()));
    }

    @Override
    public void embeddingGradient(Tensor ids, Tensor dy, Tensor dTable) {
        run(ids.size(), call -> embedding.backward(stream, update(call, dTable), read(call, ids), read(call, dy), dTable.dim(0),
                dTable.features(), ids.size()));
    }

    @Override
    public double softmaxCrossEntropy(Tensor y, int[] classes, double scale, Tensor dy) {
        float[] losses = new float[y.rows()];
        run(y.size(), call -> softmax.crossEntropy(stream, call.write(losses, 0, losses.length),
                dy == null ? 0 : write(call, dy, y.size()), read(call, y), call.read(classes, losses.length), (float) scale,
                losses.length, y.features()));
        double sum = 0;
        for (float loss : losses) {
            sum += loss;
        }
        return sum;
    }

    @Override
    public void im2col(Window w, Tensor x, int sample, Tensor columns) {
        int count = w.positions() * w.taps() * w.channels();
        run(count, call -> windows.im2col(stream, write(call, columns, count),
                call.read(x.values(), sample * w.inputSize(), w.inputSize()), w, count));
    }

    @Override
    public void col2im(Window w, Tensor columns, int sample, Tensor x) {
        run(w.inputSize(), call -> windows.col2im(stream, call.update(x.values(), sample * w.inputSize(), w.inputSize()),
                read(call, columns), w, w.inputSize()));
    }

    @Override
    public void maxPool(Window w, Tensor x, Tensor y, int[] from) {
        run(y.size(), call -> windows.maxPool(stream, write(call, y, y.size()), call.write(from, y.size()), read(call, x), w,
                y.size()));
    }

    @Override
    public void maxPoolGradient(Window w, Tensor dy, int[] from, Tensor dx) {
        run(dy.size(), call -> windows.maxPoolGradient(stream, update(call, dx), read(call, dy), call.read(from, dy.size()), w,
                dx.size()));
    }

    @Override
    public void averagePool(Window w, Tensor x, Tensor y) {
        run(y.size(), call -> windows.averagePool(stream, write(call, y, y.size()), read(call, x), w, y.size()));
    }

    @Override
    public void averagePoolGradient(Window w, Tensor dy, Tensor dx) {
        run(dy.size(), call -> windows.averagePoolGradient(stream, update(call, dx), read(call, dy), w, dx.size()));
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double eps, Tensor y, Tensor normal, Tensor scale) {
        run(x.size(), call -> layerNorm.forward(stream, read(call, x), write(call, normal, x.size()),
                write(call, scale, x.rows()), write(call, y, x.size()), read(call, gamma), read(call, beta), x.rows(),
                x.features(), (float) eps, false));
    }

    @Override
    public void layerNormGradient(Tensor normal, Tensor scale, Tensor gamma, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta) {
        int n = normal.features();
        run(normal.size(), call -> {
            long d = read(call, dy);
            long normals = read(call, normal);
            rows.columnProducts(stream, update(call, dGamma), d, normals, normal.rows(), n, n, n);
            rows.columnSums(stream, update(call, dBeta), d, normal.rows(), n, n);
            if (dx != null) {
                layerNorm.backward(stream, write(call, dx, normal.size()), d, normals, read(call, scale), read(call, gamma),
                        normal.rows(), n, false);
            }
        });
    }

    @Override
    public void dropout(Tensor x, float rate, long seed, int repeat, int width, Tensor y) {
        run(x.size(), call -> elementwise.drop(stream, write(call, y, x.size()), read(call, x), rate, seed, repeat, width,
                x.size()));
    }

    @Override
    public void addScaled(float factor, Tensor x, Tensor y) {
        run(x.size(), call -> elementwise.addScaled(stream, call.update(y.values(), 0, x.size()), read(call, x), factor,
                x.size()));
    }

    @Override
    public void multiply(Tensor a, Tensor b, boolean add, Tensor y) {
        int count = a.size();
        run(count, call -> {
            if (add) {
                masks.sums(stream, call.update(y.values(), 0, count), read(call, a), read(call, b), 1, count, true);
            } else {
                rows.multiply(stream, write(call, y, count), read(call, a), read(call, b), count);
            }
        });
    }

    /** Frees what they hold on the device. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            workspace.close();
        }
    }

    /** One operation, if it has anything to do. */
    private synchronized void run(long results, Consumer<OperandCopies> launch) {
        if (closed) {
            throw new IllegalStateException("these operations are closed, as their engine may be");
        }
        if (results == 0) {
            return;
        }
        operands.begin();
        try (operands) {
            launch.accept(operands);
            operands.deliver();
        }
    }

    private static long read(OperandCopies call, Tensor t) {
        return call.read(t.values(), 0, t.size());
    }

    private static long update(OperandCopies call, Tensor t) {
        return call.update(t.values(), 0, t.size());
    }

    private static long write(OperandCopies call, Tensor t, int count) {
        return call.write(t.values(), 0, count);
    }
}
