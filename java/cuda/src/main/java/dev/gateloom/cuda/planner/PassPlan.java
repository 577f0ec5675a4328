package dev.gateloom.cuda.planner;

import dev.gateloom.cuda.Strategy;

/**
 * A strategy for one pass, in the layout that the model prices lowest.
 *
 * @param strategy the strategy
 * @param exchange what blocks tell each other
 * @param tiles the layout
 * @param launchesPerLayer launches of each layer between its products over all steps
 * @param step estimated time of one step of a layer
 * @param launchSeconds estimated time to launch, and to bring the weights onto the chip, for all layers
 * @param productSeconds estimated time of the products over all steps, the same for every strategy
 * @param seconds estimated time of the whole pass
 */
public record PassPlan(Strategy strategy, Exchange exchange, Tiles tiles, long launchesPerLayer, StepCost step,
        double launchSeconds, double productSeconds, double seconds) {
}
