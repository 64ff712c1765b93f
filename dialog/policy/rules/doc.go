// Package rules runs jurisdictions' rules as data. A pack is one YAML file: what
// a place's law, its standards and our own caution ask for, each rule with a
// condition in CEL, a citation and tests of its own. Several packs apply to a
// person at once (base, country, state, city) and the strictest word wins.
//
// Three things keep it safe. A pack that lacks a citation or a test, or fails
// one, is not loaded. A fact that is not known makes every rule that turns on
// it speak its strictest word, because a variable that does not resolve is an
// error in CEL and CEL's && and || pass over an error that does not matter. And
// no expression can run long: there are no loops in the language, and a bound
// on its cost is checked when it is compiled.
//
// Contacts are counted once, for everybody: the bot, its reminders, human agents
// and the lender's own. A rule reads them over all (day_contacts), about the debt
// in question (debt_week_calls), on the channel (channel_week_contacts) or at the
// contact point (point_day_unanswered_calls), in the civil day, the last 7×24 or
// 30×24 hours. One whose debt or contact point is not known counts for each. What
// answers a person is no contact and is not counted.
package rules
