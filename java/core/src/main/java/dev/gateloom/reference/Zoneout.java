package dev.gateloom.reference;

/**
 * Zoneout around a cell (Krueger et al. 2016): {@code h' = m_h⊙h + (1-m_h)⊙h~} and the same for c. The cell's h~
 * was computed from its own c~.
 */
final class Zoneout implements Cell {
    private final Cell cell;

    Zoneout(Cell cell) {
        this.cell = cell;
    }

    @Override
    public Step forward(double[] x, double[] h, double[] c, StepMasks masks) {
        return new ZoneoutStep(cell.forward(x, h, c, masks), h, c, masks);
    }

    /** Keeps the cell's own step. */
    static final class ZoneoutStep extends Step {
        final Step inner;
        private final StepMasks masks;

        ZoneoutStep(Step inner, double[] h, double[] c, StepMasks masks) {
            super(inner.h.clone(), c == null ? null : inner.c.clone());
            this.inner = inner;
            this.masks = masks;
            for (int j = 0; j < h.length; j++) {
                double m = masks.zoneoutHidden(j);
                this.h[j] = m * h[j] + (1 - m) * inner.h[j];
            }
            for (int j = 0; c != null && j < c.length; j++) {
                double m = masks.zoneoutCell(j);
                this.c[j] = m * c[j] + (1 - m) * inner.c[j];
            }
        }

        @Override
        Gradient backward(double[] dh, double[] dc) {
            double[] dhNew = dh.clone();
            double[] dcNew = dc == null ? null : dc.clone();
            for (int j = 0; j < dh.length; j++) {
                dhNew[j] *= 1 - masks.zoneoutHidden(j);
            }
            for (int j = 0; dc != null && j < dc.length; j++) {
                dcNew[j] *= 1 - masks.zoneoutCell(j);
            }
            Gradient g = inner.backward(dhNew, dcNew);
            for (int j = 0; j < dh.length; j++) {
                g.dh()[j] += masks.zoneoutHidden(j) * dh[j];
            }
            for (int j = 0; dc != null && j < dc.length; j++) {
                g.dc()[j] += masks.zoneoutCell(j) * dc[j];
            }
            return g;
        }
    }
}
