package dev.gateloom.cuda.model;

import static dev.gateloom.cuda.model.GeneralStep.blend;
import static dev.gateloom.cuda.model.GeneralStep.keep;
import static dev.gateloom.cuda.model.GeneralStep.tanh;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/**
 * The kernels that rare options of all cells share: {@code zoneout.cu}, {@code layer_norm.cu}, {@code dropout.cu}.
 * And those of {@code rnn_general.cu}.
 */
final class OptionModels {
    private OptionModels() {
    }

    static void zoneoutForward(Launch launch, Parameters p) {
        Piece newH = p.pointer();
        Piece h = p.pointer();
        Piece y = p.pointer();
        Piece mask = p.pointer();
        float rate = p.float32();
        Piece lengths = p.pointer();
        int t = p.int32();
        int batch = p.int32();
        int hidden = p.int32();
        int ldy = p.int32();
        GeneralStep s = new GeneralStep(t, batch, hidden, p.flag()).launchedBy(launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float old = h.get(s.before(at));
            float next = blend(mask, rate, at, old, newH.get(at));
            h.set(s.after(at), s.valid(lengths, b) ? next : old);
            y.set((long) b * ldy + u, s.valid(lengths, b) ? next : 0);
        });
    }

    static void zoneoutBackward(Launch launch, Parameters p) {
        Piece dNewH = p.pointer();
        Piece dh = p.pointer();
        Piece dy = p.pointer();
        Piece mask = p.pointer();
        float rate = p.float32();
        Piece lengths = p.pointer();
        GeneralStep s = GeneralStep.readWithoutDirection(p, launch);
        int ldy = p.int32();
        p.end();
        s.forEachUnit((b, u, at) -> {
            if (!s.valid(lengths, b)) {
                dNewH.set(at, 0);
                return;
            }
            float keep = keep(mask, rate, at);
            float d = dh.get(at) + (dy == null ? 0 : dy.get((long) b * ldy + u));
            dNewH.set(at, (1 - keep) * d);
            dh.set(at, keep * d);
        });
    }

    static void rnnForward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        GeneralStep s = new GeneralStep(0, p.int32(), p.int32(), false).launchedBy(launch);
        boolean relu = p.flag();
        p.end();
        s.forEachUnit((b, u, at) -> gates.set(at, relu ? Math.max(0, gates.get(at)) : tanh(gates.get(at))));
    }

    static void rnnBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece dNewH = p.pointer();
        GeneralStep s = new GeneralStep(0, p.int32(), p.int32(), false).launchedBy(launch);
        boolean relu = p.flag();
        p.end();
        s.forEachUnit((b, u, at) -> {
            float h = gates.get(at);
            gates.set(at, dNewH.get(at) * (relu ? h > 0 ? 1 : 0 : 1 - h * h));
        });
    }

    /** Sums in double precision: the kernel's order is not what counts. */
    static void layerNormForward(Launch launch, Parameters p) {
        Piece v = p.pointer();
        Piece n = p.pointer();
        Piece scale = p.pointer();
        Piece out = p.pointer();
        Piece gamma = p.pointer();
        Piece offset = p.pointer();
        int width = p.int32();
        float eps = p.float32();
        boolean accumulate = p.flag();
        p.end();
        for (int row = 0; row < rows(launch); row++) {
            long at = (long) row * width;
            double mean = 0;
            for (int j = 0; j < width; j++) {
                mean += v.get(at + j) / (double) width;
            }
            double variance = 0;
            for (int j = 0; j < width; j++) {
                variance += (v.get(at + j) - mean) * (v.get(at + j) - mean) / width;
            }
            double rowScale = 1 / Math.sqrt(variance + eps);
            scale.set(row, (float) rowScale);
            for (int j = 0; j < width; j++) {
                double normal = (v.get(at + j) - mean) * rowScale;
                double value = gamma.get(j) * normal + (offset == null ? 0 : offset.get(j));
                n.set(at + j, (float) normal);
                out.set(at + j, (float) (accumulate ? out.get(at + j) + value : value));
            }
        }
    }

    static void layerNormBackward(Launch launch, Parameters p) {
        Piece dv = p.pointer();
        Piece d = p.pointer();
        Piece n = p.pointer();
        Piece scale = p.pointer();
        Piece gamma = p.pointer();
        int width = p.int32();
        boolean accumulate = p.flag();
        p.end();
        for (int row = 0; row < rows(launch); row++) {
            long at = (long) row * width;
            double mean = 0;
            double meanProduct = 0;
            for (int j = 0; j < width; j++) {
                double e = (double) gamma.get(j) * d.get(at + j);
                mean += e / width;
                meanProduct += e * n.get(at + j) / width;
            }
            for (int j = 0; j < width; j++) {
                double value = scale.get(row) * ((double) gamma.get(j) * d.get(at + j) - mean - n.get(at + j) * meanProduct);
                dv.set(at + j, (float) (accumulate ? dv.get(at + j) + value : value));
            }
        }
    }

    static void maskedRows(Launch launch, Parameters p) {
        Piece dst = p.pointer();
        Piece a = p.pointer();
        Piece b = p.pointer();
        int count = p.int32();
        int period = p.int32();
        p.end();
        KernelModels.geometry(launch, KernelModels.blocks(count, 256), 256, 1);
        for (int i = 0; i < count; i++) {
            dst.set(i, a.get(i) * b.get(i % period));
        }
    }

    static void maskedSums(Launch launch, Parameters p) {
        Piece dst = p.pointer();
        Piece mask = p.pointer();
        Piece d = p.pointer();
        int gates = p.int32();
        int count = p.int32();
        boolean accumulate = p.flag();
        p.end();
        KernelModels.geometry(launch, KernelModels.blocks(count, 256), 256, 1);
        for (int i = 0; i < count; i++) {
            float sum = 0;
            for (int g = 0; g < gates; g++) {
                sum = Math.fma(mask.get((long) g * count + i), d.get((long) g * count + i), sum);
            }
            dst.set(i, accumulate ? dst.get(i) + sum : sum);
        }
    }

    /** A block for each. */
    private static int rows(Launch launch) {
        KernelModels.geometry(launch, launch.gridX(), 256, 1);
        return launch.gridX();
    }
}
