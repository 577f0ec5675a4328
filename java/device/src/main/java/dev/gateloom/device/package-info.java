/** What launch code sees of a GPU: memory, streams, programs, launches. No type of a vendor's library appears here. */
package dev.gateloom.device;
