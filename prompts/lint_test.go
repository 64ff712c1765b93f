package prompts

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// book is testdata/lint.yaml: what the lint holds against every text.
type book struct {
	Locales      map[dialog.Locale]house      `yaml:"locales"`
	Script       map[string]string            `yaml:"script"`
	Banned       map[dialog.Language][]string `yaml:"banned"`
	BannedExempt []string                     `yaml:"banned_exempt"`
	Debt         map[dialog.Language][]string `yaml:"debt"`
	DebtExempt   []string                     `yaml:"debt_exempt"`
	Money        map[dialog.Language][]string `yaml:"money"`
	MoneyFree    []string                     `yaml:"money_free"`
	LongAllowed  []string                     `yaml:"long_allowed"`
}

// house is one locale's own style.
type house struct {
	Quotes string   `yaml:"quotes"` // the opening and the closing mark
	Names  []string `yaml:"names"`  // quoted names that are no label
	Region []string `yaml:"region"` // words of other regions
}

// line is one text or label under the lint.
type line struct {
	id     string // act/form, or label:group.name
	n      int    // which variant
	body   string
	locale dialog.Locale
	level  dialog.Level // of the act; a label counts as the account's
}

func (l line) label() bool { return strings.HasPrefix(l.id, "label:") }

// matches reports whether a line's id fits one of the patterns.
func (l line) matches(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, l.id)
		return err == nil && ok
	})
}

func readBook(t *testing.T) book {
	t.Helper()
	raw, err := os.ReadFile("testdata/lint.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var b book
	if err := yaml.UnmarshalWithOptions(raw, &b, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return b
}

// lines lists every text and label of a locale, texts first, in the order of
// the acts.
func lines(set *Set, locale dialog.Locale) []line {
	cat := set.Catalog(locale)
	var all []line
	for _, kind := range set.Contract.Kinds() {
		spec := set.Contract.Acts[kind]
		for _, form := range spec.FormNames() {
			for n, text := range cat.Variants(kind, form) {
				all = append(all, line{textKey(kind, form), n, text.Body, locale, spec.Level})
			}
		}
	}
	var names []string
	for name := range cat.labels {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		// Each language calls itself by its own name, whoever reads it.
		if !strings.HasPrefix(name, "option.lang_") {
			all = append(all, line{"label:" + name, 0, cat.labels[name], locale, dialog.LevelBorrower})
		}
	}
	return all
}

func TestCatalogsAreComplete(t *testing.T) {
	if _, err := Load(Files); err != nil {
		t.Error(err)
	}
}

// The widget's own words are no part of the contract: every locale has the same.
func TestWidgetHasTheSameWordsInEveryLocale(t *testing.T) {
	set, _ := Load(Files)
	want := set.Catalog(dialog.ZhHans).Labels("widget")
	for _, locale := range dialog.Locales() {
		have := set.Catalog(locale).Labels("widget")
		for name, words := range want {
			if have[name] == "" {
				t.Errorf("%s: label widget.%s is missing", locale, name)
			}
			a, b := Placeholders(words), Placeholders(have[name])
			if !slices.Equal(a, b) {
				t.Errorf("%s: label widget.%s has placeholders %v, expected %v", locale, name, b, a)
			}
		}
		for name := range have {
			if want[name] == "" {
				t.Errorf("%s: label widget.%s is in no other locale", locale, name)
			}
		}
	}
}

func TestTextsKeepTheVoice(t *testing.T) {
	set, _ := Load(Files)
	b := readBook(t)
	for _, locale := range dialog.Locales() {
		t.Run(string(locale), func(t *testing.T) {
			known := buttonNames(set.Catalog(locale))
			for _, l := range lines(set, locale) {
				for _, defect := range b.lint(l, known) {
					t.Errorf("%s#%d: %s: %s", l.id, l.n, defect, l.body)
				}
			}
		})
	}
}

// No sentence is heard twice while the variants of a form take turns.
func TestVariantsShareNoSentence(t *testing.T) {
	set, _ := Load(Files)
	for _, locale := range dialog.Locales() {
		heard := map[string]string{}
		for _, l := range lines(set, locale) {
			for _, s := range sentences(l.body) {
				key := l.id + " " + s
				if before, twice := heard[key]; twice && !l.label() {
					t.Errorf("%s %s#%d: %q is also in %q", locale, l.id, l.n, s, before)
				}
				heard[key] = l.body
			}
		}
	}
}

// Exemptions that no text needs are holes in the lint.
func TestExemptionsNameTextsThatExist(t *testing.T) {
	set, _ := Load(Files)
	b := readBook(t)
	all := lines(set, dialog.ZhHans)
	for _, p := range slices.Concat(b.BannedExempt, b.DebtExempt, b.MoneyFree, b.LongAllowed) {
		if !slices.ContainsFunc(all, func(l line) bool { return l.matches([]string{p}) }) {
			t.Errorf("testdata/lint.yaml: no text is called %s", p)
		}
	}
}

// buttonNames lists the words that a text may put in quotation marks: a button's
// or the widget's.
func buttonNames(cat *Catalog) []string {
	var names []string
	for _, group := range []string{"option", "widget"} {
		for _, words := range cat.Labels(group) {
			names = append(names, words)
		}
	}
	return names
}
