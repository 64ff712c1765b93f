// Package webwidget carries the built browser code inside the program: the
// chat widget, the demo wallet and the agents' desk. Everything is served from
// memory under paths that change with the content.
package webwidget

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"sort"
	"strings"
)

//go:embed dist csp.txt
var files embed.FS

// Prefix is the path below which Handler serves the files.
const Prefix = "/assets/"

// ScriptPath is the one path that does not change: what a host's page loads.
const ScriptPath = "/widget.js"

const scriptName = "warmline-chat.js"

// asset is a built file, ready to be written to a response.
type asset struct {
	name    string
	path    string // Prefix + hash + "/" + name
	etag    string
	kind    string // content type
	plain   []byte
	zipped  []byte // nil where compression does not pay
	forever bool   // its path names its content
}

// Assets is the built files by name.
type Assets struct {
	byName map[string]asset
	byPath map[string]asset
	csp    string
}

// Load reads the embedded files. It fails only where the build was incomplete.
func Load() (*Assets, error) {
	a := &Assets{byName: map[string]asset{}, byPath: map[string]asset{}}
	csp, err := files.ReadFile("csp.txt")
	if err != nil {
		return nil, fmt.Errorf("read content policy: %w", err)
	}
	a.csp = strings.TrimSpace(string(csp))
	entries, err := fs.ReadDir(files, "dist")
	if err != nil {
		return nil, fmt.Errorf("list built files: %w", err)
	}
	for _, e := range entries {
		data, err := files.ReadFile(path.Join("dist", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read built file %s: %w", e.Name(), err)
		}
		a.add(newAsset(e.Name(), data))
	}
	if _, ok := a.byName[scriptName]; !ok {
		return nil, fmt.Errorf("built files lack %s", scriptName)
	}
	return a, nil
}

func (a *Assets) add(f asset) {
	a.byName[f.name] = f
	if path.Ext(f.name) != ".html" {
		a.byPath[f.path] = f
	}
}

func newAsset(name string, data []byte) asset {
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:8])
	return asset{
		name: name, path: Prefix + hash + "/" + name, etag: `"` + hash + `"`,
		kind: contentType(name), plain: data, zipped: compress(data), forever: true,
	}
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// compress returns nil where the result would not be smaller. Writing to
// memory does not fail.
func compress(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(data); err != nil || w.Close() != nil || b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}

// Path returns where a file is served, "" when there is none of that name.
func (a *Assets) Path(name string) string { return a.byName[name].path }

// Names returns the names of the built files, sorted.
func (a *Assets) Names() []string {
	names := make([]string, 0, len(a.byName))
	for name := range a.byName {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Handler serves the files below Prefix, each for ever under its own hash, and
// the widget's script at ScriptPath, which is asked for again each time.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := a.byPath[r.URL.Path]
		if r.URL.Path == ScriptPath {
			f, ok = a.byName[scriptName], true
			f.forever = false
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		// Any page may embed the widget; the script says nothing about anybody.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		f.serve(w, r)
	})
}

func (f asset) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.plain
	if f.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the client may be gone; there is nobody to tell
}
