package dev.gateloom.cuda.planner;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import java.util.HashSet;
import java.util.Set;

/** Which kernels there are. The model prices all strategies; a plan takes what exists. */
public final class Implemented {
    private final Set<Kernel> kernels;

    private record Kernel(Strategy strategy, CellType cell, Precision precision, Exchange exchange) {
    }

    private Implemented(Set<Kernel> kernels) {
        this.kernels = Set.copyOf(kernels);
    }

    /**
     * What the engine runs by itself today: D, for every cell and precision. Its kernels for A and C, in fp32, run when they are
     * asked for; they keep W_hh in shared memory alone, which is not the layout that is priced here.
     *
     * @return the kernels of this version
     */
    public static Implemented today() {
        Set<Kernel> kernels = new HashSet<>();
        for (CellType cell : CellType.values()) {
            for (Phase phase : Phase.values()) {
                for (Exchange exchange : Exchange.of(Strategy.D, phase)) {
                    for (Precision precision : Precision.values()) {
                        kernels.add(new Kernel(Strategy.D, cell, precision, exchange));
                    }
                }
            }
        }
        return new Implemented(kernels);
    }

    /**
     * Everything that the model knows: to ask what would be best.
     *
     * @return all kernels
     */
    public static Implemented everything() {
        Set<Kernel> kernels = new HashSet<>();
        for (Strategy strategy : Strategy.values()) {
            for (CellType cell : CellType.values()) {
                for (Precision precision : Precision.values()) {
                    for (Exchange exchange : Exchange.values()) {
                        kernels.add(new Kernel(strategy, cell, precision, exchange));
                    }
                }
            }
        }
        return new Implemented(kernels);
    }

    /**
     * These kernels and one more.
     *
     * @param strategy the strategy
     * @param cell the cell
     * @param precision of its products
     * @param exchange what its blocks tell each other
     * @return the larger set
     */
    public Implemented with(Strategy strategy, CellType cell, Precision precision, Exchange exchange) {
        Set<Kernel> more = new HashSet<>(kernels);
        more.add(new Kernel(strategy, cell, precision, exchange));
        return new Implemented(more);
    }

    boolean has(Problem problem, Strategy strategy, Exchange exchange) {
        return kernels.contains(new Kernel(strategy, problem.config().cell(), problem.precision(), exchange));
    }
}
