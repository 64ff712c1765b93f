package dialog

import (
	"crypto/sha256"
	"encoding/hex"
)

// ConversationID returns the id of a borrower's one conversation for life. It
// is derived, so that no table has to be kept and nobody can have two; it is a
// hash, so that it can stand in logs and key names.
func ConversationID(borrower string) string {
	sum := sha256.Sum256([]byte("warmline/borrower/" + borrower))
	return "c" + hex.EncodeToString(sum[:10])
}

// UnlinkedID returns the id of a chat that no borrower is known for.
func UnlinkedID(channel ChannelKind, address string) string {
	sum := sha256.Sum256([]byte("warmline/" + string(channel) + "/" + address))
	return "u" + hex.EncodeToString(sum[:10])
}
