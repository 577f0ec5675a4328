/** Layers, losses, optimizers and a training loop on top of the engines. */
module dev.gateloom.train {
    requires transitive dev.gateloom;

    exports dev.gateloom.nn;
    exports dev.gateloom.train;
}
