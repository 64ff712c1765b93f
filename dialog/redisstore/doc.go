// Package redisstore keeps conversations in Redis: their state, messages,
// outgoing items, timers, desk entries and journal.
//
// A turn is committed by one script (commit.lua) that first checks everything
// that could go wrong and then makes only writes that cannot fail, because
// Redis does not roll back. All keys of a conversation carry the hash tag of
// its partition, so the script stays inside one slot of a cluster; key names
// are made in keys.go and nowhere else.
//
// What is published is a wake-up only. Truth is what a reader finds when it
// asks for "the messages after n".
package redisstore
