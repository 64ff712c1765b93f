package main

import (
	"bytes"
	"context"
	"testing"

	"warmline/dialog"
)

// shelf is a vault in memory.
type shelf map[string][]byte

func (s shelf) Keep(_ context.Context, id string, data []byte) error { s[id] = data; return nil }
func (s shelf) Drop(_ context.Context, id string) error              { delete(s, id); return nil }
func (s shelf) Fetch(_ context.Context, id string) ([]byte, error) {
	if data, is := s[id]; is {
		return data, nil
	}
	return nil, dialog.E(dialog.CodeNotFound, "gone", nil)
}

// What is stored is sealed, opens on a node with the same secret, and neither
// with another one nor under another id.
func TestEvidenceIsSealed(t *testing.T) {
	store, secret, receipt := shelf{}, []byte("one secret of all nodes, 32 bytes"), []byte("a picture of a receipt")
	here, err := newEvidenceVault(store, secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := here.Keep(t.Context(), "f1", receipt); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(store["f1"], []byte("receipt")) {
		t.Error("it lies there in the clear")
	}
	there, err := newEvidenceVault(store, secret)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := there.Fetch(t.Context(), "f1"); err != nil || !bytes.Equal(got, receipt) {
		t.Errorf("on another node: %q, %v", got, err)
	}
	store["f2"] = store["f1"]
	if _, err := there.Fetch(t.Context(), "f2"); err == nil {
		t.Error("it opens under another id")
	}
	if _, err := here.Fetch(t.Context(), "f3"); dialog.CodeOf(err) != dialog.CodeNotFound {
		t.Errorf("one that is not there: %v", err)
	}
	stranger, err := newEvidenceVault(store, []byte("another secret of another place, long"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Fetch(t.Context(), "f1"); err == nil {
		t.Error("another key opens it")
	}
}
