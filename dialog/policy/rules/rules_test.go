package rules

import (
	"testing"

	"warmline/dialog/policy/packs"
)

func shipped(t testing.TB) *Engine {
	t.Helper()
	e, err := Load(packs.Files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestShippedPacksLoad(t *testing.T) {
	e := shipped(t)
	if len(e.IDs()) < 3 || e.Hash() == "" {
		t.Errorf("%v %q", e.IDs(), e.Hash())
	}
}
