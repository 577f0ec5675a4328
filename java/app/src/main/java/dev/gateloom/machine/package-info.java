/** What machine this is: the part of a measurement that numbers alone leave out. */
package dev.gateloom.machine;
