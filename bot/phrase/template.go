package phrase

import (
	"fmt"
	"strings"
	"time"

	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/prompts"
)

// Context is how a text is to be written: for whom, not what.
type Context struct {
	Locale dialog.Locale
	Zone   *time.Location
	Home   dialog.Currency // the borrower's own; others are marked with their country
	Now    time.Time       // dates of another year are written with their year
}

// Template renders acts from the reviewed catalogs.
type Template struct {
	set *prompts.Set
}

// NewTemplate returns a renderer over checked catalogs.
func NewTemplate(set *prompts.Set) *Template { return &Template{set: set} }

// Render writes an act: the variant that its counter points to, its values
// filled in, its card and its buttons. It fails only where the act does not
// fulfil the contract that start-up checks: an unknown form or a value that is
// not there.
func (t *Template) Render(act dialog.Act, c Context) (dialog.Rendered, error) {
	catalog := t.set.Catalog(c.Locale)
	if catalog == nil {
		return dialog.Rendered{}, fmt.Errorf("render %s: no catalog for %q", act.Kind, c.Locale)
	}
	text, err := catalog.Text(act.Kind, act.Form, act.Variant)
	if err != nil {
		return dialog.Rendered{}, fmt.Errorf("render %s: %w", act.Kind, err)
	}
	w := writer{catalog: catalog, values: format.New(c.Locale, c.Zone, c.Home).At(c.Now)}
	body, err := w.fill(text.Body, act.Values)
	if err != nil {
		return dialog.Rendered{}, fmt.Errorf("render %s/%s: %w", act.Kind, act.Form, err)
	}
	out := dialog.Rendered{Text: body, TextID: text.ID}
	if out.Options, err = w.options(act.Options); err != nil {
		return dialog.Rendered{}, fmt.Errorf("render %s: %w", act.Kind, err)
	}
	if out.Card, err = w.card(act.Card); err != nil {
		return dialog.Rendered{}, fmt.Errorf("render %s: %w", act.Kind, err)
	}
	return out, nil
}

// Wording is the reviewed text that Render would fill in for an act, its
// placeholders in place.
func (t *Template) Wording(act dialog.Act, l dialog.Locale) (string, error) {
	catalog := t.set.Catalog(l)
	if catalog == nil {
		return "", fmt.Errorf("wording of %s: no catalog for %q", act.Kind, l)
	}
	text, err := catalog.Text(act.Kind, act.Form, act.Variant)
	if err != nil {
		return "", fmt.Errorf("wording of %s: %w", act.Kind, err)
	}
	return text.Body, nil
}

// Label writes a button.
func (t *Template) Label(o dialog.Option, c Context) (string, error) {
	catalog := t.set.Catalog(c.Locale)
	if catalog == nil {
		return "", fmt.Errorf("label %s: no catalog for %q", o.ID, c.Locale)
	}
	w := writer{catalog: catalog, values: format.New(c.Locale, c.Zone, c.Home).At(c.Now)}
	out, err := w.options([]dialog.Option{o})
	if err != nil {
		return "", err
	}
	return out[0].Label, nil
}

// Fill puts an act's values into a text with placeholders: the reviewed one, or
// one that a model wrote and the review let pass.
func (t *Template) Fill(body string, act dialog.Act, c Context) (string, error) {
	catalog := t.set.Catalog(c.Locale)
	if catalog == nil {
		return "", fmt.Errorf("fill %s: no catalog for %q", act.Kind, c.Locale)
	}
	w := writer{catalog: catalog, values: format.New(c.Locale, c.Zone, c.Home).At(c.Now)}
	return w.fill(body, act.Values)
}

// Words are an act's values in words, in no order. A moment is left out: it
// depends on the person's zone, and its figures are known to the review in every
// zone.
func (t *Template) Words(act dialog.Act, c Context) []string {
	catalog := t.set.Catalog(c.Locale)
	if catalog == nil {
		return nil
	}
	w := writer{catalog: catalog, values: format.New(c.Locale, c.Zone, c.Home).At(c.Now)}
	var words []string
	for _, v := range act.Values {
		if v.Kind == dialog.ValueTime {
			continue
		}
		if text, err := w.value(v, format.Text); err == nil {
			words = append(words, text)
		}
	}
	return words
}

// writer writes with one locale's words.
type writer struct {
	catalog *prompts.Catalog
	values  format.Formatter
}

