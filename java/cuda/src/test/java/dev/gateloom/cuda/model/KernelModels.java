package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The kernels of {@code kernels/} by program and name, but for the sequence kernels in 16 bits ({@link SequenceSteps} has theirs): parameters,
 * geometry and effect, as the header says.
 */
final class KernelModels {
    private static final Map<String, BiConsumer<Launch, Parameters>> MODELS = Map.ofEntries(
            Map.entry("gemm/sgemm_nt", (l, p) -> GemmModels.wide(l, p, true, true)),
            Map.entry("gemm/sgemm_nn", (l, p) -> GemmModels.wide(l, p, true, false)),
            Map.entry("gemm/sgemm_tn", (l, p) -> GemmModels.wide(l, p, false, false)),
            Map.entry("gemm/sum_slices", GemmModels::sumSlices),
            Map.entry("gemm_thin/sgemm_nt_thin", (l, p) -> GemmModels.thin(l, p, true, true)),
            Map.entry("gemm_thin/sgemm_nn_thin", (l, p) -> GemmModels.thin(l, p, true, false)),
            Map.entry("gemm_thin/sgemm_tn_thin", (l, p) -> GemmModels.thin(l, p, false, false)),
            Map.entry("call_block/set_call_block", KernelModels::setCallBlock),
            Map.entry("call_block/load_tensor", (l, p) -> moveTensor(l, p, true)),
            Map.entry("call_block/store_tensor", (l, p) -> moveTensor(l, p, false)),
            Map.entry("rows/load_rows", (l, p) -> moveRows(l, p, true)),
            Map.entry("rows/store_rows", (l, p) -> moveRows(l, p, false)),
            Map.entry("rows/multiply", (l, p) -> elementwise(l, p, true)),
            Map.entry("rows/add", (l, p) -> elementwise(l, p, false)),
            Map.entry("rows/column_sums", (l, p) -> columnSums(l, p, false)),
            Map.entry("rows/column_products", (l, p) -> columnSums(l, p, true)),
            Map.entry("convert/narrow_fp16", (l, p) -> convert(l, p, Digits.FP16, true)),
            Map.entry("convert/narrow_bf16", (l, p) -> convert(l, p, Digits.BF16, true)),
            Map.entry("convert/widen_fp16", (l, p) -> convert(l, p, Digits.FP16, false)),
            Map.entry("convert/widen_bf16", (l, p) -> convert(l, p, Digits.BF16, false)),
            Map.entry("lstm_forward/lstm_forward", StepModels::lstmForward),
            Map.entry("lstm_backward/lstm_backward", StepModels::lstmBackward),
            Map.entry("gru_forward/gru_forward", StepModels::gruForward),
            Map.entry("gru_backward/gru_backward", StepModels::gruBackward),
            Map.entry("rnn/rnn_forward", StepModels::rnnForward),
            Map.entry("rnn/rnn_backward", StepModels::rnnBackward),
            Map.entry("zoneout/zoneout_forward", OptionModels::zoneoutForward),
            Map.entry("zoneout/zoneout_backward", OptionModels::zoneoutBackward),
            Map.entry("lstm_general/lstm_general_gates", GeneralLstmModels::lstmGates),
            Map.entry("lstm_general/lstm_general_output", GeneralLstmModels::lstmOutput),
            Map.entry("lstm_general/lstm_general_output_backward", GeneralLstmModels::lstmOutputBackward),
            Map.entry("lstm_general/lstm_general_gates_backward", GeneralLstmModels::lstmGatesBackward),
            Map.entry("gru_general/gru_general_forward", GeneralGruModels::gruForward),
            Map.entry("gru_general/gru_general_backward", GeneralGruModels::gruBackward),
            Map.entry("gru_reset_before/gru_reset_forward", GeneralGruModels::gruResetForward),
            Map.entry("gru_reset_before/gru_candidate_forward", GeneralGruModels::gruCandidateForward),
            Map.entry("gru_reset_before/gru_candidate_backward", GeneralGruModels::gruCandidateBackward),
            Map.entry("gru_reset_before/gru_reset_backward", GeneralGruModels::gruResetBackward),
            Map.entry("rnn_general/rnn_general_forward", OptionModels::rnnForward),
            Map.entry("rnn_general/rnn_general_backward", OptionModels::rnnBackward),
            Map.entry("layer_norm/layer_norm_forward", OptionModels::layerNormForward),
            Map.entry("layer_norm/layer_norm_backward", OptionModels::layerNormBackward),
            Map.entry("dropout/masked_rows", OptionModels::maskedRows),
            Map.entry("dropout/masked_sums", OptionModels::maskedSums));

    private static final Map<String, BiConsumer<Launch, Parameters>> OTHER_MODELS = new TreeMap<>(MmaModels.all());

    static {
        OTHER_MODELS.putAll(SequenceModels.all());
    }

    /** In the block of a call. */
    private static final int TENSORS = 21;

