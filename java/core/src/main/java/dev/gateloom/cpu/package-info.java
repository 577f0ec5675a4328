/** The cpu engines: fused LSTM and GRU in plain Java. Users get them from {@link dev.gateloom.Engines}. */
package dev.gateloom.cpu;
