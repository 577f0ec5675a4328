/** Whole models in training: the trainer beside its rivals, and what it costs beside the bare engine. */
package dev.gateloom.bench.models;
