/** The reports: a table for the terminal, Markdown, CSV, JMH's JSON, and one HTML file with charts. */
package dev.gateloom.bench.report;
