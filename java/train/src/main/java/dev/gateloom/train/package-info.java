/** What trains a model: data, optimizer, clipping, schedule, the loop and its listeners. */
package dev.gateloom.train;
