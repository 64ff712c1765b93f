// Package format puts values into words for a locale: money, dates, times,
// lengths of time, percentages, counts. The server formats everything; a browser
// formats nothing. The second half of the package reads finished text back: it
// finds the numbers, amounts and dates in it, so that a check can hold them
// against the facts.
package format
