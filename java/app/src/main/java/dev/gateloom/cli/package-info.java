/** The command line: {@code gateloom info}, {@code gateloom verify}. */
package dev.gateloom.cli;
