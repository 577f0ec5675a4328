package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.OperationsConformance;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From the PTX that ships, on the emulator with all its checks. */
class CudaOperationsTest extends OperationsConformance {
    private Device device;
    private CudaEngine engine;

    @BeforeAll
    void open() {
        device = Emulator.open();
        engine = CudaEngine.on(device);
    }

    @AfterAll
    void close() {
        engine.close();
        assertEquals(List.of(), device.live());
        device.close();
    }

    @Override
    protected Operations operations() {
        return Operations.of(engine);
    }

    @Test
    void anEngineHasOneUntilItIsClosed() {
        CudaEngine other = CudaEngine.on(device);
        Operations operations = assertInstanceOf(CudaOperations.class, Operations.of(other));
        assertSame(operations, Operations.of(other));
        assertSame(operations, Setup.of(other, 1).operations());
        Operations onCpu = Operations.of(null);
        assertSame(onCpu, Setup.of(other, 1).with(onCpu).operations());
        other.close();
        Tensor t = new Tensor(3);
        assertEquals("these operations are closed, as their engine may be",
                assertThrows(IllegalStateException.class, () -> operations.addScaled(1, t, t)).getMessage());
        assertThrows(IllegalStateException.class, other::operations);
    }

    /** Nothing stays behind where there is too little memory, and the next operation runs. */
    @Test
    void memoryThatRunsOut() {
        long partialSums = SplitK.mostWords(GemmTile.LARGEST) * Float.BYTES;
        Device small = new EmulatorDevice(EmulatorOptions.defaults().memory(partialSums + 1_000));
        CudaOperations operations = CudaOperations.on(small, Products.OWN);
        Tensor few = new Tensor(5, 5);
        Tensor many = new Tensor(15, 15);
        List<String> before = small.live();
        assertThrows(DeviceException.class, () -> operations.multiply(many, many, false, new Tensor(15, 15)));
        assertEquals(before, small.live());
        operations.multiply(few, few, false, new Tensor(5, 5));
        operations.close();
        assertEquals(List.of(), small.live());
        small.close();
    }
}
