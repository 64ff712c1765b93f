// Package retention erases what the rule packs no longer ask to keep, or what a
// person asked to have erased as soon as the packs allow it, and keeps a record
// of having done so. Whether something may go is the packs' decision alone
// (stage retain): the longest period wins, a legal hold goes before all, and
// what nobody knows keeps.
//
// Of a transcript the words, figures and files go, line by line; that there was
// a line, whose, when, and by which rules stays. Once all of it has gone, so does
// what the conversation remembers of it. Journal records go whole.
//
// A run may be broken off anywhere and started again: what was erased is not
// looked at twice, and the record of a conversation is written before anything
// of it goes.
package retention
