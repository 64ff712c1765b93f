package webchat

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Keys are given ones, as a KeySource.
type Keys []Key

// Keys returns those with an id, or all when the id is empty. A given key
// without an id serves every id.
func (k Keys) Keys(_ context.Context, id string) ([]Key, error) {
	var found []Key
	for _, key := range k {
		if id == "" || key.ID == "" || key.ID == id {
			found = append(found, key)
		}
	}
	return found, nil
}

// SharedSecret returns an HS256 key. It must have at least 32 bytes.
func SharedSecret(id string, secret []byte) (Key, error) {
	if len(secret) < minSecret {
		return Key{}, fmt.Errorf("a shared secret needs at least %d bytes", minSecret)
	}
	return Key{ID: id, Alg: algHS256, Value: secret}, nil
}

// ParseKeys reads a JSON web key set (RFC 7517; kty EC with P-256, OKP with
// Ed25519, and oct where secrets are allowed) or PEM blocks of public keys.
// Keys of other kinds are left out; it is an error when none is left.
func ParseKeys(data []byte, secrets bool) (Keys, error) {
	var keys Keys
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		keys, err = parseSet(data, secrets)
	} else {
		keys, err = parsePEM(data)
	}
	if err == nil && len(keys) == 0 {
		err = errors.New("no usable key")
	}
	return keys, err
}

// webKey is a key of a set, as far as we use it.
type webKey struct {
	Kty string `json:"kty"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	K   string `json:"k"`
}

func parseSet(data []byte, secrets bool) (Keys, error) {
	var set struct {
		Keys []webKey `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("read key set: %w", err)
	}
	var keys Keys
	for _, w := range set.Keys {
		key, err := w.key(secrets)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", w.Kid, err)
		}
		if key.Value != nil && (w.Use == "" || w.Use == "sig") && (w.Alg == "" || w.Alg == key.Alg) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// key returns the key, or one without a value when it is of a kind that we do
// not use.
func (w webKey) key(secrets bool) (Key, error) {
	switch {
	case w.Kty == "EC" && w.Crv == "P-256":
		x, errX := base64.RawURLEncoding.DecodeString(w.X)
		y, errY := base64.RawURLEncoding.DecodeString(w.Y)
		if err := errors.Join(errX, errY); err != nil {
			return Key{}, fmt.Errorf("coordinates: %w", err)
		}
		point := append(append([]byte{4}, x...), y...)
		pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		if err != nil {
			return Key{}, fmt.Errorf("point: %w", err)
		}
		return Key{ID: w.Kid, Alg: algES256, Value: pub}, nil
	case w.Kty == "OKP" && w.Crv == "Ed25519":
		x, err := base64.RawURLEncoding.DecodeString(w.X)
		if err != nil || len(x) != ed25519.PublicKeySize {
			return Key{}, errors.New("not an Ed25519 key")
		}
		return Key{ID: w.Kid, Alg: algEdDSA, Value: ed25519.PublicKey(x)}, nil
	case w.Kty == "oct" && secrets:
		k, err := base64.RawURLEncoding.DecodeString(w.K)
		if err != nil {
			return Key{}, errors.New("the secret is not base64url")
		}
		return SharedSecret(w.Kid, k)
	}
	return Key{}, nil
}

func parsePEM(data []byte) (Keys, error) {
	var keys Keys
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return keys, nil
		}
		data = rest
		pub, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read public key: %w", err)
		}
		switch k := pub.(type) {
		case *ecdsa.PublicKey:
			if k.Curve == elliptic.P256() {
				keys = append(keys, Key{Alg: algES256, Value: k})
			}
		case ed25519.PublicKey:
			keys = append(keys, Key{Alg: algEdDSA, Value: k})
		}
	}
}

// fileCheck is how often a key file is looked at for a change.
const fileCheck = 15 * time.Second

// FileKeys reads keys from a file (a key set, oct keys included, or PEM) and
// again when the file has changed. A change that cannot be read leaves the old
// keys in place. It is safe for use by many goroutines.
type FileKeys struct {
	path string
	now  func() time.Time

	mu      sync.Mutex
	keys    Keys
	stamp   time.Time
	checked time.Time
}

// NewFileKeys reads the file once; it fails when that fails.
func NewFileKeys(path string, now func() time.Time) (*FileKeys, error) {
	f := &FileKeys{path: path, now: now}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// Keys implements KeySource.
func (f *FileKeys) Keys(ctx context.Context, id string) ([]Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now().Sub(f.checked) >= fileCheck {
		_ = f.read() // the old keys stay
	}
	return f.keys.Keys(ctx, id)
}

// read loads the file if it has changed.
func (f *FileKeys) read() error {
	f.checked = f.now()
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("wallet keys: %w", err)
	}
	if info.ModTime().Equal(f.stamp) {
		return nil
	}
	data, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("wallet keys: %w", err)
	}
	keys, err := ParseKeys(data, true)
	if err != nil {
		return fmt.Errorf("wallet keys in %s: %w", f.path, err)
	}
	f.keys, f.stamp = keys, info.ModTime()
	return nil
}
