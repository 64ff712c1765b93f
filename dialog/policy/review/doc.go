// Package review looks at every text before a person reads it: what a model
// wrote for an act, the same with its values filled in, and what a human agent
// is typing. It finds slots that were not kept (numbers, placeholders, links,
// markup, language, length), conduct that is never allowed (threats, shaming,
// false law …) and claims that are not true (promises, being human, feelings).
//
// A text is folded to one script and taken apart into words and characters; one
// automaton finds the wordings of the lexicons (data/*.txt); patterns put them
// together within a sentence; negations and harmless look-alikes take a match
// away. Where no wording was found the text as a whole is weighed against the
// written examples (examples/*.txt), see tone; by the same weighing a word
// that only may be harmful is let pass where the text and its sentence are plainly
// good, the sooner where the act answers what the person brought up. There are
// no regular expressions, and the same files give the same decisions. A hit
// refuses the text; nothing is ever rewritten silently.
//
// A miss is mended by a line in data/ when it can be named, else by examples of
// its kind in examples/, good ones too. The cases in testdata/ are for measuring
// and are learned from by nothing.
package review
