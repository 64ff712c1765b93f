// Package score measures how well texts are understood, against lines written
// by hand.
package score

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// Line is one line of an evaluation file. Now is the moment the text is heard
// at, RFC 3339; DefaultNow when empty.
type Line struct {
	Locale   string            `json:"locale"` // a dialog.Language
	Text     string            `json:"text"`
	Intent   string            `json:"intent"`
	Also     []string          `json:"also"`
	Entities map[string]string `json:"entities"`
	Now      string            `json:"now"`
}

// DefaultNow is the moment of lines that name none.
const DefaultNow = "2026-11-21T10:00:00+08:00"

// zone is the borrower's in every line.
const zone = "Asia/Shanghai"

// Read reads lines, one JSON object each; empty lines are skipped. The error
// names the line.
func Read(r io.Reader) ([]Line, error) {
	var out []Line
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		var l Line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, l)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read lines: %w", err)
	}
	return out, nil
}

// Part is how one locale did.
type Part struct {
	N           int     `json:"n"`
	Accuracy    float64 `json:"accuracy"`
	Top3        float64 `json:"top3"`
	MacroF1     float64 `json:"macro_f1"`
	EntityExact float64 `json:"entity_exact"`
	FalseCrisis float64 `json:"false_crisis"`
}

// Summary is the last object of the evaluation's machine output. Recall is of
// the intents that must not be missed; a crisis counts as seen when it drives
// the reply or raises a safety level. NsPerItem is the median.
type Summary struct {
	Kind string `json:"kind"`
	Part
	Recall    map[string]float64 `json:"recall"`
	ByLocale  map[string]Part    `json:"by_locale"`
	NsPerItem int64              `json:"ns_per_item"`
}

// Hear understands a text, see understand.Understander.
type Hear func(text string, c dialog.HearContext) dialog.Understanding

// Result is a line with what was heard.
type Result struct {
	Line  Line
	Heard dialog.Understanding
	Nanos int64
}

// Right reports whether the driving intent is the line's.
func (r *Result) Right() bool { return string(r.Heard.Driving) == r.Line.Intent }

// InTop3 reports whether the line's intent is the driving one or among the
// three candidates for a clarifying question.
func (r *Result) InTop3() bool {
	return r.Right() || slices.ContainsFunc(r.Heard.Candidates, func(s dialog.Scored) bool { return string(s.Intent) == r.Line.Intent })
}

// Crisis reports whether the text takes the crisis path.
func (r *Result) Crisis() bool {
	return r.Heard.Driving == dialog.IntentSelfHarm || r.Heard.Safety == dialog.SafetyRed || r.Heard.Safety == dialog.SafetyAmber
}

// EntitiesExact reports whether each entity of the line was found with exactly
// its value, not asked back.
func (r *Result) EntitiesExact() bool {
	for kind, want := range r.Line.Entities {
		e, ok := r.Heard.Entity(dialog.EntityKind(kind))
		if !ok || e.Value != want {
			return false
		}
	}
	return true
}

// Run hears every line; clock returns nanoseconds.
func Run(hear Hear, lines []Line, clock func() int64) ([]Result, error) {
	out := make([]Result, 0, len(lines))
	for i, l := range lines {
		now := l.Now
		if now == "" {
			now = DefaultNow
		}
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		c := dialog.HearContext{NowUnix: at.Unix(), Zone: zone, Locale: locale(l.Locale)}
		start := clock()
		u := hear(l.Text, c)
		out = append(out, Result{Line: l, Heard: u, Nanos: clock() - start})
	}
	return out, nil
}

// locale returns a speaking locale of an understanding language.
func locale(language string) dialog.Locale {
	switch dialog.Language(language) {
	case dialog.LangEn:
		return dialog.EnGB
	case dialog.LangZhHant:
		return dialog.ZhHantTW
	}
	return dialog.ZhHans
}
