/** What an engine implements, and what it is handed. Users of the engines need nothing from here. */
package dev.gateloom.spi;
