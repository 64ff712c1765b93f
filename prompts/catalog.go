package prompts

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// Catalog is one locale's words.
type Catalog struct {
	Locale dialog.Locale
	Hash   string // of everything in it: eight hex digits
	texts  map[string][]string
	labels map[string]string
	// again holds the texts in short of the forms that may be said once more so;
	// openers are what such a text begins with.
	again   map[string][]string
	openers []string
}

// Set is every locale's words and the contract that they fulfil.
type Set struct {
	Contract Contract
	Hash     string // of the contract and all catalogs: twelve hex digits
	catalogs map[dialog.Locale]*Catalog
}

// Text is one reviewed wording.
type Text struct {
	ID   string // act/form#variant@hash of its catalog
	Body string // with {placeholders}
}

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// Placeholders returns the names in braces of a text, in order, repeats kept.
func Placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Load reads acts.yaml and every locale's folder from fsys and checks them
// against each other. The error names every defect, one a line.
func Load(fsys fs.FS) (*Set, error) {
	raw, err := fs.ReadFile(fsys, "acts.yaml")
	if err != nil {
		return nil, fmt.Errorf("load prompts: %w", err)
	}
	contract, err := ParseContract(raw)
	if err != nil {
		return nil, err
	}
	set := &Set{Contract: contract, catalogs: map[dialog.Locale]*Catalog{}}
	sum := sha256.New()
	sum.Write(raw)
	var defects []error
	for _, locale := range dialog.Locales() {
		cat, err := loadCatalog(fsys, locale)
		if err != nil {
			return nil, err
		}
		sum.Write([]byte(cat.Hash))
		cat.learn(contract)
		set.catalogs[locale] = cat
		defects = append(defects, contract.check(cat)...)
	}
	set.Hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return set, errors.Join(defects...)
}

func loadCatalog(fsys fs.FS, locale dialog.Locale) (*Catalog, error) {
	cat := &Catalog{Locale: locale, texts: map[string][]string{}, labels: map[string]string{}}
	files, err := fs.Glob(fsys, string(locale)+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list catalog %s: %w", locale, err)
	}
	sum := sha256.New()
	for _, name := range files {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read catalog: %w", err)
		}
		sum.Write(raw)
		if err := cat.add(path.Base(name), raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	cat.Hash = hex.EncodeToString(sum.Sum(nil))[:8]
	return cat, nil
}

func (c *Catalog) add(file string, raw []byte) error {
	if strings.HasPrefix(file, "texts") {
		var texts map[string]map[string][]string
		if err := yaml.Unmarshal(raw, &texts); err != nil {
			return fmt.Errorf("expected act → form → list of texts: %w", err)
		}
		for act, forms := range texts {
			for form, list := range forms {
				key := textKey(dialog.ActKind(act), form)
				if _, twice := c.texts[key]; twice {
					return fmt.Errorf("%s is there twice", key)
				}
				c.texts[key] = list
			}
		}
		return nil
	}
	var labels map[string]map[string]string
	if err := yaml.Unmarshal(raw, &labels); err != nil {
		return fmt.Errorf("expected group → label → words: %w", err)
	}
	for group, list := range labels {
		for name, words := range list {
			c.labels[group+"."+name] = words
		}
	}
	return nil
}

func textKey(act dialog.ActKind, form string) string { return string(act) + "/" + form }

// check lists what a catalog lacks or has too much of against the contract.
func (c Contract) check(cat *Catalog) []error {
	var defects []error
	known := map[string]bool{}
	for _, kind := range c.Kinds() {
		spec := c.Acts[kind]
		for _, form := range spec.FormNames() {
			key := textKey(kind, form)
			known[key] = true
			defects = append(defects, checkTexts(cat, key, spec.Forms[form])...)
		}
	}
	for key := range cat.texts {
		if !known[key] {
			defects = append(defects, fmt.Errorf("%s: %s is no act's form", cat.Locale, key))
		}
	}
	for group, names := range c.Labels {
		for _, name := range names {
			if cat.labels[group+"."+name] == "" {
				defects = append(defects, fmt.Errorf("%s: label %s.%s is missing", cat.Locale, group, name))
			}
		}
	}
	return defects
}

func checkTexts(cat *Catalog, key string, form FormSpec) []error {
	texts := cat.texts[key]
	if len(texts) == 0 {
		return []error{fmt.Errorf("%s: %s has no text", cat.Locale, key)}
	}
	var defects []error
	for i, text := range texts {
		names := Placeholders(text)
		for _, want := range form.Required {
			if n := count(names, want); n != 1 {
				defects = append(defects, fmt.Errorf("%s: %s#%d has {%s} %d times, expected once", cat.Locale, key, i, want, n))
			}
		}
		for _, name := range names {
			if !slices.Contains(form.Required, name) && !slices.Contains(form.Optional, name) {
				defects = append(defects, fmt.Errorf("%s: %s#%d has {%s}, which the form does not know", cat.Locale, key, i, name))
			}
		}
	}
	return defects
}

func count(list []string, want string) int {
	n := 0
	for _, s := range list {
		if s == want {
			n++
		}
	}
	return n
}

// Catalog returns a locale's words, or nil for a locale that is not spoken.
func (s *Set) Catalog(locale dialog.Locale) *Catalog { return s.catalogs[locale] }

// Variants returns the reviewed texts of an act's form, nil when there is none.
func (c *Catalog) Variants(act dialog.ActKind, form string) []Text {
	bodies := c.texts[textKey(act, form)]
	texts := make([]Text, len(bodies))
	for i, body := range bodies {
		texts[i] = Text{ID: fmt.Sprintf("%s#%d@%s", textKey(act, form), i, c.Hash), Body: body}
	}
	return texts
}

// Text returns the n-th variant of an act's form. When all have been said, an
// act that answers is said in short after an opening; any other begins anew.
func (c *Catalog) Text(act dialog.ActKind, form string, n int) (Text, error) {
	key := textKey(act, form)
	bodies := c.texts[key]
	if len(bodies) == 0 {
		return Text{}, fmt.Errorf("%s: no text for %s", c.Locale, key)
	}
	if body, i, opener := c.onceMore(key, n); body != "" {
		return Text{ID: fmt.Sprintf("%s#%d+%d@%s", key, i, opener, c.Hash), Body: body}, nil
	}
	i := n % len(bodies)
	return Text{ID: key + "#" + strconv.Itoa(i) + "@" + c.Hash, Body: bodies[i]}, nil
}

// Label returns a label's words ("option.confirm"), and whether there are any.
func (c *Catalog) Label(key string) (string, bool) {
	words, ok := c.labels[key]
	return words, ok
}

// Labels returns every label of a group ("widget") by its name.
func (c *Catalog) Labels(group string) map[string]string {
	out := map[string]string{}
	for key, words := range c.labels {
		if name, ok := strings.CutPrefix(key, group+"."); ok {
			out[name] = words
		}
	}
	return out
}
