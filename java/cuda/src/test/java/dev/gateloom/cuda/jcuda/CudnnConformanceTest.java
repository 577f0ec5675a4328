package dev.gateloom.cuda.jcuda;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.EngineOptions;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.Unsupported;
import dev.gateloom.conformance.Unsupported.Gap;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;

/**
 * The suite through engine cudnn, JCudnn and its native library; then a cuDNN that is played, which computes what it is told by
 * descriptors, weight space and addresses, so that a wrong one shows in the numbers.
 */
class CudnnConformanceTest extends PathConformance {

    @Override
    public RnnEngine newEngine(EngineOptions options) {
        return CudnnEngine.owning(new JcudaProvider().open(), CudnnAlgorithm.STANDARD, Precision.FP32);
    }

    @Override
    public Unsupported unsupported() {
        return gaps();
    }

    /** What the algorithm STANDARD lacks in fp32. */
    static Unsupported gaps() {
        return Unsupported.of(
                new Gap("backward alone", (c, m) -> c.direction() == Direction.BACKWARD),
                new Gap("resets after", (c, m) -> c.cell() == CellType.GRU && !c.resetAfter()),
                new Gap("layer normalisation", (c, m) -> c.layerNorm() != LayerNorm.NONE),
                new Gap("peepholes", (c, m) -> c.peephole()),
                new Gap("zoneout", (c, m) -> c.zoneoutHidden() > 0 || c.zoneoutCell() > 0),
                new Gap("recurrent dropout", (c, m) -> m == Mode.TRAINING && c.recurrentDropout() > 0),
                new Gap("dropout of the candidate", (c, m) -> m == Mode.TRAINING && c.candidateDropout() > 0),
                new Gap("DropConnect", (c, m) -> m == Mode.TRAINING && c.dropConnect() > 0));
    }
}
