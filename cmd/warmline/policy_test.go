package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"warmline/dialog/policy/packs"
)

// warmline runs the program and returns its exit status and output.
func warmline(t *testing.T, in string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, stdio{In: strings.NewReader(in), Out: &out, Err: &errs}, func(string) (string, bool) { return "", false })
	return code, out.String() + errs.String()
}

// ownPacks is a folder with the packs that ship, one of them edited.
func ownPacks(t *testing.T, pack string, edits ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, packs.Files); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, pack+".yaml"), edits...)
	return dir
}

func edit(t *testing.T, path string, edits ...string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(edits...).Replace(string(raw))
	if len(edits) > 0 && changed == string(raw) {
		t.Fatalf("%s: nothing to edit", path)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPolicyCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"those that ship", nil, exitFine, "0 errors"},
		{"a figure that its test does not know", []string{ownPacks(t, "cn", "params: {max: 6}", "params: {max: 7}")}, exitFound, "CN-FREQ-1"},
		{"no citation", []string{ownPacks(t, "tw", "    citation:", "    #")}, exitFound, "citation"},
		{"a line that nobody has checked", []string{ownPacks(t, "hk", "number: \"18111\", hours: 24 小時, checked_on: 2026-11-21", "number: \"18111\", hours: 24 小時, checked_on: 2020-01-01")}, exitFound, "180 days"},
		{"not signed, in production", []string{"--production"}, exitFound, "reviewed: false"},
		{"no such folder", []string{filepath.Join(t.TempDir(), "none")}, exitUsage, "none"},
		{"an unknown flag", []string{"--loudly"}, exitUsage, "loudly"},
	} {
		code, out := warmline(t, "", append([]string{"policy", "check"}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: %d, want %d with %q in\n%s", c.name, code, c.code, c.says, out)
		}
	}
	_, out := warmline(t, "", "policy", "check", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var sum policySummary
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil || sum.Kind != "policy" || sum.Rules < 100 || sum.Tests < 2*sum.Rules {
		t.Errorf("summary %+v: %v", sum, err)
	}
}

func TestPolicyExplain(t *testing.T) {
	facts := filepath.Join(t.TempDir(), "facts.json")
	text := `{"stage": "contact", "at": "2026-11-21T14:00:00Z", "zones": ["Asia/Shanghai"], "contacts": [],
		"facts": {"collecting": true, "initiated": true, "class": "COLLECTION", "channel": "web", "recipient": "debtor", "contact_source": "contract",
		"holds": [], "consents": [], "stopped": false, "unanswered": 0, "performing": false, "packs_known": true, "linked": true}}`
	if err := os.WriteFile(facts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := warmline(t, "", "policy", "explain", "--pack", "cn", "--facts", facts, "--json")
	if code != exitFine || !strings.Contains(out, `{"kind":"outcome","outcome":"defer","rule":"CN-TIME-1","detail":"window","until":"2026-11-22T00:00:00Z"}`) {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out := warmline(t, "", "policy", "explain", "--pack", "atlantis", "--facts", facts); code != exitUsage {
		t.Errorf("an unknown pack: %d %s", code, out)
	}
}

func TestPolicyShowIsSelfContained(t *testing.T) {
	code, out := warmline(t, "", "policy", "show", "--pack", "cn")
	if code != exitFine || !strings.Contains(out, "default-src 'none'") || !strings.Contains(out, "CN-COST-1") || !strings.Contains(out, "reviewed: <strong>false</strong>") {
		t.Errorf("%d\n%.400s", code, out)
	}
	if code, base := warmline(t, "", "policy", "show", "--pack", "base"); code != exitFine || !strings.Contains(base, "Programmes") || !strings.Contains(base, "a human (supervisor)") {
		t.Errorf("the base shows no programmes: %d", code)
	}
	if !strings.Contains(out, "due_days = 15") || !strings.Contains(out, "point=mobile") {
		t.Error("deadlines or the contacts of tests are not shown")
	}
	for _, foreign := range []string{"<script", "<link", "<img", " src=", "onclick"} {
		if strings.Contains(out, foreign) {
			t.Errorf("the page has %q", foreign)
		}
	}
}

// signers makes keys for two persons and returns their files and the keyring.
func signers(t *testing.T) (ana, bo, ring string) {
	t.Helper()
	dir := t.TempDir()
	ana, bo, ring = filepath.Join(dir, "ana"), filepath.Join(dir, "bo"), filepath.Join(dir, "ring")
	_, one := warmline(t, "", "policy", "key", "--as", "ana", "--out", ana)
	_, two := warmline(t, "", "policy", "key", "--as", "bo", "--out", bo)
	if err := os.WriteFile(ring, []byte(one+two), 0o600); err != nil {
		t.Fatal(err)
	}
	return ana, bo, ring
}

func TestFourEyes(t *testing.T) {
	ana, bo, ring := signers(t)
	dir := ownPacks(t, "sg")
	all := []string{"base", "sg", "texts"}
	for _, pack := range []string{"cn", "gb", "hk", "ph", "tw", "us", "us-ca", "us-ma", "us-nyc", "us-wa"} {
		if err := os.Remove(filepath.Join(dir, pack+".yaml")); err != nil {
			t.Fatal(err)
		}
	}
	sign := func(pack, as, key string) (int, string) {
		return warmline(t, "", "policy", "sign", "--packs", dir, "--pack", pack, "--as", as, "--key", key, "--keys", ring)
	}
	if code, out := sign("sg", "bo", ana); code != exitUsage {
		t.Errorf("with another's key: %d %s", code, out)
	}
	cfg := policyConfig{Dir: dir, Keys: ring, Production: true}
	for _, pack := range all {
		if code, out := sign(pack, "ana", ana); code != exitFine || !strings.Contains(out, "reviewed: false") {
			t.Fatalf("%s by one: %d %s", pack, code, out)
		}
	}
	if _, _, err := cfg.loadPacks(); err == nil {
		t.Error("packs that one person has signed are taken in production")
	}
	for _, pack := range all {
		if code, out := sign(pack, "bo", bo); code != exitFine || !strings.Contains(out, "reviewed: true") {
			t.Fatalf("%s by two: %d %s", pack, code, out)
		}
	}
	if _, _, err := cfg.loadPacks(); err != nil {
		t.Errorf("signed by two: %v", err)
	}
	texts := filepath.Join(dir, "texts.sig")
	raw, err := os.ReadFile(texts)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, texts, "hash: ", "hash: 0")
	if _, _, err := cfg.loadPacks(); err == nil || !strings.Contains(err.Error(), "reviewed texts") {
		t.Errorf("texts that were signed in another wording are taken in production: %v", err)
	}
	if err := os.WriteFile(texts, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "programmes", "standard.yaml"), "max_days: 90", "max_days: 91")
	if _, _, err := cfg.loadPacks(); err == nil || !strings.Contains(err.Error(), "base") {
		t.Errorf("a changed programme is taken in production: %v", err)
	}
	cfg.Production = false
	if _, unsigned, err := cfg.loadPacks(); err != nil || fmt.Sprint(unsigned) != "[base]" {
		t.Errorf("in demo mode it is marked: %v %v", unsigned, err)
	}
}

// Who collects for somebody else is held to the rules of collectors; nobody
// collects as something else.
func TestWhoCollectsIsConfigured(t *testing.T) {
	hashes := map[string]bool{}
	for _, actor := range []string{"", "first_party", "third_party"} {
		engine, _, err := policyConfig{Actor: actor}.loadPacks()
		if err != nil {
			t.Fatal(err)
		}
		hashes[engine.Hash()] = true
	}
	if len(hashes) != 2 {
		t.Errorf("%d sets of rules, want the lender's and the collector's", len(hashes))
	}
	if _, _, err := (policyConfig{Actor: "agency"}).loadPacks(); err == nil {
		t.Error("an unknown kind of collector is taken")
	}
}

// A folder of packs is taken up while the service runs; a broken one is refused
// whole.
func TestPacksChangeWithoutARestart(t *testing.T) {
	dir := ownPacks(t, "sg")
	s := &service{cfg: config{Policy: policyConfig{Dir: dir}}, log: slog.New(slog.DiscardHandler)}
	if _, err := s.withPacks(bench{}); err != nil {
		t.Fatal(err)
	}
	first, state := s.live.Rules().Hash, folderState(dir)
	edit(t, filepath.Join(dir, "cn.yaml"), "params: {max: 6}", "params: {max: 9}")
	if bytes.Equal(state, folderState(dir)) {
		t.Error("the change is not seen")
	}
	if s.reloadPacks(); s.live.Rules().Hash != first {
		t.Error("a pack that fails its own tests was taken")
	}
	edit(t, filepath.Join(dir, "cn.yaml"), "params: {max: 9}", "params: {max: 6}", "title: {en: Mainland China", "title: {en: Mainland")
	desk, before := deskRulebook{s.engine.Load}, s.engine.Load()
	if s.reloadPacks(); s.live.Rules().Hash == first {
		t.Error("a whole pack was not taken")
	}
	if desk.now() == before {
		t.Error("the desk still reads the old packs")
	}
	if marked := s.unsigned.Load(); marked == nil || !slices.Contains(*marked, "cn") || !slices.Contains(*marked, "texts") {
		t.Errorf("what nobody has signed is not marked: %v", marked)
	}
}
