package webchat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"warmline/channels"
	"warmline/dialog"
)

// labelSet is a locale's words, ready to be sent.
type labelSet struct {
	words map[string]string
	body  []byte
	tag   string
}

func labelSets(words Words) (map[dialog.Locale]labelSet, error) {
	sets := map[dialog.Locale]labelSet{}
	for _, l := range dialog.Locales() {
		set := labelSet{words: words.Labels(l)}
		var err error
		set.body, err = json.Marshal(struct {
			Locale dialog.Locale     `json:"locale"`
			Labels map[string]string `json:"labels"`
		}{l, set.words})
		if err != nil {
			return nil, fmt.Errorf("labels of %s: %w", l, err)
		}
		sum := sha256.Sum256(set.body)
		set.tag = `"` + hex.EncodeToString(sum[:8]) + `"`
		sets[l] = set
	}
	return sets, nil
}

// labels answers GET /v1/labels. They are public and kept by their hash: a
// client that names it in v may keep them for good.
func (s *Server) labels(w http.ResponseWriter, r *http.Request) error {
	set := s.words[channels.NearestLocale(r.URL.Query().Get("locale"))]
	cache := "public, max-age=300, stale-while-revalidate=86400"
	if v := r.URL.Query().Get("v"); v != "" && `"`+v+`"` == set.tag {
		cache = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("ETag", set.tag)
	if r.Header.Get("If-None-Match") == set.tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(set.body) // the client has left; there is nobody to tell
	return nil
}

// label returns a word of the widget's in a locale.
func (s *Server) label(l dialog.Locale, name string) string {
	set, ok := s.words[l]
	if !ok {
		set = s.words[dialog.EnGB]
	}
	return set.words[name]
}
