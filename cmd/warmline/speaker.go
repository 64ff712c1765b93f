package main

import (
	"fmt"
	"time"

	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/dialog/policy/review"
	"warmline/prompts"
)

// speaker renders acts from the catalogs and reviews what is about to be said.
type speaker struct {
	template *phrase.Template
	reviewer *review.Reviewer
	zones    *zones
	now      func() time.Time
}

func newSpeaker(words *prompts.Set, reviewer *review.Reviewer, now func() time.Time) speaker {
	return speaker{template: phrase.NewTemplate(words), reviewer: reviewer, zones: &zones{}, now: now}
}

// Render implements manager.Speaker.
func (s speaker) Render(a dialog.Act, l dialog.Locale, zone string) (dialog.Rendered, error) {
	c, err := s.context(l, zone)
	if err != nil {
		return dialog.Rendered{}, err
	}
	return s.template.Render(a, c)
}

// Label implements manager.Speaker.
func (s speaker) Label(o dialog.Option, l dialog.Locale, zone string) (string, error) {
	c, err := s.context(l, zone)
	if err != nil {
		return "", err
	}
	return s.template.Label(o, c)
}

func (s speaker) context(l dialog.Locale, zone string) (phrase.Context, error) {
	loc, err := s.zones.load(zone)
	if err != nil {
		return phrase.Context{}, fmt.Errorf("render: %w", err)
	}
	return phrase.Context{Locale: l, Zone: loc, Home: homeCurrency(l), Now: s.now()}, nil
}

// Review implements manager.Speaker: a last look at the words that are about to
// be committed. Reviewed wordings are exempt by their text id, but for their
// figures; what a model chose is looked at again with its values in place. The
// error names the rule.
func (s speaker) Review(a dialog.Act, l dialog.Locale, r dialog.Rendered) error {
	c, err := s.context(l, "")
	if err != nil {
		return err
	}
	f := review.Filled{Locale: string(l), Act: a.Kind, Text: r.Text, Values: a.Values, Reviewed: r.Model == ""}
	if f.Reviewed {
		if f.Literal, err = s.template.Wording(a, l); err != nil {
			return fmt.Errorf("review: %w", err)
		}
		// Where the values stand only ever excuses figures: mostly none needs it.
		if s.reviewer.Final(f).Allowed {
			return s.cardFigures(a, l, r.Card)
		}
	}
	f.Words = s.template.Words(a, c)
	if v := s.reviewer.Final(f); !v.Allowed {
		return ruleBroken{v.Rule, v.Why}
	}
	return s.cardFigures(a, l, r.Card)
}

// cardFigures holds the cells of a card against the values that they show.
func (s speaker) cardFigures(a dialog.Act, l dialog.Locale, card *dialog.RenderedCard) error {
	if a.Card == nil || card == nil {
		return nil
	}
	for i, row := range card.Rows {
		if i >= len(a.Card.Rows) {
			return ruleBroken{"REV-FACT-1", review.DigitLeak}
		}
		for n, cell := range row.Cells {
			cells := a.Card.Rows[i].Cells
			if n >= len(cells) || cells[n].Kind == dialog.ValueLabel {
				continue
			}
			if v := s.reviewer.Cell(string(l), cell, cells[n]); !v.Allowed {
				return ruleBroken{v.Rule, v.Why}
			}
		}
	}
	return nil
}

// ruleBroken names the rule that a text breaks, and never the text.
type ruleBroken struct {
	rule string
	why  review.Family
}

// Error implements error.
func (e ruleBroken) Error() string { return fmt.Sprintf("rule %s (%s)", e.rule, e.why) }
