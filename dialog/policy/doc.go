// Package policy is the deterministic layer that decides what may be said,
// offered and done. Its kernel is plain Go: nine rules (K-LEVEL, K-CONFIRM,
// K-OWNER, K-FACTS, K-OFFER, K-HOLD, K-CRISIS, K-HUMAN, K-ACK) that hold
// everywhere. Jurisdictions add their own through [Pack] and [Gate]; they may
// only be stricter, because the strictest outcome of all rules wins.
//
// Nothing here reads a clock, a random source or the outside world, and nothing
// here looks at how a person feels, writes or insists: the set of eligible
// offers follows from a [Standing], which has no place for such things.
package policy
