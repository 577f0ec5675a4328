package dev.gateloom.cuda.model;

import static dev.gateloom.cuda.model.GeneralStep.at;
import static dev.gateloom.cuda.model.GeneralStep.sigmoid;
import static dev.gateloom.cuda.model.GeneralStep.tanh;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/** The kernels of {@code gru_general.cu} and {@code gru_reset_before.cu}. */
final class GeneralGruModels {
    private GeneralGruModels() {
    }

    static void gruForward(Launch launch, Parameters p) {
        Piece us = p.pointer();
        Piece vs = p.pointer();
        Piece h = p.pointer();
        Piece newH = p.pointer();
        Piece candidate = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float r = sigmoid(us.get(s.gate(3, b, 0, u)) + vs.get(s.gate(3, b, 0, u)));
            float z = sigmoid(us.get(s.gate(3, b, 1, u)) + vs.get(s.gate(3, b, 1, u)));
            float n = tanh(us.get(s.gate(3, b, 2, u)) + r * vs.get(s.gate(3, b, 2, u)));
            us.set(s.gate(3, b, 0, u), r);
            us.set(s.gate(3, b, 1, u), z);
            us.set(s.gate(3, b, 2, u), n);
            newH.set(at, (1 - z) * at(candidate, at, 1) * n + z * h.get(s.before(at)));
        });
    }

    static void gruBackward(Launch launch, Parameters p) {
        Piece us = p.pointer();
        Piece vs = p.pointer();
        Piece h = p.pointer();
        Piece dNewH = p.pointer();
        Piece dh = p.pointer();
        Piece candidate = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float r = us.get(s.gate(3, b, 0, u));
            float z = us.get(s.gate(3, b, 1, u));
            float n = us.get(s.gate(3, b, 2, u));
            float m = at(candidate, at, 1);
            float dN = dNewH.get(at) * (1 - z) * m * (1 - n * n);
            float dZ = dNewH.get(at) * (h.get(s.before(at)) - m * n) * (z * (1 - z));
            float dR = dN * vs.get(s.gate(3, b, 2, u)) * (r * (1 - r));
            us.set(s.gate(3, b, 0, u), dR);
            us.set(s.gate(3, b, 1, u), dZ);
            us.set(s.gate(3, b, 2, u), dN);
            vs.set(s.gate(3, b, 0, u), dR);
            vs.set(s.gate(3, b, 1, u), dZ);
            vs.set(s.gate(3, b, 2, u), dN * r);
            dh.set(at, dh.get(at) + dNewH.get(at) * z);
        });
    }

    static void gruResetForward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece q = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float r = sigmoid(gates.get(s.gate(3, b, 0, u)));
            gates.set(s.gate(3, b, 0, u), r);
            gates.set(s.gate(3, b, 1, u), sigmoid(gates.get(s.gate(3, b, 1, u))));
            q.set(at, r * h.get(s.before(at)));
        });
    }

    static void gruCandidateForward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece newH = p.pointer();
        Piece candidate = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float z = gates.get(s.gate(3, b, 1, u));
            float n = tanh(gates.get(s.gate(3, b, 2, u)));
            gates.set(s.gate(3, b, 2, u), n);
            newH.set(at, (1 - z) * at(candidate, at, 1) * n + z * h.get(s.before(at)));
        });
    }

    static void gruCandidateBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece dNewH = p.pointer();
        Piece dh = p.pointer();
        Piece candidate = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float z = gates.get(s.gate(3, b, 1, u));
            float n = gates.get(s.gate(3, b, 2, u));
            float m = at(candidate, at, 1);
            float d = dNewH.get(at);
            gates.set(s.gate(3, b, 1, u), d * (h.get(s.before(at)) - m * n) * (z * (1 - z)));
            gates.set(s.gate(3, b, 2, u), d * (1 - z) * m * (1 - n * n));
            dh.set(at, dh.get(at) + d * z);
        });
    }

    static void gruResetBackward(Launch launch, Parameters p) {
        Piece gates = p.pointer();
        Piece h = p.pointer();
        Piece dq = p.pointer();
        Piece dh = p.pointer();
        GeneralStep s = GeneralStep.read(p, launch);
        p.end();
        s.forEachUnit((b, u, at) -> {
            float r = gates.get(s.gate(3, b, 0, u));
            gates.set(s.gate(3, b, 0, u), dq.get(at) * h.get(s.before(at)) * (r * (1 - r)));
            dh.set(at, dh.get(at) + dq.get(at) * r);
        });
    }
}
