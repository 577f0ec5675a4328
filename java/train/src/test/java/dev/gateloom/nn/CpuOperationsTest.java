package dev.gateloom.nn;

/** Plain Java, with the product beside an engine that has none. {@link OperationsTest} has the products of engines. */
class CpuOperationsTest extends OperationsConformance {
    private final Operations operations = Operations.of(null);

    @Override
    protected Operations operations() {
        return operations;
    }
}
