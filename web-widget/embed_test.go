package webwidget

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func load(t *testing.T) *Assets {
	t.Helper()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(h http.Handler, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r *http.Response) []byte {
	t.Helper()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFilesAreServedForEverUnderTheirHash(t *testing.T) {
	a := load(t)
	path := a.Path("warmline-chat.js")
	if !regexp.MustCompile(`^/assets/[0-9a-f]{16}/warmline-chat\.js$`).MatchString(path) {
		t.Fatalf("path %q", path)
	}
	r := get(a.Handler(), path)
	if r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Fatalf("status %d, cache %q", r.StatusCode, r.Header.Get("Cache-Control"))
	}
	if r.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/javascript") {
		t.Fatalf("headers %v", r.Header)
	}
}

func TestCompressedBodyIsTheSame(t *testing.T) {
	a := load(t)
	path := a.Path("warmline-chat.js")
	plain := read(t, get(a.Handler(), path))
	zipped := get(a.Handler(), path, "Accept-Encoding", "gzip, br")
	if zipped.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil || !bytes.Equal(plain, unzipped) {
		t.Fatalf("bodies differ (%v)", err)
	}
}

func TestStablePathIsAskedForAgain(t *testing.T) {
	a := load(t)
	r := get(a.Handler(), ScriptPath)
	if r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("status %d, cache %q", r.StatusCode, r.Header.Get("Cache-Control"))
	}
	again := get(a.Handler(), ScriptPath, "If-None-Match", r.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || len(read(t, again)) != 0 {
		t.Fatalf("status %d", again.StatusCode)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	h := load(t).Handler()
	for _, path := range []string{
		"/assets/", "/assets/warmline-chat.js", "/assets/0000000000000000/warmline-chat.js",
		"/assets/../embed.go", "/assets/x/demo.html", "/",
	} {
		if r := get(h, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, r.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, ScriptPath, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", w.Code)
	}
}

func TestPageNamesItsFilesByHashAndHasAStrictPolicy(t *testing.T) {
	a := load(t)
	h, err := a.Page("demo", Policy{})
	if err != nil {
		t.Fatal(err)
	}
	r := get(h, "/")
	body := string(read(t, r))
	for _, name := range []string{"warmline-chat.js", "demo.js", "demo.css", "icon.svg"} {
		if !strings.Contains(body, `"`+a.Path(name)+`"`) {
			t.Errorf("page does not name %s by its hash", name)
		}
	}
	if regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|<style|\sstyle=|\son[a-z]+=`).MatchString(body) {
		t.Error("page has inline script or style")
	}
	csp := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "connect-src 'self';"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy lacks %q: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || strings.Contains(csp, "{") {
		t.Errorf("policy %s", csp)
	}
}

func TestPolicyTakesOriginsAndNothingElse(t *testing.T) {
	a := load(t)
	csp, err := a.Header(Policy{Connect: []string{"wss://chat.example"}, Ancestors: []string{"https://wallet.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(csp, "connect-src 'self' wss://chat.example;") || !strings.Contains(csp, "frame-ancestors https://wallet.example;") {
		t.Errorf("policy %s", csp)
	}
	for _, bad := range []string{"*", "https://a.example; script-src *", "https://a.example/path", "javascript:alert(1)", "", "'unsafe-inline'", "https://a.example,b"} {
		if _, err := a.Header(Policy{Connect: []string{bad}}); err == nil {
			t.Errorf("connect %q was taken", bad)
		}
		if _, err := a.Header(Policy{Ancestors: []string{bad}}); err == nil {
			t.Errorf("ancestor %q was taken", bad)
		}
	}
}

func TestUnknownPageIsAnError(t *testing.T) {
	if _, err := load(t).Page("nothing", Policy{}); err == nil {
		t.Fatal("no error")
	}
	if load(t).Path("nothing") != "" {
		t.Fatal("a path for nothing")
	}
}
