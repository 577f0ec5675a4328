package dev.gateloom.cuda.jcuda;

import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasSetPointerMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;

import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.device.Blas;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS, with a workspace of its own. That makes results the same at every call, which with cuBLAS's own workspace they are not
 * while other streams use it too, and lets calls be captured. The objects that calls pass are set again by each call.
 *
 * <p>Products are called like what is not queued, see {@link DriverContext#call}: at the first of a kind cuBLAS loads its kernel,
 * which a capture would prohibit. Math mode and algorithm stay the default, which has at least the digits of the compute type:
 * fp32 is not multiplied in tf32.
 */
final class Cublas implements Blas {
    /** What NVIDIA recommends before Hopper, and from there on. */
    private static final long WORKSPACE = 4L << 20;
    private static final long HOPPER_WORKSPACE = 32L << 20;
    private static final int HOPPER = 90;
    /** {@code scalars}: the product's factor, then the two that C may have. */
    private static final int ZERO = 1;
    private static final int ONE = 2;
    /** No stream has this handle; 0 is the default one. */
    private static final long UNBOUND = -1;

    private final JcudaDevice device;
    private final cublasHandle handle;
    private final DeviceMemory workspace;
    private final int factors;
    private final int computeType;
    private final Ledger.Entry entry;
    private long bound = UNBOUND;
    private boolean scalarsOnDevice;

    private final cudaStream_t stream = new cudaStream_t();
    private final CUdeviceptr left = new CUdeviceptr();
    private final CUdeviceptr right = new CUdeviceptr();
    private final CUdeviceptr product = new CUdeviceptr();
    private final CUdeviceptr alpha = new CUdeviceptr();
    private final CUdeviceptr beta = new CUdeviceptr();
    private final Pointer hostZero;
    private final Pointer hostOne;

    private Cublas(JcudaDevice device, CublasHandles handles, cublasHandle handle, DeviceMemory workspace, Factors factors) {
        this.device = device;
        this.handle = handle;
        this.workspace = workspace;
        this.factors = switch (factors) {
            case FP32, TF32 -> cudaDataType.CUDA_R_32F;
            case BF16 -> cudaDataType.CUDA_R_16BF;
            case FP16 -> cudaDataType.CUDA_R_16F;
        };
        computeType = factors == Factors.TF32 ? cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32
                : cublasComputeType.CUBLAS_COMPUTE_32F;
        Pointer scalars = Pointer.to(ByteBuffer.allocateDirect(2 * Float.BYTES).order(ByteOrder.nativeOrder()).putFloat(0, 0)
                .putFloat(Float.BYTES, 1));
        hostZero = scalars;
        hostOne = scalars.withByteOffset(Float.BYTES);
        entry = device.ledger().enter(this, "cuBLAS handle", 0, () -> {
            workspace.close();
            handles.give(handle);
        });
    }

    static Cublas of(JcudaDevice device, CublasHandles handles, Factors factors) {
        boolean hopper = device.properties().computeCapability() >= HOPPER;
        DeviceMemory workspace = device.allocate(hopper ? HOPPER_WORKSPACE : WORKSPACE, "workspace of cuBLAS");
        cublasHandle handle;
        try {
            handle = handles.take();
        } catch (RuntimeException e) {
            workspace.close();
            throw e;
        }
        Cublas cublas = new Cublas(device, handles, handle, workspace, factors);
        try {
            cublas.pointerMode(cublasPointerMode.CUBLAS_POINTER_MODE_HOST);
        } catch (RuntimeException e) {
            cublas.close();
            throw e;
        }
        return cublas;
    }

    @Override
    public void gemm(Stream on, boolean transposeA, boolean transposeB, int m, int n, int k, long a, int lda, long b, int ldb,
            long c, int ldc, boolean accumulate, long scalars) {
        entry.requireOpen();
        bind(device.own(on, JcudaStream.class, "stream").handle());
        boolean onDevice = scalars != 0;
        if (onDevice != scalarsOnDevice) {
            pointerMode(onDevice ? cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE
                    : cublasPointerMode.CUBLAS_POINTER_MODE_HOST);
            scalarsOnDevice = onDevice;
        }
        if (onDevice) {
            Handles.set(alpha, scalars);
            Handles.set(beta, scalars + (accumulate ? ONE : ZERO) * (long) Float.BYTES);
        }
        Pointer times = onDevice ? alpha : hostOne;
        Pointer plus = onDevice ? beta : accumulate ? hostOne : hostZero;
        Handles.set(left, a);
        Handles.set(right, b);
        Handles.set(product, c);
        int status = device.context().attempt(() -> CublasHandles.status(() -> cublasGemmEx_new(handle, operation(transposeA),
                operation(transposeB), m, n, k, times, left, factors, lda, right, factors, ldb, plus, product,
                cudaDataType.CUDA_R_32F, ldc, computeType, cublasGemmAlgo.CUBLAS_GEMM_DEFAULT)));
        CublasHandles.require("cublasGemmEx", status, () -> (transposeA ? "T" : "N") + (transposeB ? "T" : "N") + " m " + m + ", n "
                + n + ", k " + k + ", lda " + lda + ", ldb " + ldb + ", ldc " + ldc + ", "
                + cublasComputeType.stringFor(computeType) + " of " + cudaDataType.stringFor(factors));
    }

    private static int operation(boolean transpose) {
        return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    /** A change of the stream makes cuBLAS forget the workspace. */
    private void bind(long wanted) {
        if (wanted == bound) {
            return;
        }
        bound = UNBOUND;                        // also if one of the calls fails
        Handles.set(stream, wanted);
        require("cublasSetStream", device.context().attempt(() ->
                CublasHandles.status(() -> cublasSetStream(handle, stream))));
        Handles.set(product, workspace.address());
        require("cublasSetWorkspace", device.context().attempt(() ->
                CublasHandles.status(() -> cublasSetWorkspace(handle, product, workspace.bytes()))));
        bound = wanted;
    }

    private void pointerMode(int mode) {
        require("cublasSetPointerMode", device.context().attempt(() ->
                CublasHandles.status(() -> cublasSetPointerMode(handle, mode))));
    }

    private static void require(String function, int status) {
        CublasHandles.require(function, status, () -> "");
    }

    @Override
    public String name() {
        return "cuBLAS " + CudaLibraries.cublas().version();
    }

    @Override
    public void close() {
        entry.close();
    }
}
