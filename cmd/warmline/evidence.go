package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"warmline/channels/desk"
	"warmline/dialog"
)

// evidenceVault seals what people send as evidence before it is stored, under a
// key that every node derives from the shared secret. A file opens under its
// own id only.
type evidenceVault struct {
	desk.Vault
	aead cipher.AEAD
}

func newEvidenceVault(store desk.Vault, secret []byte) (*evidenceVault, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "warmline/evidence", 32)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &evidenceVault{Vault: store, aead: aead}, nil
}

// Keep implements desk.Vault.
func (v *evidenceVault) Keep(ctx context.Context, id string, data []byte) error {
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("seal evidence: %w", err)
	}
	return v.Vault.Keep(ctx, id, v.aead.Seal(nonce, nonce, data, []byte(id)))
}

// Fetch implements desk.Vault. What does not open under this key is an error,
// not a missing file.
func (v *evidenceVault) Fetch(ctx context.Context, id string) ([]byte, error) {
	sealed, err := v.Vault.Fetch(ctx, id)
	if err != nil {
		return nil, err
	}
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("open evidence: too short")
	}
	data, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil {
		return nil, errors.New("open evidence: not with this key")
	}
	return data, nil
}

// Put implements telegram.Files: what comes by Telegram lies where the desk
// finds it.
func (d *deskEdge) Put(ctx context.Context, conversation, _ string, content []byte) (string, error) {
	s := d.server.Load()
	if s == nil {
		return "", dialog.E(dialog.CodeUnavailable, "the desk is not open yet", nil)
	}
	return s.KeepFile(ctx, conversation, "", content)
}