// fill replaces each {name} by its value in words.
func (w writer) fill(body string, values map[string]dialog.Value) (string, error) {
	var b strings.Builder
	for {
		open := strings.IndexByte(body, '{')
		if open < 0 {
			b.WriteString(body)
			return b.String(), nil
		}
		end := strings.IndexByte(body[open:], '}')
		if end < 0 {
			return "", fmt.Errorf("placeholder without an end in %q", body[open:])
		}
		name := body[open+1 : open+end]
		value, ok := values[name]
		if !ok {
			return "", fmt.Errorf("no value for {%s}", name)
		}
		words, err := w.value(value, format.Text)
		if err != nil {
			return "", fmt.Errorf("{%s}: %w", name, err)
		}
		b.WriteString(body[:open])
		b.WriteString(words)
		body = body[open+end+1:]
	}
}

// value writes one value; labels come from the catalog, the rest from the
// formatter.
func (w writer) value(v dialog.Value, style format.Style) (string, error) {
	if v.Kind != dialog.ValueLabel {
		return w.values.In(style).Value(v), nil
	}
	words, ok := w.catalog.Label(v.Text)
	if !ok {
		return "", fmt.Errorf("label %s is missing", v.Text)
	}
	return words, nil
}

func (w writer) options(options []dialog.Option) ([]dialog.RenderedOption, error) {
	var out []dialog.RenderedOption
	for _, o := range options {
		words, ok := w.catalog.Label(optionLabel(o))
		if !ok {
			return nil, fmt.Errorf("option %s: label %s is missing", o.ID, optionLabel(o))
		}
		label, err := w.fill(words, o.Values)
		if err != nil {
			return nil, fmt.Errorf("option %s: %w", o.ID, err)
		}
		out = append(out, dialog.RenderedOption{ID: o.ID, Label: label, Card: o.Card, URL: o.URL})
	}
	return out, nil
}

// optionLabel maps a button id to its label: plan:4 is option.plan, or
// option.plan_plain when its size is not known.
func optionLabel(o dialog.Option) string {
	kind, arg, _ := strings.Cut(o.ID, ":")
	switch {
	case kind == "plan" && o.Values["instalment_amount"].Kind == "":
		return "option.plan_plain"
	case kind == "language":
		return "option.lang_" + strings.ReplaceAll(strings.ToLower(arg), "-", "_")
	case kind == "callback" && arg != "":
		return "option.callback_slot"
	case kind == "promise" && arg != "":
		return "option.promise_on"
	}
	return "option." + kind
}

func (w writer) card(c *dialog.Card) (*dialog.RenderedCard, error) {
	if c == nil {
		return nil, nil
	}
	out := &dialog.RenderedCard{Kind: c.Kind, ID: c.ID, Expires: c.Expires, ReadSeconds: c.ReadSeconds}
	var err error
	if out.Title, err = w.label(c.Title); err != nil {
		return nil, err
	}
	for _, key := range c.Columns {
		words, err := w.label(key)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, words)
	}
	for _, row := range c.Rows {
		rendered, err := w.row(row)
		if err != nil {
			return nil, fmt.Errorf("card %s: %w", c.Kind, err)
		}
		out.Rows = append(out.Rows, rendered)
	}
	for _, note := range c.Notes {
		words, err := w.label(note.Label)
		if err != nil {
			return nil, err
		}
		filled, err := w.fill(words, note.Values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", note.Label, err)
		}
		out.Notes = append(out.Notes, filled)
	}
	return out, nil
}

func (w writer) row(row dialog.Row) (dialog.RenderedRow, error) {
	label, err := w.label(row.Label)
	if err != nil {
		return dialog.RenderedRow{}, err
	}
	out := dialog.RenderedRow{Label: label, Strong: row.Strong, Option: row.Option}
	for _, cell := range row.Cells {
		words, err := w.value(cell, format.Table)
		if err != nil {
			return dialog.RenderedRow{}, fmt.Errorf("row %s: %w", row.Label, err)
		}
		out.Cells = append(out.Cells, words)
	}
	return out, nil
}

// label returns a label's words; no key is no words.
func (w writer) label(key string) (string, error) {
	if key == "" {
		return "", nil
	}
	words, ok := w.catalog.Label(key)
	if !ok {
		return "", fmt.Errorf("label %s is missing", key)
	}
	return words, nil
}
