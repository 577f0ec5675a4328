package dev.gateloom.cuda.model;

import static dev.gateloom.cuda.model.GeneralStep.at;
import static dev.gateloom.cuda.model.GeneralStep.blend;
import static dev.gateloom.cuda.model.GeneralStep.keep;
import static dev.gateloom.cuda.model.GeneralStep.sigmoid;
import static dev.gateloom.cuda.model.GeneralStep.tanh;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/** The kernels of {@code lstm_general.cu}. */
final class GeneralLstmModels {
    private GeneralLstmModels() {
    }

    static void lstmGates(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece newC = p.pointer();
        Piece peephole = p.pointer();
        Piece candidate = p.pointer();
        float clip = p.float32();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float old = c.get(s.before(at));
            float i = sigmoid(gates.get(s.gate(4, b, 0, u)) + at(peephole, u, 0) * old);
            float f = sigmoid(gates.get(s.gate(4, b, 1, u)) + at(peephole, s.hidden() + u, 0) * old);
            float g = tanh(gates.get(s.gate(4, b, 2, u)));
            float next = Math.max(-clip, Math.min(clip, f * old + i * at(candidate, at, 1) * g));
            float o = sigmoid(gates.get(s.gate(4, b, 3, u)) + at(peephole, 2 * s.hidden() + u, 0) * next);
            gates.set(s.gate(4, b, 0, u), i);
            gates.set(s.gate(4, b, 1, u), f);
            gates.set(s.gate(4, b, 2, u), g);
            gates.set(s.gate(4, b, 3, u), o);
            newC.set(at, next);
        });
    }

    static void lstmOutput(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece seen = p.pointer();
        Piece carried = p.pointer();
        Piece c = p.pointer();
        Piece newH = p.pointer();
        Piece mask = p.pointer();
        float rate = p.float32();
        Piece lengths = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float old = c.get(s.before(at));
            newH.set(at, gates.get(s.gate(4, b, 3, u)) * tanh(seen.get(at)));
            c.set(s.after(at), s.valid(lengths, b) ? blend(mask, rate, at, old, carried.get(at)) : old);
        });
    }

    static void lstmOutputBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece seen = p.pointer();
        Piece dNewH = p.pointer();
        Piece ds = p.pointer();
        Piece dNewC = p.pointer();
        Piece dc = p.pointer();
        Piece mask = p.pointer();
        float rate = p.float32();
        Piece lengths = p.pointer();
        GeneralStep s = GeneralStep.readWithoutDirection(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            boolean valid = s.valid(lengths, b);
            float o = gates.get(s.gate(4, b, 3, u));
            float tanhS = tanh(seen.get(at));
            float keep = keep(mask, rate, at);
            float toCarried = valid ? (1 - keep) * dc.get(at) : 0;
            gates.set(s.gate(4, b, 3, u), valid ? dNewH.get(at) * tanhS * (o * (1 - o)) : 0);
            ds.set(at, (valid ? dNewH.get(at) * o * (1 - tanhS * tanhS) : 0) + (dNewC == null ? toCarried : 0));
            if (dNewC != null) {
                dNewC.set(at, toCarried);
            }
            dc.set(at, valid ? keep * dc.get(at) : dc.get(at));
        });
    }

    static void lstmGatesBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece c = p.pointer();
        Piece dNewC = p.pointer();
        Piece dc = p.pointer();
        Piece peephole = p.pointer();
        Piece candidate = p.pointer();
        float clip = p.float32();
        Piece lengths = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            if (!s.valid(lengths, b)) {
                for (int gate = 0; gate < 3; gate++) {
                    gates.set(s.gate(4, b, gate, u), 0);
                }
                return;
            }
            float i = gates.get(s.gate(4, b, 0, u));
            float f = gates.get(s.gate(4, b, 1, u));
            float g = gates.get(s.gate(4, b, 2, u));
            float dO = gates.get(s.gate(4, b, 3, u));
            float old = c.get(s.before(at));
            float m = at(candidate, at, 1);
            boolean limited = Math.abs(Math.fma(f, old, i * m * g)) > clip;
            float d = limited ? 0 : dNewC.get(at) + at(peephole, 2 * s.hidden() + u, 0) * dO;
            float dI = d * m * g * (i * (1 - i));
            float dF = d * old * (f * (1 - f));
            gates.set(s.gate(4, b, 0, u), dI);
            gates.set(s.gate(4, b, 1, u), dF);
            gates.set(s.gate(4, b, 2, u), d * i * m * (1 - g * g));
            dc.set(at, dc.get(at) + d * f + at(peephole, u, 0) * dI + at(peephole, s.hidden() + u, 0) * dF);
        });
    }
}
