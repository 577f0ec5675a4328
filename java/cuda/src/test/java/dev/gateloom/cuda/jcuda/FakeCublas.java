package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.putLong;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;

/**
 * Plays cuBLAS: checks every argument as its documentation describes them, and multiplies by a plain kernel on the emulator, in
 * the order of the handle's stream. Beyond the documentation it demands what Gateloom promises: a workspace for each product,
 * without which results may vary and products cannot be captured.
 */
final class FakeCublas {
    /** What a failed kernel becomes. */
    static final int EXECUTION_FAILED = cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED;

    private static final String KIND = "cuBLAS handle";
    private static final int INVALID_VALUE = cublasStatus.CUBLAS_STATUS_INVALID_VALUE;
    private static final int NOT_SUPPORTED = cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED;
    private static final int THREADS = 128;
    private static final int ALIGNMENT = 256;
    /** Words of the workspace that each product writes, so that the checks see whose it is. */
    private static final int TOUCHED = 64;
    private static final int NAN = 0x7fc00000;
    private static final String PTX = read("cublas_gemm.ptx");

    private final FakeDriver driver;

    private static final class Handle {
        private final Kernel kernel;
        private long stream;
        private long workspace;                 // 0 if none was set since the stream
        private boolean scalarsOnDevice;

        Handle(Kernel kernel) {
            this.kernel = kernel;
        }
    }

    FakeCublas(FakeDriver driver) {
        this.driver = driver;
    }

    void call(String function, long[] a) {
        switch (function) {
            case "cublasCreate" ->
                    putLong(a[0], driver.enter(KIND, new Handle(driver.context().emulator.kernel(PTX, "cublas_gemm"))));
            case "cublasDestroy" -> driver.leave(a[0], KIND);
            case "cublasSetStream" -> {
                if (a[1] != 0) {
                    driver.get(a[1], "stream", Object.class);
                }
                Handle handle = handle(a[0]);
                handle.stream = a[1];
                handle.workspace = 0;
            }
            case "cublasSetWorkspace" -> {
                unless(a[1] % ALIGNMENT == 0, INVALID_VALUE, "a workspace at 0x" + Long.toHexString(a[1]));
                unless(a[2] >= TOUCHED * Integer.BYTES, INVALID_VALUE, "a workspace of " + a[2] + " bytes");
                handle(a[0]).workspace = driver.memory().check(a[1], a[2]);
            }
            case "cublasSetPointerMode" -> {
                int mode = (int) a[1];
                unless(mode == cublasPointerMode.CUBLAS_POINTER_MODE_HOST || mode == cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE,
                        INVALID_VALUE, "pointer mode " + mode);
                handle(a[0]).scalarsOnDevice = mode == cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE;
            }
            case "cublasGemmEx" -> gemm(handle(a[0]), a);
            default -> throw new Refusal(NOT_SUPPORTED, "not played by this cuBLAS");
        }
    }

    private Handle handle(long handle) {
        unless(handle != 0, cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED, "no handle");
        return driver.get(handle, KIND, Handle.class);
    }

    private void gemm(Handle handle, long[] a) {
        boolean transposeA = transposed((int) a[1]);
        boolean transposeB = transposed((int) a[2]);
        int m = (int) a[3];
        int n = (int) a[4];
        int k = (int) a[5];
        int lda = (int) a[9];
        int ldb = (int) a[12];
        int ldc = (int) a[16];
        unless(m > 0 && n > 0 && k > 0, INVALID_VALUE, "m " + m + ", n " + n + ", k " + k + ": empty ones are not played");
        unless(lda >= (transposeA ? k : m), INVALID_VALUE, "lda " + lda);
        unless(ldb >= (transposeB ? n : k), INVALID_VALUE, "ldb " + ldb);
        unless(ldc >= m, INVALID_VALUE, "ldc " + ldc);
        unless((int) a[18] == cublasGemmAlgo.CUBLAS_GEMM_DEFAULT, NOT_SUPPORTED, "algorithm " + (int) a[18]);
        int type = type((int) a[8], (int) a[11], (int) a[15], (int) a[17]);
        int bytes = type < 2 ? Float.BYTES : Short.BYTES;
        check(a[7], transposeA ? k : m, transposeA ? m : k, lda, bytes);
        check(a[10], transposeB ? n : k, transposeB ? k : n, ldb, bytes);
        check(a[14], m, n, ldc, Float.BYTES);
        unless(a[6] != 0 && a[13] != 0, INVALID_VALUE, "no alpha or no beta");
        unless(handle.workspace != 0, NOT_SUPPORTED, "no workspace since the stream was set");
        Arguments arguments = new Arguments().address(a[14]).address(a[7]).address(a[10]);
        if (handle.scalarsOnDevice) {
            arguments.address(driver.memory().check(a[6], Float.BYTES)).address(driver.memory().check(a[13], Float.BYTES));
        } else {
            arguments.address(0).address(0);
        }
        arguments.int32(m).int32(n).int32(k).int32(ldc).int32(transposeA ? lda : 1).int32(transposeA ? 1 : lda)
                .int32(transposeB ? 1 : ldb).int32(transposeB ? ldb : 1).int32(type)
                .float32(handle.scalarsOnDevice ? 0 : NativeMemory.getFloat(a[6]))
                .float32(handle.scalarsOnDevice ? 0 : NativeMemory.getFloat(a[13]));
        Stream stream = driver.stream(handle.stream);
        stream.fill(handle.workspace, NAN, TOUCHED);
        stream.launch(handle.kernel, Launch.of((m * n + THREADS - 1) / THREADS, THREADS), arguments);
    }

    private static boolean transposed(int operation) {
        unless(operation == cublasOperation.CUBLAS_OP_N || operation == cublasOperation.CUBLAS_OP_T, INVALID_VALUE,
                "operation " + operation);
        return operation == cublasOperation.CUBLAS_OP_T;
    }

    /** The kernel's number for types that go together. */
    private static int type(int a, int b, int c, int compute) {
        boolean plain = compute == cublasComputeType.CUBLAS_COMPUTE_32F;
        int type = a != b || c != cudaDataType.CUDA_R_32F ? -1 : switch (a) {
            case cudaDataType.CUDA_R_32F -> plain ? 0 : compute == cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32 ? 1 : -1;
            case cudaDataType.CUDA_R_16F -> plain ? 2 : -1;
            case cudaDataType.CUDA_R_16BF -> plain ? 3 : -1;
            default -> -1;
        };
        unless(type >= 0, NOT_SUPPORTED, "A " + cudaDataType.stringFor(a) + ", B " + cudaDataType.stringFor(b) + ", C "
                + cudaDataType.stringFor(c) + ", " + cublasComputeType.stringFor(compute));
        return type;
    }

    private void check(long address, int rows, int columns, int ld, int bytes) {
        driver.memory().check(address, ((columns - 1L) * ld + rows) * bytes);
    }

    private static String read(String name) {
        try (InputStream in = FakeCublas.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
