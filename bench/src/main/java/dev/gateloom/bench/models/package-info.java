/**
 * Whole models in training: the trainer beside its rivals, and what it costs beside the bare engine. A
 * {@link dev.gateloom.bench.models.ModelContender} is the trainer on an engine ({@code cpu}), the trainer without its optimizer
 * ({@code step:cpu}), the bare engine ({@code engine:cpu}) or a rival; {@link dev.gateloom.bench.models.ExpectedLosses} verifies all.
 */
package dev.gateloom.bench.models;
