// Package manager runs conversations: it brings events to them one at a time,
// lets the deterministic core decide, has the result put into words and commits
// all of it at once.
//
// [Engine] takes envelopes. Inside a process the turns of one conversation run
// in a lane, in order; between processes the revision in the store decides, and
// the loser loads again. Nothing is acknowledged before its commit and nothing
// leaves that is not in one.
//
// [Relay] carries out what a commit wants done elsewhere and brings the answers
// back as events. [Timers] delivers what fell due. Both may stop at any moment:
// everything they do is found again by any node, and repeats are harmless
// because ids and idempotency keys are derived, never drawn.
//
// What the package needs from others it states as small interfaces; adapters
// meet it in cmd only.
package manager
