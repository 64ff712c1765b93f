// Package webchat is the server's side of the chat widget: the exchange of a
// wallet's token for a session, and the web socket that carries a conversation.
//
// A browser posts the wallet's JWT to /v1/session, gets a sealed session token,
// and opens /v1/chat with it. The token only names a session; what the session
// may read is its binding in the conversation's own state, so that logout,
// doubt and the end of a step-up reach every connection of every node.
//
// # Order and loss
//
// Envelopes are handed to the engine in the order in which frames arrive,
// without waiting for the commits in between; a message is acknowledged after
// its commit and never before. Messages come out in sequence order without
// gaps: from memory when the commit was made on this node, else read from the
// store after a hint. A client resumes with the last sequence number it has.
//
// # Slow clients
//
// Nobody waits for a slow client: handing news to a connection never blocks and
// never does I/O. Messages are not queued for it beyond a short tail; what it
// misses of the tail is read again from the store when it is ready, so that its
// cost is bounded however far it is behind. Two things end it: a write that its
// network does not take within Options.WriteTimeout (the socket is cut, for
// nothing can be sent any more), and more than Options.Queue other frames
// waiting (close code 4008). Both times the client comes back and resumes; what
// it had sent is acknowledged again from the store's counters.
//
// # Secrets and logs
//
// No text of a person, no token, no borrower's id and no account fact is
// logged or counted; conversations appear by their derived id.
package webchat
