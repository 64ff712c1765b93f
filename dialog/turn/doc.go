// Package turn composes a turn. [Needs] says what has to be gathered for an
// event; [Step] asks the scripts what they would do, puts every part of it
// through the policy, and returns one [dialog.Change].
//
// Step is a pure function: the same rules, conversation, event and facts give
// the same change, byte for byte, on any machine. What the policy insists on
// (a crisis, a request for a human, a stop, a doubt about who is writing) does
// not depend on the scripts: Step puts it in where a script has left it out,
// and takes out what a script may not do.
package turn
