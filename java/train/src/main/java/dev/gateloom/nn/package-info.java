/**
 * Layers and losses: forward and backward by hand on top of the recurrent engines.
 *
 * <p>Tensors are batch first with up to six axes, as in Keras, and may carry a mask {@code [B, T]}, which losses and metrics see
 * too. A layer is made with its options and built once its input shapes are known, by the {@link dev.gateloom.nn.Model}, a graph
 * of layers; a stack is one too. {@code Recurrent} moves valid steps to the front of each sequence ({@code StepOrder}), so that
 * masks with gaps, and reading backwards, are lengths for an engine.
 *
 * <p>Everything except the recurrence, joins, masked pooling and most losses goes through {@link dev.gateloom.nn.Operations}, so
 * that another device needs one more implementation of it and nothing else; an engine that has one is an
 * {@link dev.gateloom.nn.Operations.Source}. In plain Java products run on the cpu engine's tiles, which it lends as
 * {@link dev.gateloom.spi.MatrixProduct}.
 *
 * <p>What is random is a function of the seed and the number of the update ({@link dev.gateloom.nn.Layer#draws}), so a checkpoint
 * holds no generator. Files hold both biases of a recurrent layer under PyTorch's names; where Keras has but one, the other is
 * {@link dev.gateloom.nn.Layer#frozen frozen}: saved, and trained by nobody.
 */
package dev.gateloom.nn;
