package redisstore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"warmline/dialog"
)

const saltSize = 16

// plainSealer leaves the journal as it is.
type plainSealer struct{}

func (plainSealer) seal(b []byte) ([]byte, error) { return b, nil }
func (plainSealer) open(b []byte) ([]byte, error) { return b, nil }

// aeadSealer seals with AES-256-GCM under a key that is derived for this
// process from a random salt, so that counting nonces never repeat however many
// records are written under one master key. Sealed form: salt, nonce, text.
type aeadSealer struct {
	master []byte
	salt   []byte
	own    cipher.AEAD
	count  atomic.Uint64

	mu    sync.Mutex
	known map[string]cipher.AEAD // by salt: readers meet other processes' records
}

func newSealer(key []byte) (sealer, error) {
	if key == nil {
		return plainSealer{}, nil
	}
	if len(key) != 32 {
		return nil, dialog.E(dialog.CodeInvalid, fmt.Sprintf("the journal key has %d bytes, expected 32", len(key)), nil)
	}
	s := &aeadSealer{master: key, salt: make([]byte, saltSize), known: map[string]cipher.AEAD{}}
	if _, err := rand.Read(s.salt); err != nil {
		return nil, fmt.Errorf("journal salt: %w", err)
	}
	own, err := s.derive(s.salt)
	if err != nil {
		return nil, err
	}
	s.own = own
	return s, nil
}

func (s *aeadSealer) derive(salt []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.master, salt, "warmline journal", 32)
	if err != nil {
		return nil, fmt.Errorf("derive journal key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("journal cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func (s *aeadSealer) seal(plain []byte) ([]byte, error) {
	nonce := make([]byte, s.own.NonceSize())
	binary.BigEndian.PutUint64(nonce[len(nonce)-8:], s.count.Add(1))
	out := make([]byte, 0, saltSize+len(nonce)+len(plain)+s.own.Overhead())
	out = append(append(out, s.salt...), nonce...)
	return s.own.Seal(out, nonce, plain, s.salt), nil
}

func (s *aeadSealer) open(sealed []byte) ([]byte, error) {
	head := saltSize + s.own.NonceSize()
	if len(sealed) < head {
		return nil, errors.New("journal record is too short to be sealed")
	}
	salt := sealed[:saltSize]
	aead, err := s.aead(salt)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, sealed[saltSize:head], sealed[head:], salt)
	if err != nil {
		return nil, errors.New("journal record does not open with this key")
	}
	return plain, nil
}

func (s *aeadSealer) aead(salt []byte) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.known[string(salt)]; ok {
		return a, nil
	}
	a, err := s.derive(salt)
	if err == nil {
		s.known[string(salt)] = a
	}
	return a, err
}
