/**
 * The cpu engines: fused LSTM and GRU in plain Java. Users get them from {@link dev.gateloom.Engines}.
 *
 * <p>A ragged batch is sorted by length and only its valid rows are stored; units are padded to the SIMD width. One product takes
 * in the inputs of all steps, then the recurrence runs with gates interleaved, so that one register tile holds all gates of its
 * units. {@code LstmCell} and {@code GruCell} are the fused fast path, {@code GeneralCell} computes every other option behind the
 * same interface, {@code LayerCell}. {@code Team} divides the units (fused) or the sequences (general) among the threads; which
 * kernel computes an element never depends on the division, so neither do the bits.
 */
package dev.gateloom.cpu;
