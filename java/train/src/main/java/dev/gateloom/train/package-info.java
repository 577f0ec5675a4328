/**
 * What trains a model. A {@link dev.gateloom.train.Trainer} takes batches of a {@link dev.gateloom.train.Dataset} in an order that is a
 * function of the seed and the number of the round, computes the loss by the model's operations, clips, lets the
 * {@link dev.gateloom.train.Optimizer} step, tells its {@link dev.gateloom.train.TrainingListener}s and writes
 * {@link dev.gateloom.train.Checkpoints}, which therefore hold no generator.
 */
package dev.gateloom.train;
