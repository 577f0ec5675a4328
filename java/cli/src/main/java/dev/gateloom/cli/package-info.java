/**
 * The command line: {@code gateloom info}, {@code gateloom verify}, {@code gateloom profile}, {@code gateloom examples},
 * {@code gateloom forecast}.
 */
package dev.gateloom.cli;
