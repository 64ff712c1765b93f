// Package guardeval measures the review of texts on written cases: how many of
// those that must be refused are refused, how many good ones pass, how long it
// takes.
package guardeval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy/review"
)

// Summary is the outcome of an evaluation, in the fields of the commands' page.
type Summary struct {
	Kind             string                  `json:"kind"`
	N                int                     `json:"n"`
	BlockRecall      float64                 `json:"block_recall"`
	AllowRate        float64                 `json:"allow_rate"`
	SlotErrorsPassed int                     `json:"slot_errors_passed"`
	ByFamily         map[string]float64      `json:"by_family"` // share decided rightly, by the line's why
	ByLocale         map[string]LocaleResult `json:"by_locale"`
	NsPerItem        int64                   `json:"ns_per_item"` // median
	Wrong            []Miss                  `json:"-"`
}

// LocaleResult is the outcome for one locale.
type LocaleResult struct {
	N           int     `json:"n"`
	BlockRecall float64 `json:"block_recall"`
	AllowRate   float64 `json:"allow_rate"`
}

// Miss is a line that was decided wrongly.
type Miss struct {
	ID, Locale, Expect, Why, Text string
	Got                           review.Verdict
}

type guardLine struct {
	ID       string   `json:"id"`
	Locale   string   `json:"locale"`
	Act      string   `json:"act"`
	Required []string `json:"required"`
	Optional []string `json:"optional"`
	Text     string   `json:"text"`
	Expect   string   `json:"expect"`
	Why      string   `json:"why"`
}

// share counts rightly decided ones.
type share struct{ right, n int }

func (s share) rate() float64 {
	if s.n == 0 {
		return 1
	}
	return float64(s.right) / float64(s.n)
}

func (s *share) add(right bool) {
	s.n++
	if right {
		s.right++
	}
}

// tally counts by expectation, family and locale.
type tally struct {
	block, allow share
	family       map[string]*share
	locale       map[string]*[2]share
}

// EvalGuard reviews the lines of r (JSONL: id, locale, act, required, optional,
// text, expect, why) and says how many were decided rightly.
func EvalGuard(r io.Reader) (Summary, error) {
	reviewer, err := review.New()
	if err != nil {
		return Summary{}, fmt.Errorf("build the reviewer: %w", err)
	}
	sum := Summary{Kind: "guard", ByFamily: map[string]float64{}, ByLocale: map[string]LocaleResult{}}
	t := tally{family: map[string]*share{}, locale: map[string]*[2]share{}}
	var took []int64
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if len(in.Bytes()) == 0 {
			continue
		}
		var line guardLine
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			return Summary{}, fmt.Errorf("guard line %d: %w", sum.N+1, err)
		}
		if line.Expect != "allow" && line.Expect != "block" {
			return Summary{}, fmt.Errorf("guard line %d: expect is %q", sum.N+1, line.Expect)
		}
		took = append(took, sum.one(reviewer, line, &t))
	}
	if err := in.Err(); err != nil {
		return Summary{}, fmt.Errorf("read guard lines: %w", err)
	}
	sum.finish(t, took)
	return sum, nil
}

func (sum *Summary) one(reviewer *review.Reviewer, line guardLine, t *tally) int64 {
	d := review.Draft{Locale: line.Locale, Act: dialog.ActKind(line.Act), Required: line.Required, Optional: line.Optional, Text: line.Text}
	start := time.Now()
	got := reviewer.Draft(d)
	ns := time.Since(start).Nanoseconds()
	right := got.Allowed == (line.Expect == "allow")
	if t.family[line.Why] == nil {
		t.family[line.Why] = &share{}
	}
	if t.locale[line.Locale] == nil {
		t.locale[line.Locale] = &[2]share{}
	}
	t.family[line.Why].add(right)
	if line.Expect == "allow" {
		t.allow.add(right)
		t.locale[line.Locale][1].add(right)
	} else {
		t.block.add(right)
		t.locale[line.Locale][0].add(right)
	}
	if !right {
		sum.Wrong = append(sum.Wrong, Miss{ID: line.ID, Locale: line.Locale, Expect: line.Expect, Why: line.Why, Text: line.Text, Got: got})
		if line.Expect == "block" && review.Family(line.Why).Slot() {
			sum.SlotErrorsPassed++
		}
	}
	sum.N++
	return ns
}

func (sum *Summary) finish(t tally, took []int64) {
	sum.BlockRecall, sum.AllowRate = t.block.rate(), t.allow.rate()
	for why, s := range t.family {
		sum.ByFamily[why] = s.rate()
	}
	for locale, s := range t.locale {
		sum.ByLocale[locale] = LocaleResult{N: s[0].n + s[1].n, BlockRecall: s[0].rate(), AllowRate: s[1].rate()}
	}
	if len(took) > 0 {
		slices.Sort(took)
		sum.NsPerItem = took[len(took)/2]
	}
}
