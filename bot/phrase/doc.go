// Package phrase turns acts into words. [Template] fills a reviewed text with
// the act's values, formatted for the locale; it needs nothing but the catalogs
// and always has an answer. What a model may add stands on top of it and falls
// back to it.
package phrase
