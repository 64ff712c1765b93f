package telegram

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"warmline/dialog"
)

// inviteTime is how long a link from the wallet works.
const inviteTime = 10 * time.Minute

// Invites makes and reads the one-time tokens that tie a chat to a borrower.
// A token is sealed: 12 bytes of nonce, then conversation, end and session, then
// the seal; 64 characters of base64url, the most that a /start link carries.
type Invites struct {
	aead   cipher.AEAD
	random io.Reader
}

// Invite is what a token says.
type Invite struct {
	Conversation string
	Expires      time.Time
	session      [sessionMark]byte
}

const (
	conversationBytes = 10
	sessionMark       = 6
	inviteBytes       = conversationBytes + 4 + sessionMark
)

// NewInvites derives its key from a secret that all nodes share.
func NewInvites(secret []byte, random io.Reader) (*Invites, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "warmline telegram invite 1", 32)
	if err != nil {
		return nil, fmt.Errorf("invites: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("invites: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	return &Invites{aead: aead, random: random}, err
}

// Make returns a token for a borrower's conversation, made in a wallet session.
func (v *Invites) Make(conversation, session string, now time.Time) (string, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(conversation, "c"))
	if err != nil || len(raw) != conversationBytes || session == "" {
		return "", errors.New("invite: this conversation has no borrower")
	}
	plain := binary.BigEndian.AppendUint32(raw, uint32(now.Add(inviteTime).Unix()))
	m := markOf(session)
	plain = append(plain, m[:]...)
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := io.ReadFull(v.random, nonce); err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(v.aead.Seal(nonce, nonce, plain, nil)), nil
}

// Open reads a token. An error means that it is forged, damaged or too old.
func (v *Invites) Open(token string, now time.Time) (Invite, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	n := v.aead.NonceSize()
	if err != nil || len(raw) != n+inviteBytes+v.aead.Overhead() {
		return Invite{}, errors.New("invite: not a token")
	}
	plain, err := v.aead.Open(nil, raw[:n], raw[n:], nil)
	if err != nil {
		return Invite{}, errors.New("invite: not one of ours")
	}
	i := Invite{
		Conversation: "c" + hex.EncodeToString(plain[:conversationBytes]),
		Expires:      time.Unix(int64(binary.BigEndian.Uint32(plain[conversationBytes:])), 0).UTC(),
	}
	copy(i.session[:], plain[conversationBytes+4:])
	if !now.Before(i.Expires) {
		return i, errors.New("invite: expired")
	}
	return i, nil
}

// Session finds the wallet session that the token was made in, "" when it has
// ended or its user is in doubt.
func (i Invite) Session(bindings []dialog.Binding) string {
	for _, b := range bindings {
		if markOf(b.Session) == i.session && !b.Doubted && b.Channel == dialog.ChannelWeb {
			return b.Session
		}
	}
	return ""
}

func markOf(session string) [sessionMark]byte {
	sum := sha256.Sum256([]byte(session))
	return [sessionMark]byte(sum[:sessionMark])
}

// tokenName names a token where it is noted as used, without telling it.
func tokenName(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:16])
}
