package webchat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"warmline/dialog"
)

// minSecret is the shortest secret that sessions may be sealed with, in bytes.
const minSecret = 32

// session is what a session token names. It grants nothing by itself: the level
// is that of the binding in the conversation's state.
type session struct {
	ID           string `json:"s"`
	Conversation string `json:"c"`
	Expires      int64  `json:"e"` // Unix seconds
	Born         int64  `json:"b"` // Unix seconds of the first token
}

func (s session) expires() time.Time { return time.Unix(s.Expires, 0).UTC() }

// seal makes and opens session tokens. The first secret seals, all of them
// open, so that a secret can be replaced without ending sessions.
type seal struct {
	secrets [][]byte
}

func newSeal(secrets [][]byte) (seal, error) {
	if len(secrets) == 0 {
		return seal{}, errors.New("no secret for sessions")
	}
	for i, s := range secrets {
		if len(s) < minSecret {
			return seal{}, fmt.Errorf("secret %d for sessions has %d bytes, at least %d are needed", i+1, len(s), minSecret)
		}
	}
	return seal{secrets: secrets}, nil
}

func mac(secret, payload []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("warmline/session/1\x00"))
	h.Write(payload)
	return h.Sum(nil)
}

// close returns the token of a session: base64url, fit for a subprotocol name.
func (k seal) close(s session) (string, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(mac(k.secrets[0], payload), payload...)), nil
}

// open returns the session of a token that we sealed and that has not expired.
// Anything else is CodeUnauthenticated.
func (k seal) open(token string, now time.Time) (session, error) {
	refused := func(why string) (session, error) {
		return session{}, dialog.E(dialog.CodeUnauthenticated, "the session is not valid", errors.New(why))
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= sha256.Size {
		return refused("not a token")
	}
	sum, payload := raw[:sha256.Size], raw[sha256.Size:]
	if !k.ours(sum, payload) {
		return refused("wrong seal")
	}
	var s session
	if err := json.Unmarshal(payload, &s); err != nil {
		return refused("broken payload")
	}
	if !now.Before(s.expires()) {
		return refused("expired")
	}
	return s, nil
}

func (k seal) ours(sum, payload []byte) bool {
	ok := false
	for _, secret := range k.secrets {
		ok = hmac.Equal(sum, mac(secret, payload)) || ok
	}
	return ok
}
