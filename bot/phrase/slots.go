package phrase

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"warmline/bot/phrase/redact"
	"warmline/dialog"
	"warmline/prompts"
)

// slots checks a draft's form: every required placeholder once, no other than
// the allowed ones, no stray brace, no digit of any script. It stands before
// every reviewer, so that no configuration can leave it out.
func slots(c Candidate) Verdict {
	names := prompts.Placeholders(c.Text)
	rest := c.Text
	for _, name := range names {
		rest = strings.Replace(rest, "{"+name+"}", "", 1)
	}
	switch {
	case strings.TrimSpace(c.Text) == "":
		return Verdict{Rule: "empty", Says: "the text was empty"}
	case strings.ContainsAny(rest, "{}｛｝"):
		return Verdict{Rule: "altered_placeholder", Says: "names in braces must be kept letter for letter"}
	case strings.ContainsFunc(rest, numeric):
		return Verdict{Rule: "digit_leak", Says: "no figures: only the names in braces stand for numbers"}
	}
	for _, name := range c.Required {
		if n := times(names, name); n != 1 {
			return Verdict{Rule: "missing_placeholder", Says: "{" + name + "} must be there exactly once"}
		}
	}
	for _, name := range names {
		if !slices.Contains(c.Required, name) && !slices.Contains(c.Optional, name) {
			return Verdict{Rule: "unknown_placeholder", Says: "no names in braces but the listed ones"}
		}
		if times(names, name) > 1 {
			return Verdict{Rule: "altered_placeholder", Says: "no name in braces twice"}
		}
	}
	return Verdict{Allowed: true}
}

// leaks reports whether a draft repeats a stretch of the instructions that the
// reviewed text does not have. No reviewer knows what the model was told.
func leaks(draft, rules, reviewed string) bool {
	draft, rules, reviewed = squeezed(draft), squeezed(rules), squeezed(reviewed)
	runes := []rune(draft)
	size := 28
	if strings.ContainsFunc(draft, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		size = 12
	}
	for i := 0; i+size <= len(runes); i++ {
		piece := string(runes[i : i+size])
		if strings.Contains(rules, piece) && !strings.Contains(reviewed, piece) {
			return true
		}
	}
	return false
}

// squeezed leaves letters only, so that other spacing and punctuation make no
// difference.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func numeric(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsNumber(r) && !unicode.Is(unicode.Han, r)
}

func times(list []string, want string) int {
	n := 0
	for _, s := range list {
		if s == want {
			n++
		}
	}
	return n
}

// labels writes an act's situation: only keys and values of closed sets, so
// that no word of a person's can come through.
func labels(situation map[string]string) string {
	var out []string
	for _, key := range []string{"reason", "affect", "asked", "tone"} {
		if v := situation[key]; v != "" && closed(key, v) {
			out = append(out, key+"="+v)
		}
	}
	return strings.Join(out, ", ")
}

func closed(key, value string) bool {
	switch key {
	case "reason":
		return slices.Contains(reasons, dialog.Reason(value))
	case "affect":
		return slices.Contains(affects, dialog.Affect(value))
	case "asked":
		_, known := dialog.Intents()[dialog.Intent(value)]
		return known
	}
	return slices.Contains(tones, value)
}

var (
	reasons = []dialog.Reason{
		dialog.ReasonForgot, dialog.ReasonNotTold, dialog.ReasonTechFailure, dialog.ReasonIncomeDrop, dialog.ReasonJobLoss,
		dialog.ReasonShopClosed, dialog.ReasonDisaster, dialog.ReasonIllness, dialog.ReasonFamily, dialog.ReasonOverIndebted,
		dialog.ReasonDispute, dialog.ReasonUnwilling, dialog.ReasonUndisclosed, "cannot_pay",
	}
	affects = []dialog.Affect{
		dialog.AffectCalm, dialog.AffectAnxious, dialog.AffectAshamed, dialog.AffectAngry, dialog.AffectHopeless,
	}
	tones = []string{"plain", "brief", "warm"}
)

// lastWords returns the person's last message without what says who they are;
// "" when it cannot be had.
func (g *Guarded) lastWords(ctx context.Context, m dialog.Message) string {
	text, names, err := g.o.Last.LastWords(ctx, conversationOf(m.ID))
	if err != nil {
		return ""
	}
	return redact.Text(text, names...)
}
