/**
 * The RNN contract: {@link dev.gateloom.RnnConfig} says what to compute, {@link dev.gateloom.RnnWeights} holds the
 * parameters, {@link dev.gateloom.Engines} finds an engine, and a {@link dev.gateloom.RnnPlan} runs forward,
 * backward and single steps.
 */
package dev.gateloom;
