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
package rules
