package journey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Strings is a list, where an empty one means "none" and an absent one "any".
type Strings struct {
	Set  bool
	List []string
}

// UnmarshalYAML accepts one string or a list.
func (s *Strings) UnmarshalYAML(raw []byte) error {
	s.Set = true
	var many []string
	if err := yaml.Unmarshal(raw, &many); err == nil {
		s.List = many
		return nil
	}
	var one string
	if err := yaml.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("expected a string or a list of strings: %w", err)
	}
	s.List = []string{one}
	return nil
}

// CallWant is a wanted call: its kind and, optionally, its main terms.
type CallWant struct {
	Kind   string
	Fields map[string]string
}

// Calls is a list of wanted calls.
type Calls struct {
	Set  bool
	List []CallWant
}

// UnmarshalYAML accepts kinds, a list of kinds, or {kind: {field: value}}.
func (c *Calls) UnmarshalYAML(raw []byte) error {
	c.Set = true
	var node any
	if err := yaml.Unmarshal(raw, &node); err != nil {
		return fmt.Errorf("calls: %w", err)
	}
	list, ok := node.([]any)
	if !ok {
		list = []any{node}
	}
	for _, item := range list {
		wants, err := callWants(item)
		if err != nil {
			return err
		}
		c.List = append(c.List, wants...)
	}
	return nil
}

func callWants(item any) ([]CallWant, error) {
	switch v := item.(type) {
	case string:
		return []CallWant{{Kind: v}}, nil
	case map[string]any:
		var wants []CallWant
		for _, kind := range slices.Sorted(maps.Keys(v)) {
			want := CallWant{Kind: kind, Fields: map[string]string{}}
			fields, _ := v[kind].(map[string]any)
			for name, value := range fields {
				want.Fields[name] = fmt.Sprint(value)
			}
			wants = append(wants, want)
		}
		return wants, nil
	}
	return nil, fmt.Errorf("calls: %v is no call kind", item)
}

// Expect is what must come of a step. Every key is optional.
type Expect struct {
	Act         string    `yaml:"act"`
	Acts        Strings   `yaml:"acts"`
	ActIn       []string  `yaml:"act_in"`
	NotActs     []string  `yaml:"not_acts"`
	Contains    Strings   `yaml:"contains"`
	ContainsAny []string  `yaml:"contains_any"`
	NotContains []string  `yaml:"not_contains"`
	Amounts     []Decimal `yaml:"amounts"`
	NotAmounts  []Decimal `yaml:"not_amounts"`
	Dates       []string  `yaml:"dates"`
	NotDates    []string  `yaml:"not_dates"`
	Language    string    `yaml:"language"`
	MaxChars    int       `yaml:"max_chars"`
	Silent      *bool     `yaml:"silent"`
	Options     Strings   `yaml:"options"`
	NotOptions  []string  `yaml:"not_options"`
	Offers      Strings   `yaml:"offers"`
	NotOffers   []string  `yaml:"not_offers"`
	Calls       Calls     `yaml:"calls"`
	NotCalls    []string  `yaml:"not_calls"`
	Holds       Strings   `yaml:"holds"`
	Owner       string    `yaml:"owner"`
	Level       *int      `yaml:"level"`
	Rule        Strings   `yaml:"rule"`
	Cancelled   Strings   `yaml:"cancelled"`
}

// Seen is what a step did, as an observer of the borrower's screen and of the
// records sees it.
type Seen struct {
	Messages  []dialog.Message // said to the borrower in the step, in order
	Offers    []dialog.OfferKind
	Calls     []dialog.Call
	Fired     []dialog.Fired
	Cancelled []string
	State     dialog.Conversation // after the step
	Level     dialog.Level        // of the borrower's session after the step

	scan    Scanner
	trouble []string
}

// Check compares what was seen with what was expected and returns one line for
// each difference.
func (e *Expect) Check(seen Seen) []string {
	var wrong []string
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	e.checkSaid(seen, fail)
	e.checkTexts(seen, fail)
	e.checkNumbers(seen, fail)
	e.checkOffered(seen, fail)
	e.checkDone(seen, fail)
	return wrong
}

