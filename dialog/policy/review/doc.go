// Package review looks at every text before a person reads it: what a model
// wrote for an act, the same with its values filled in, and what a human agent
// is typing. It finds slots that were not kept (numbers, placeholders, links,
// markup, language, length), conduct that is never allowed (threats, shaming,
// false law …) and claims that are not true (promises, being human, feelings).
//
// A text is folded to one script and taken apart into words and characters; one
// automaton finds the wordings of the lexicons (data/*.txt); patterns put them
// together within a sentence. There are no regular expressions and no model. A
// hit refuses the text; nothing is ever rewritten silently.
package review
