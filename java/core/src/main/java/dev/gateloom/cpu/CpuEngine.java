package dev.gateloom.cpu;

import dev.gateloom.EngineOptions;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.spi.MatrixProduct;
import dev.gateloom.spi.Workers;
import java.util.Optional;

/** Plain Java on all cores: SIMD where jdk.incubator.vector is enabled, scalar loops elsewhere. */
final class CpuEngine implements RnnEngine, MatrixProduct.Source, Workers.Source {
    private final String name;
    private final Kernels kernels;
    private final Team team;

    CpuEngine(String name, Kernels kernels, EngineOptions options) {
        this.name = name;
        this.kernels = kernels;
        team = new Team(options);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return kernels.description() + ", " + team.threads() + (team.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return Optional.empty();
    }

    @Override
    public RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return new CpuPlan(kernels, team, config, shape, mode);
    }

    @Override
    public MatrixProduct matrixProduct() {
        return new CpuMatrixProduct(kernels, team);
    }

    @Override
    public Workers workers() {
        return new CpuWorkers(team);
    }

    @Override
    public void close() {
        team.close();
    }
}
