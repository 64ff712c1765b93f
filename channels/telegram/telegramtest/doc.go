// Package telegramtest is a Bot API of our own: it speaks the real protocol on a
// socket, keeps chats as people would see them, checks every request against the
// published description of the API, and misbehaves where a test asks it to.
package telegramtest
