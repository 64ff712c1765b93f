package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// evidenceFiles keeps what people send as evidence in a folder of its own,
// sealed with a key that lies elsewhere. A name says nothing of whom or what.
type evidenceFiles struct {
	dir   string
	aead  cipher.AEAD
	newID func() string
}

func newEvidenceFiles(dir string, key []byte, newID func() string) (*evidenceFiles, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &evidenceFiles{dir: dir, aead: aead, newID: newID}, nil
}

// Put implements telegram.Files. The conversation and the media type are sealed
// with the content.
func (f *evidenceFiles) Put(_ context.Context, conversation, kind string, content []byte) (string, error) {
	id := f.newID()
	nonce := make([]byte, f.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("keep evidence: %w", err)
	}
	plain := append([]byte(conversation+"\n"+kind+"\n"), content...)
	sealed := f.aead.Seal(nonce, nonce, plain, []byte(id))
	path := filepath.Join(f.dir, id)
	if err := os.WriteFile(path+".part", sealed, 0o600); err != nil {
		return "", fmt.Errorf("keep evidence: %w", err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		return "", fmt.Errorf("keep evidence: %w", err)
	}
	return id, nil
}

// Get returns a file's conversation, media type and content.
func (f *evidenceFiles) Get(id string) (conversation, kind string, content []byte, err error) {
	if id != filepath.Base(id) {
		return "", "", nil, errors.New("evidence: not an id")
	}
	sealed, err := os.ReadFile(filepath.Join(f.dir, id))
	if err != nil {
		return "", "", nil, fmt.Errorf("read evidence: %w", err)
	}
	n := f.aead.NonceSize()
	if len(sealed) < n {
		return "", "", nil, errors.New("evidence: too short")
	}
	plain, err := f.aead.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil {
		return "", "", nil, errors.New("evidence: cannot be opened with this key")
	}
	return splitEvidence(plain)
}

func splitEvidence(plain []byte) (conversation, kind string, content []byte, err error) {
	parts := [2]string{}
	for i := range parts {
		end := 0
		for end < len(plain) && plain[end] != '\n' {
			end++
		}
		if end == len(plain) {
			return "", "", nil, errors.New("evidence: broken")
		}
		parts[i], plain = string(plain[:end]), plain[end+1:]
	}
	return parts[0], parts[1], plain, nil
}
