// Package desk is the server of the human agents' console: signing in, the
// queue, taking a chat over, speaking in it, and everything that has to be known
// for that, over HTTP and a web socket below /desk/api.
//
// # Who decides
//
// Everything that a person does to a conversation is an event of it, submitted
// like a borrower's: who owns the chat, what may be said at which level, what a
// role may grant, is decided inside the commit by the core and nowhere else. A
// claim that two people make at once has one winner on any number of nodes. The
// desk only refuses earlier what it knows would be refused.
//
// # What is kept
//
// Conversations live in the store of the engine. What belongs to the desk
// (accounts, sessions, drafts, offers of chats, approvals, who looked at what)
// are small documents beside it, written by comparing versions, so that nodes
// need nothing but the store between them. Deadlines are data: whichever node
// looks first acts, and acting twice is acting once. Logs are only appended to.
//
// # Time
//
// What happened to a conversation is told by the service's clock; whether a
// person is still there, a session idle or an offer run out, by the wall clock.
//
// # Secrets and logs
//
// No text of a person, no password, token or account fact is logged.
package desk
