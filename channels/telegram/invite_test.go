package telegram

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

func TestInvites(t *testing.T) {
	v, err := NewInvites([]byte("one secret"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	token, err := v.Make(dialog.ConversationID("b1"), "w-session", noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(token) > 64 || strings.ContainsFunc(token, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", r)
	}) {
		t.Errorf("a /start link does not carry %q", token)
	}
	i, err := v.Open(token, noon.Add(inviteTime-time.Second))
	if err != nil || i.Conversation != dialog.ConversationID("b1") {
		t.Errorf("opened %+v, %v", i, err)
	}
	if got := i.Session([]dialog.Binding{{Session: "other", Channel: dialog.ChannelWeb}, {Session: "w-session", Channel: dialog.ChannelWeb}}); got != "w-session" {
		t.Errorf("session %q", got)
	}
	if got := i.Session([]dialog.Binding{{Session: "w-session", Channel: dialog.ChannelWeb, Doubted: true}}); got != "" {
		t.Errorf("a doubted session links: %q", got)
	}
	if _, err := v.Open(token, noon.Add(inviteTime)); err == nil {
		t.Error("it does not expire")
	}
	stranger, _ := NewInvites([]byte("another secret"), rand.Reader)
	if _, err := stranger.Open(token, noon); err == nil {
		t.Error("another installation opens it")
	}
	for at := range token {
		forged := []byte(token)
		forged[at] ^= 1
		if _, err := v.Open(string(forged), noon); err == nil {
			t.Fatalf("forged at %d and opened", at)
		}
	}
	if _, err := v.Make("u0011", "s", noon); err == nil {
		t.Error("an unlinked chat's conversation got a token")
	}
}
