package dev.gateloom.cpu;

import dev.gateloom.spi.Workers;

/** The team for work that is not the engine's own: each thread takes neighbouring parts, the same ones at each call. */
final class CpuWorkers implements Workers {
    /** Fewer parts are done before another thread is awake. */
    private static final int SOLO = 16;

    private final Team team;
    private final Gang.Task task = this::compute;
    private int parts;
    private Work work;

    CpuWorkers(Team team) {
        this.team = team;
    }

    @Override
    public void run(int count, Work given) {
        parts = count;
        work = given;
        try {
            team.run(task, count < SOLO);
        } finally {
            work = null;
        }
    }

    private void compute(int id, Gang gang) {
        int end = LayerCell.share(parts, id + 1, gang.size());
        for (int part = LayerCell.share(parts, id, gang.size()); part < end; part++) {
            work.compute(part);
        }
    }
}
