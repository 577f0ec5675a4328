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

    /** {@code h' = (1-z)⊙m⊙n + z⊙h}, m the candidate's mask. */
    private static float blend(float z, float n, float m, float before) {
        return (1 - z) * m * n + z * before;
    }

    /** Back to what tanh is taken of. */
    private static float dCandidate(float d, float z, float n, float m) {
        return d * (1 - z) * m * (1 - n * n);
    }

    /** Back to what the sigmoid of z is taken of. */
    private static float dUpdate(float d, float z, float n, float m, float before) {
        return d * (before - m * n) * (z * (1 - z));
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
            newH.set(at, blend(z, n, at(candidate, at, 1), h.get(s.before(at))));
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
            float dN = dCandidate(dNewH.get(at), z, n, m);
            float dZ = dUpdate(dNewH.get(at), z, n, m, h.get(s.before(at)));
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
            newH.set(at, blend(z, n, at(candidate, at, 1), h.get(s.before(at))));
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
            gates.set(s.gate(3, b, 1, u), dUpdate(d, z, n, m, h.get(s.before(at))));
            gates.set(s.gate(3, b, 2, u), dCandidate(d, z, n, m));
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
