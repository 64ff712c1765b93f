// Package telegram carries conversations over a Telegram bot: updates in,
// messages out.
//
// # In
//
// Updates come by long polling (Poller), on one node at a time, or by webhook
// (Webhook). Each becomes at most one envelope, named after the bot and the
// update, so that a repeat is a repeat on any node and after any restart. An
// update counts as taken only after its commit: the polling offset moves then,
// the webhook answers then. Updates of one chat keep their order; chats do not
// wait for each other.
//
// # Who writes
//
// A chat is level 1 at most, and only once a one-time link from the wallet has
// tied it to a borrower. Which conversation a chat belongs to is decided by the
// links in that conversation's own state; the index that is asked first is a
// hint. Chats without a link have a conversation of their own that knows no
// account. Groups are left at once.
//
// # Out
//
// Messages leave through the outbox, so they are sent at least once. The
// platform knows no idempotency key: when it has taken a message but its answer
// is lost (a broken connection, a time-out, a crash before the note of it is
// written), the message, or one part of a long one, is sent a second time. That
// is the only way to a duplicate; parts that are known to have arrived are never
// sent again. A copy of which nothing is known cannot be taken back when the
// approval of its chat ends either.
//
// # Secrets and logs
//
// The token, texts and account facts are never logged; errors of the platform
// are reduced to their kind.
package telegram
