package manager

import "strings"

// conversationOf returns the conversation of an id of the form
// conversation-revision-n.
func conversationOf(id string) string {
	for range 2 {
		if i := strings.LastIndexByte(id, '-'); i >= 0 {
			id = id[:i]
		}
	}
	return id
}