    private KernelModels() {
    }

    static Kernel of(String program, String name) {
        BiConsumer<Launch, Parameters> model = MODELS.getOrDefault(program + "/" + name, OTHER_MODELS.get(program + "/" + name));
        if (model == null) {
            throw new IllegalArgumentException("no kernel " + name + " in " + program + ".cu");
        }
        return new Model(name, model);
    }

    record Model(String name, BiConsumer<Launch, Parameters> effect) implements Kernel {
        void run(Launch launch, Parameters parameters) {
            effect.accept(launch, parameters);
        }

        @Override
        public int registers() {
            return 32;
        }

        @Override
        public int staticSharedBytes() {
            return 0;
        }

        @Override
        public int localBytes() {
            return 0;
        }

        @Override
        public int maxThreads() {
            return 256;
        }

        @Override
        public void allowSharedBytes(int bytes) {
        }

        @Override
        public int occupancy(int threads, int dynamicSharedBytes) {
            return 8;
        }
    }

    private static void setCallBlock(Launch launch, Parameters p) {
        Piece block = p.pointer();
        geometry(launch, 1, 1, 1);
        for (int n = 0; n < TENSORS; n++) {
            long address = p.int64();
            block.setInt(2 * n, (int) address);
            block.setInt(2 * n + 1, (int) (address >>> 32));
        }
        p.end();
    }

    private static void moveTensor(Launch launch, Parameters p, boolean load) {
        Piece to = p.pointer();
        Piece from = p.pointer();
        long count = p.int64();
        p.end();
        geometry(launch, blocks(count, 256), 256, 1);
        Piece dst = load ? to : p.behind(to);
        Piece src = load ? p.behind(from) : from;
        for (long i = 0; i < count; i++) {
            dst.setInt(i, src.getInt(i));
        }
    }

    private static void moveRows(Launch launch, Parameters p, boolean load) {
        Piece dst = p.pointer();
        Piece src = p.pointer();
        Piece lengths = p.pointer();
        int steps = p.int32();
        int batch = p.int32();
        int width = p.int32();
        boolean batchFirst = p.flag();
        p.end();
        geometry(launch, blocks((long) steps * batch * width, 256), 256, 1);
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < batch; b++) {
                for (int w = 0; w < width; w++) {
                    long callers = (batchFirst ? (long) b * steps + t : (long) t * batch + b) * width + w;
                    long ours = ((long) t * batch + b) * width + w;
                    boolean valid = t < lengths.getInt(b);
                    dst.set(load ? ours : callers, valid ? src.get(load ? callers : ours) : 0);
                }
            }
        }
    }

    private static void elementwise(Launch launch, Parameters p, boolean product) {
        Piece dst = p.pointer();
        Piece a = p.pointer();
        Piece b = p.pointer();
        long count = p.int64();
        p.end();
        geometry(launch, blocks(count, 256), 256, 1);
        for (long i = 0; i < count; i++) {
            dst.set(i, product ? a.get(i) * b.get(i) : a.get(i) + b.get(i));
        }
    }

    private static void convert(Launch launch, Parameters p, Digits digits, boolean narrow) {
        Piece dst = p.pointer();
        Piece src = p.pointer();
        long count = p.int64();
        p.end();
        geometry(launch, blocks(count, 256), 256, 1);
        for (long i = 0; i < count; i++) {
            if (narrow) {
                dst.setHalf(i, digits.bitsOrInfinity(src.get(i)));
            } else {
                dst.set(i, digits.of(src.getHalf(i)));
            }
        }
    }

    private static void columnSums(Launch launch, Parameters p, boolean product) {
        Piece sums = p.pointer();
        Piece d = p.pointer();
        Piece e = product ? p.pointer() : null;
        int rows = p.int32();
        int columns = p.int32();
        int ldd = p.int32();
        int lde = product ? p.int32() : 0;
        p.end();
        geometry(launch, blocks(columns, 32), 32, 8);
        for (int n = 0; n < columns; n++) {
            float[] partial = new float[8];
            for (int row = 0; row < rows; row++) {
                float value = d.get((long) row * ldd + n);
                float sum = partial[row % 8];
                partial[row % 8] = product ? Math.fma(value, e.get((long) row * lde + n), sum) : sum + value;
            }
            float sum = partial[0];
            for (int lane = 1; lane < 8; lane++) {
                sum += partial[lane];
            }
            sums.set(n, sums.get(n) + sum);
        }
    }

    /** The kernel's header states this geometry; another one is a mistake of the launcher. */
    static void geometry(Launch launch, long blocks, int blockX, int blockY) {
        Launch stated = new Launch((int) blocks, 1, 1, blockX, blockY, 1, 0, false);
        if (!launch.equals(stated)) {
            throw new IllegalStateException("expected " + stated + ", got " + launch);
        }
    }

    static long blocks(long items, int perBlock) {
        return (items + perBlock - 1) / perBlock;
    }
}
