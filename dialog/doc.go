// Package dialog is the vocabulary of Warmline: the words that every other
// package shares. It holds no behaviour beyond what a word needs to be used
// safely (exact money, civil dates, stable codes) and imports the standard
// library only.
//
// A turn, in these words: an [Envelope] brings an [Event] to a [Conversation];
// the deterministic core answers with a [Change], which the store commits whole
// or not at all. What the bot says is an [Act] with typed [Value]s; what it
// wants done elsewhere is a [Call]; what must happen later is a [Timer].
package dialog