type failer func(format string, args ...any)

func (e *Expect) checkSaid(seen Seen, fail failer) {
	acts := actsOf(seen)
	if e.Act != "" && !slices.Contains(acts, e.Act) {
		fail("act: expected %s, said %v", e.Act, acts)
	}
	if e.Acts.Set && !sameActs(e.Acts.List, acts) {
		fail("acts: expected %v, said %v", e.Acts.List, acts)
	}
	if len(e.ActIn) > 0 && !slices.ContainsFunc(e.ActIn, func(a string) bool { return slices.Contains(acts, a) }) {
		fail("act_in: expected one of %v, said %v", e.ActIn, acts)
	}
	for _, a := range e.NotActs {
		if slices.Contains(acts, a) {
			fail("not_acts: %s was said", a)
		}
	}
	if e.Silent != nil && *e.Silent != (len(seen.Messages) == 0) {
		fail("silent: expected %v, said %v", *e.Silent, acts)
	}
}

// sameActs compares lists, leaving out the AI notice and what a pack has shown
// where it is not asked for: they come once, with whatever is said first.
func sameActs(want, got []string) bool {
	for _, notice := range []string{"disclose.ai", string(policy.ActDisclose)} {
		if !slices.Contains(want, notice) {
			got = slices.DeleteFunc(slices.Clone(got), func(a string) bool { return a == notice })
		}
	}
	return slices.Equal(want, got)
}

func actsOf(seen Seen) []string {
	var acts []string
	for _, m := range seen.Messages {
		if m.Act != nil {
			acts = append(acts, string(m.Act.Kind))
		}
	}
	return acts
}

func (e *Expect) checkOffered(seen Seen, fail failer) {
	options := optionsOf(seen)
	for _, want := range e.Options.List {
		if !hasOption(options, want) {
			fail("options: expected %s, shown %v", want, options)
		}
	}
	if e.Options.Set && len(e.Options.List) == 0 && len(options) > 0 {
		fail("options: expected none, shown %v", options)
	}
	for _, no := range e.NotOptions {
		if hasOption(options, no) {
			fail("not_options: %s is shown", no)
		}
	}
	var offers []string
	for _, o := range seen.Offers {
		offers = append(offers, string(o))
	}
	checkSubset("offers", e.Offers, offers, fail)
	for _, no := range e.NotOffers {
		if slices.Contains(offers, no) {
			fail("not_offers: %s was offered", no)
		}
	}
}

// hasOption accepts "plan" for any plan:N, and for the step-up the way into the
// wallet that a chat outside it shows instead.
func hasOption(options []string, want string) bool {
	return slices.ContainsFunc(options, func(o string) bool {
		return o == want || strings.HasPrefix(o, want+":") || want == "step_up" && o == "open_wallet"
	})
}

