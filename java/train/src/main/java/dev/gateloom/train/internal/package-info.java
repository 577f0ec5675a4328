/** Shared by the packages of this module; not exported. */
package dev.gateloom.train.internal;
