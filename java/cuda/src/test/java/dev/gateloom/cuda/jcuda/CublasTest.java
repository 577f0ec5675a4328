package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.cuda.Products;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.device.Blas;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUdeviceptr;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** cuBLAS behind {@link Blas}: handles, workspaces, streams, captures, refusals. Products themselves: {@code CublasGemmTest}. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CublasTest {
    private static final RnnConfig LSTM = RnnConfig.lstm(3, 4).build();
    private static final Shape SHAPE = Shape.of(2, 2);

    private PlayedGpu gpu;
    private JcudaDevice device;
    private FakeDriver driver;

    @BeforeEach
    void open() {
        gpu = new PlayedGpu();
        device = (JcudaDevice) gpu.device();
        driver = gpu.driver();
        assertEquals(Optional.empty(), device.blasObstacle());      // finds the library: what touches JCublas must come later
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    /** {@code C[2, 1] = A[2, 2] · B[2, 1]}, column-major. */
    private final class Product implements AutoCloseable {
        private final DeviceMemory c = device.allocate(8, "C");
        private final DeviceMemory a = device.allocate(16, "A");
        private final DeviceMemory b = device.allocate(8, "B");
        private final HostMemory host = device.allocateHost(32);

        Product(Stream stream) {
            float[] values = {1, 2, 3, 4, 10, 100, 1000, 2000};
            for (int i = 0; i < values.length; i++) {
                host.bytes().putFloat(4 * i, values[i]);
            }
            stream.upload(host, 0, a.address(), 16);
            stream.upload(host, 16, b.address(), 8);
            stream.upload(host, 24, c.address(), 8);
            stream.synchronize();
        }

        void add(Blas blas, Stream stream) {
            blas.gemm(stream, false, false, 2, 1, 2, a.address(), 2, b.address(), 2, c.address(), 2, true, 0);
        }

        float[] read(Stream stream) {
            stream.download(c.address(), host, 0, 8);
            stream.synchronize();
            return new float[] {host.bytes().getFloat(0), host.bytes().getFloat(4)};
        }

        @Override
        public void close() {
            c.close();
            a.close();
            b.close();
            host.close();
        }
    }

    @Test
    void productsAreCaptured() {
        try (Stream stream = device.stream(); Product product = new Product(stream); Blas blas = device.blas(Blas.Factors.FP32)) {
            stream.beginCapture();
            product.add(blas, stream);
            try (Graph graph = stream.endCapture()) {
                assertArrayEquals(new float[] {1000, 2000}, product.read(stream));
                stream.launch(graph);
                stream.launch(graph);
                assertArrayEquals(new float[] {1620, 2840}, product.read(stream));
            }
        }
    }

    /** The library forgets the workspace with each change, and refuses what has none. */
    @Test
    void aProductRunsOnAnyStream() {
        try (Stream one = device.stream(); Stream two = device.stream(); Product product = new Product(one);
                Blas blas = device.blas(Blas.Factors.FP32)) {
            product.add(blas, one);
            one.synchronize();
            product.add(blas, two);
            product.add(blas, two);
            assertArrayEquals(new float[] {1930, 3260}, product.read(two));
            assertEquals(2, driver.count("cublasSetStream"));
            assertEquals(2, driver.count("cublasSetWorkspace"));
        }
    }

    @Test
    void handlesAreUsedAgain() {
        try (Blas one = device.blas(Blas.Factors.FP32); Blas two = device.blas(Blas.Factors.BF16)) {
            assertEquals(2, driver.count("cublasCreate"));
            assertEquals(cublasVersion(), one.name());
            assertEquals(one.name(), two.name());
        }
        device.blas(Blas.Factors.TF32).close();
        assertEquals(2, driver.count("cublasCreate"));
        assertEquals(0, driver.count("cublasDestroy"));
    }

    @Test
    void aFailureHasTheCallAndTheSizes() {
        try (Stream stream = device.stream(); Product product = new Product(stream); Blas blas = device.blas(Blas.Factors.FP32)) {
            driver.failNext("cublasGemmEx", cublasStatus.CUBLAS_STATUS_ARCH_MISMATCH);
            String why = assertThrows(DeviceException.class, () -> product.add(blas, stream)).getMessage();
            assertTrue(why.startsWith("cublasGemmEx: CUBLAS_STATUS_ARCH_MISMATCH (8), NN m 2, n 1, k 2, lda 2, ldb 2, ldc 2, "
                    + "CUBLAS_COMPUTE_32F of CUDA_R_32F; "), why);
        }
    }

    @Test
    void aStreamWithoutAWorkspaceIsNotUsed() {
        try (Stream stream = device.stream(); Product product = new Product(stream); Blas blas = device.blas(Blas.Factors.FP32)) {
            driver.failNext("cublasSetWorkspace", cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
            assertThrows(DeviceException.class, () -> product.add(blas, stream));
            product.add(blas, stream);          // sets both again
            assertArrayEquals(new float[] {1310, 2420}, product.read(stream));
        }
    }

    /** The application may have told JCublas to throw. */
    @Test
    void exceptionsOfJCublasBecomeOurs() {
        JCublas2.setExceptionsEnabled(true);
        try {
            driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_ALLOC_FAILED);
            String why = assertThrows(DeviceException.class, () -> device.blas(Blas.Factors.FP32)).getMessage();
            assertTrue(why.startsWith("cublasCreate: CUBLAS_STATUS_ALLOC_FAILED (3), there is not enough memory"), why);
        } finally {
            JCublas2.setExceptionsEnabled(false);
        }
    }

    @Test
    void anEngineSaysWhoMultiplies() {
        try (CudaEngine engine = CudaEngine.on(device)) {
            assertTrue(engine.description().endsWith(", fp32, cuBLAS"), engine.description());
            try (CudaPlan plan = engine.plan(LSTM, SHAPE, Mode.INFERENCE)) {
                assertTrue(plan.strategy().endsWith("\nproducts: " + cublasVersion()), plan.strategy());
            }
            try (CudaPlan plan = engine.use(Products.OWN).plan(LSTM, SHAPE, Mode.INFERENCE)) {
                assertFalse(plan.strategy().contains("products"), plan.strategy());
            }
            assertTrue(engine.description().endsWith(", fp32"), engine.description());
            try (Blas theIdleOne = device.blas(Blas.Factors.FP32)) {
                driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED);
                assertThrows(DeviceException.class, () -> engine.use(Products.CUBLAS).plan(LSTM, SHAPE, Mode.INFERENCE));
                assertEquals(cublasVersion(), theIdleOne.name());
            }
        }
    }

    /** Which is no silent matter, and only if nobody asked for it. */
    @Test
    void oneThatDoesNotStartIsDoneWithout() {
        try (CudaEngine engine = CudaEngine.on(device)) {
            driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED);
            assertEquals(Products.OWN, engine.products());
            String why = "products by kernels of our own, since cuBLAS does not start: cublasCreate: CUBLAS_STATUS_NOT_INITIALIZED (1), "
                    + "cuBLAS cannot use this driver or GPU: update the driver";
            assertTrue(engine.description().contains(", fp32, " + why), engine.description());
            try (CudaPlan plan = engine.plan(LSTM, SHAPE, Mode.INFERENCE)) {
                assertTrue(plan.strategy().contains("\nproducts: kernels of our own, since cuBLAS does not start: cublasCreate"),
                        plan.strategy());
            }
            driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED);
            String refused = assertThrows(DeviceException.class,
                    () -> engine.use(Products.CUBLAS).plan(LSTM, SHAPE, Mode.INFERENCE)).getMessage();
            assertTrue(refused.startsWith("cublasCreate: CUBLAS_STATUS_NOT_INITIALIZED"), refused);
            assertTrue(engine.use(Products.OWN).description().endsWith(", fp32"), engine.description());
        }
    }

    /** Which says nothing about cuBLAS: it is asked again, and nothing runs otherwise, with other bits, for want of memory. */
    @Test
    void aLackOfMemoryIsNamedAndDecidesNothing() {
        try (CudaEngine engine = CudaEngine.on(device)) {
            driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_ALLOC_FAILED);
            assertTrue(engine.description().endsWith(", fp32, cuBLAS (not tried yet for lack of memory: cublasCreate answers "
                    + "CUBLAS_STATUS_ALLOC_FAILED)"), engine.description());
            driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_ALLOC_FAILED);
            assertEquals(Products.CUBLAS, engine.products());
            assertTrue(engine.description().endsWith(", fp32, cuBLAS"), engine.description());
            try (CudaPlan plan = engine.plan(LSTM, SHAPE, Mode.INFERENCE)) {
                assertTrue(plan.strategy().endsWith("\nproducts: " + cublasVersion()), plan.strategy());
                driver.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_ALLOC_FAILED);
                String why = assertThrows(DeviceException.class, () -> engine.plan(LSTM, SHAPE, Mode.INFERENCE)).getMessage();
                assertTrue(why.startsWith("cublasCreate: CUBLAS_STATUS_ALLOC_FAILED (3), there is not enough memory"), why);
            }
        }
    }

    /** Nor does it where cuBLAS calls it otherwise: the same answer on a GPU with memory is about cuBLAS. */
    @Test
    void onAFullGpuNotInitialisedIsALackOfMemory() {
        gpu.close();
        FakeDriver full = new FakeDriver(EmulatorOptions.defaults().memory(16L << 20), List.of());
        try (JcudaDevice small = JcudaDevice.open(0)) {
            full.failNext("cublasCreate", cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED);
            DeviceException failure = assertThrows(DeviceException.class, () -> small.blas(Blas.Factors.FP32));
            assertTrue(failure.isOutOfMemory(), failure.getMessage());
            assertTrue(failure.getMessage().startsWith("cublasCreate: CUDA_ERROR_OUT_OF_MEMORY (2), in its own words "
                    + "CUBLAS_STATUS_NOT_INITIALIZED (1), which it says without memory for its kernels too; free are "), failure.getMessage());
        }
    }

    @Test
    void whoIsClosedIsNotAskedWhoMultiplies() {
        CudaEngine engine = CudaEngine.on(device);
        engine.close();
        assertEquals("this engine is closed", assertThrows(IllegalStateException.class, engine::products).getMessage());
        JcudaDevice other = JcudaDevice.open(0);
        try (CudaEngine tooLate = CudaEngine.on(other)) {
            other.close();
            assertEquals("whether cuBLAS starts on " + other.name() + " cannot be asked: the device is closed; an engine's device "
                    + "must stay open", assertThrows(IllegalStateException.class, tooLate::products).getMessage());
        }
    }

    @Test
    void aDeviceWithoutItSaysSo() {
        try (EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults()); CudaEngine engine = CudaEngine.on(emulator)) {
            assertEquals(Products.OWN, engine.products());
            String why = assertThrows(UnsupportedOperationException.class, () -> engine.use(Products.CUBLAS)).getMessage();
            assertTrue(why.contains("products by cuBLAS") && why.contains(emulator.name()), why);
        }
    }

    /** What the other tests rest on: the library that is played refuses what the real one does. */
    @Test
    void wrongCallsAreRefused() {
        try (Stream stream = device.stream(); Product product = new Product(stream)) {
            cublasHandle handle = new cublasHandle();
            device.context().attempt(() -> JCublas2.cublasCreate(handle));
            assertEquals(cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED, gemm(handle, product, 2, cudaDataType.CUDA_R_32F, 0));
            device.context().attempt(() -> JCublas2.cublasSetStream(handle, Handles.set(new cudaStream_t(), stream.handle())));
            assertEquals(cublasStatus.CUBLAS_STATUS_INVALID_VALUE, gemm(handle, product, 1, cudaDataType.CUDA_R_32F, 0));
            assertEquals(cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED, gemm(handle, product, 2, cudaDataType.CUDA_R_16F, 0));
            assertEquals(1, gemm(handle, product, 2, cudaDataType.CUDA_R_32F, 1_000));
            device.context().attempt(() -> JCublas2.cublasDestroy(handle));
            assertEquals(List.of("cublasGemmEx: no workspace since the stream was set", "cublasGemmEx: lda 1",
                    "cublasGemmEx: A CUDA_R_16F, B CUDA_R_32F, C CUDA_R_32F, CUBLAS_COMPUTE_32F",
                    "cublasGemmEx: 4016 bytes at 0x" + Long.toHexString(product.b.address()) + " are not allocated"),
                    driver.takeRefusals());
        }
    }

    private static String cublasVersion() {
        return "cuBLAS " + CudaLibraries.cublas().version();
    }

    private int gemm(cublasHandle handle, Product product, int lda, int typeOfA, int moreOfB) {
        // No array: JCuda would hold it during the call, in which the library calls back into Java.
        Pointer one = Pointer.to(ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder()).putFloat(0, 1));
        return device.context().attempt(() -> JCublas2.cublasGemmEx_new(handle, 0, 0, 2, moreOfB == 0 ? 1 : 2, 2, one,
                Handles.set(new CUdeviceptr(), product.a.address()), typeOfA, lda,
                Handles.set(new CUdeviceptr(), product.b.address()), cudaDataType.CUDA_R_32F, 2 + moreOfB, one,
                Handles.set(new CUdeviceptr(), product.c.address()), cudaDataType.CUDA_R_32F, 2,
                cublasComputeType.CUBLAS_COMPUTE_32F, -1));
    }
}