func optionsOf(seen Seen) []string {
	var ids []string
	for _, m := range seen.Messages {
		for _, o := range m.Body.Options {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func checkSubset(key string, want Strings, got []string, fail failer) {
	for _, w := range want.List {
		if !slices.Contains(got, w) {
			fail("%s: expected %s, got %v", key, w, got)
		}
	}
	if want.Set && len(want.List) == 0 && len(got) > 0 {
		fail("%s: expected none, got %v", key, got)
	}
}

func (e *Expect) checkDone(seen Seen, fail failer) {
	var kinds []string
	for _, c := range seen.Calls {
		kinds = append(kinds, string(c.Kind))
	}
	for _, want := range e.Calls.List {
		if !slices.ContainsFunc(seen.Calls, want.matches) {
			fail("calls: expected %s %v, made %v", want.Kind, want.Fields, kinds)
		}
	}
	if e.Calls.Set && len(e.Calls.List) == 0 && len(kinds) > 0 {
		fail("calls: expected none, made %v", kinds)
	}
	for _, no := range e.NotCalls {
		if slices.Contains(kinds, no) {
			fail("not_calls: %s was made", no)
		}
	}
	checkSubset("holds", e.Holds, holdsOf(seen.State), fail)
	if e.Owner != "" && !sameOwner(e.Owner, seen.State) {
		fail("owner: expected %s, is %s %s", e.Owner, seen.State.Owner, seen.State.Agent)
	}
	if e.Level != nil && int(seen.Level) != *e.Level {
		fail("level: expected %d, is %d", *e.Level, seen.Level)
	}
	for _, rule := range e.Rule.List {
		if !slices.ContainsFunc(seen.Fired, func(f dialog.Fired) bool { return f.Rule == rule && fired(f) }) {
			fail("rule: %s did not fire, these did: %v", rule, ruleIDs(seen.Fired))
		}
	}
	e.checkCancelled(seen, fail)
}

// checkCancelled compares kinds of scheduled sends by their words: a file may
// say "reminder", "promise_reminder" or "promise.follow_up".
func (e *Expect) checkCancelled(seen Seen, fail failer) {
	for _, want := range e.Cancelled.List {
		if !slices.ContainsFunc(seen.Cancelled, func(got string) bool { return sameWords(want, got) }) {
			fail("cancelled: expected %s, got %v", want, seen.Cancelled)
		}
	}
	if e.Cancelled.Set && len(e.Cancelled.List) == 0 && len(seen.Cancelled) > 0 {
		fail("cancelled: expected none, got %v", seen.Cancelled)
	}
}

// sameWords reports whether all words of one name are in the other.
func sameWords(a, b string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
	}
	x, y := split(a), split(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	return len(x) > 0 && !slices.ContainsFunc(x, func(w string) bool { return !slices.Contains(y, w) })
}

// sameOwner accepts "agent" and "agent:zhou" alike.
func sameOwner(want string, c dialog.Conversation) bool {
	return want == string(c.Owner) || want == string(c.Owner)+":"+c.Agent || want == string(c.Owner)+"("+c.Agent+")"
}

// fired reports whether a rule that was looked at had something to say. The
// kernel's own rules stand behind every word, and count when they were asked.
func fired(f dialog.Fired) bool { return f.Outcome != "allow" || strings.HasPrefix(f.Rule, "K-") }

func ruleIDs(list []dialog.Fired) []string {
	var ids []string
	for _, f := range list {
		if fired(f) {
			ids = append(ids, f.Rule)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

func holdsOf(c dialog.Conversation) []string {
	var kinds []string
	for _, h := range c.Holds {
		kinds = append(kinds, string(h.Kind))
	}
	return kinds
}

func (w CallWant) matches(c dialog.Call) bool {
	if string(c.Kind) != w.Kind {
		return false
	}
	for name, value := range w.Fields {
		if !fieldIs(c, name, value) {
			return false
		}
	}
	return true
}

func fieldIs(c dialog.Call, name, value string) bool {
	terms := dialog.Terms{}
	if c.Terms != nil {
		terms = *c.Terms
	}
	switch name {
	case "kind":
		return string(terms.Kind) == value || string(c.Case) == value || c.Kind == dialog.CallContactUpdate && c.Fields["status"] == strings.TrimSuffix(value, "_channel")
	case "count":
		return fmt.Sprint(len(terms.Schedule)) == value
	case "days":
		return fmt.Sprint(terms.Days) == value
	case "total":
		return sameNumber(terms.Total.Decimal(), value)
	case "amount":
		return sameNumber(c.Amount.Decimal(), value) || sameNumber(terms.Total.Decimal(), value)
	case "date", "until", "due":
		return c.Date.String() == value || lastDue(terms) == value
	case "first":
		return len(terms.Schedule) > 0 && terms.Schedule[0].Due.String() == value
	case "account":
		return c.Account == value
	}
	return c.Fields[name] == value
}

func lastDue(t dialog.Terms) string {
	if len(t.Schedule) == 0 {
		return ""
	}
	return t.Schedule[len(t.Schedule)-1].Due.String()
}
