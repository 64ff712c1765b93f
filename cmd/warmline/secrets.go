package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// secret returns the bytes kept in a file of the data folder, making them once.
// It serves a single node without configuration; several nodes need the same
// secret and get it from their configuration.
func secret(dir, name string, n int) ([]byte, error) {
	path := filepath.Join(dir, name)
	raw, err := os.ReadFile(path)
	if err == nil {
		out, err := base64.StdEncoding.DecodeString(string(raw))
		if err != nil || len(out) != n {
			return nil, fmt.Errorf("%s: expected %d bytes in base64", path, n)
		}
		return out, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	out := make([]byte, n)
	if _, err := rand.Read(out); err != nil {
		return nil, fmt.Errorf("make secret: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	if err := os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(out)), 0o600); err != nil {
		return nil, fmt.Errorf("write secret: %w", err)
	}
	return out, nil
}
