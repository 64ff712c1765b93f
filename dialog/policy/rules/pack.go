package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Stages at which rules are looked at.
const (
	StageContact  = "contact"  // the lender would write, call or come first
	StageDisclose = "disclose" // something has to be shown beside what is said
	StageOffer    = "offer"    // terms would be offered
	StageAccept   = "accept"   // terms are being agreed to
	StageSay      = "say"      // an act would be said
	StageHold     = "hold"     // asking stops
	StageEscalate = "escalate" // a case is opened, a person decides
	StageRetain   = "retain"   // something would be erased
)

// Stages returns every stage, in the order of a case's life.
func Stages() []string {
	return []string{StageContact, StageDisclose, StageSay, StageOffer, StageAccept, StageHold, StageEscalate, StageRetain}
}

// Topics returns what rules are about, in the order in which they are named: all
// are looked at and the strictest outcome holds; of several that say the same,
// the first by this order is the one that a decision is told by.
func Topics() []string {
	return []string{"crisis", "legal", "person", "wish", "dispute", "time", "frequency", "disclosure", "other"}
}

// topic is a rule's own, or that of its group or stage.
func (r *RuleFile) topic() string {
	switch {
	case r.Topic != "":
		return r.Topic
	case r.Group == "window":
		return "time"
	case r.Group == "frequency":
		return "frequency"
	case r.Stage == StageDisclose:
		return "disclosure"
	}
	return "other"
}

// Citation is where a rule comes from.
type Citation struct {
	Instrument    string      `yaml:"instrument" json:"instrument"`
	Article       string      `yaml:"article" json:"article"`
	URL           string      `yaml:"url" json:"url"`
	EffectiveFrom dialog.Date `yaml:"effective_from" json:"effective_from,omitzero"`
	EffectiveTo   dialog.Date `yaml:"effective_to" json:"effective_to,omitzero"` // the first day on which it is no longer in force
	CheckedOn     dialog.Date `yaml:"checked_on" json:"checked_on,omitzero"`
}

// Confidence says how well a rule's source was seen.
const (
	Verified = "verified" // in stored public material
	High     = "high"     // from memory, the rest likewise
	Medium   = "medium"
	Low      = "low"
	Product  = "product" // our own choice: its citation is its reason
)

// RuleFile is a rule as it is written.
type RuleFile struct {
	ID         string            `yaml:"id"`
	Stage      string            `yaml:"stage"`
	Also       []string          `yaml:"also"`    // looked at in these stages too; see [RuleFile.also]
	Topic      string            `yaml:"topic"`   // of [Topics]: which of several equally strict rules is named
	Group      string            `yaml:"group"`   // window or frequency: a default stands where no pack has a rule of its group
	Default    bool              `yaml:"default"` // such a default
	Acts       []string          `yaml:"acts"`    // looked at for these acts only; "reminder.*" is a family
	Statement  map[string]string `yaml:"statement"`
	Params     map[string]any    `yaml:"params"`
	When       string            `yaml:"when"`
	Outcome    string            `yaml:"outcome"`
	Detail     string            `yaml:"detail"`     // closed label of why; the group or stage when empty
	Disclosure string            `yaml:"disclosure"` // text id, of a require
	Drop       []string          `yaml:"drop"`       // option ids, of a modify
	Queue      string            `yaml:"queue"`      // of an escalate
	Reason     string            `yaml:"reason"`     // of a product rule
	Citation   *Citation         `yaml:"citation"`
	Confidence string            `yaml:"confidence"`
	Evidence   string            `yaml:"evidence"` // mark of the compliance reference
	Tests      []TestFile        `yaml:"tests"`
}

// TestFile is one of a rule's own tests: facts and what must come out. With at
// and zones the local time and the counters follow from them.
type TestFile struct {
	Name     string         `yaml:"name"`
	At       string         `yaml:"at"`    // RFC 3339
	Zones    []string       `yaml:"zones"` // IANA
	Contacts []ContactFile  `yaml:"contacts"`
	Debt     string         `yaml:"debt"`  // that it is about; "" all
	Point    string         `yaml:"point"` // the contact point that would be used
	Facts    map[string]any `yaml:"facts"`
	Outcome  string         `yaml:"outcome"`
	Until    string         `yaml:"until"` // of a defer, RFC 3339
}

// ContactFile is an earlier collection contact of a test.
type ContactFile struct {
	At       string             `yaml:"at"`
	Channel  dialog.ChannelKind `yaml:"channel"`
	Answered bool               `yaml:"answered"`
	Debt     string             `yaml:"debt"`  // that it was about; "" all, or not known
	Point    string             `yaml:"point"` // that was used; "" not known
}

// LineFile is a line that a person may call, with the day it was last checked.
type LineFile struct {
	Kind     string      `yaml:"kind"` // crisis, violence, gambling
	Name     string      `yaml:"name"`
	Number   string      `yaml:"number"`
	Hours    string      `yaml:"hours"`
	Checked  dialog.Date `yaml:"checked_on"`
	Evidence string      `yaml:"evidence"`
}

// PlaceFile is what a pack contributes as plain data.
type PlaceFile struct {
	Zone          string               `yaml:"zone"`
	Zones         []string             `yaml:"zones"` // others in which its people live: all of them count for who has no zone on record
	Emergency     string               `yaml:"emergency"`
	Lines         []LineFile           `yaml:"lines"`
	DebtAdvice    *dialog.Organisation `yaml:"debt_advice"`
	CostTable     bool                 `yaml:"cost_table"`
	ReadSeconds   int                  `yaml:"read_seconds"`
	DiscloseAgain bool                 `yaml:"disclose_again"`
}

// PackFile is a pack as it is written.
type PackFile struct {
	ID           string                    `yaml:"id"`
	Title        map[string]string         `yaml:"title"`
	Locale       string                    `yaml:"locale"` // of the local statements beside the English ones
	Place        *PlaceFile                `yaml:"place"`
	DenyChannels map[string]string         `yaml:"deny_channels"` // channel → rule id
	ModelsOnly   *[]string                 `yaml:"models_only"`   // hosts of model endpoints that may be used; absent: any
	Clocks       map[string]map[string]int `yaml:"clocks"`        // rule id → warn_days, due_days, due_business_days, final_days …
	Rules        []RuleFile                `yaml:"rules"`
}

// parsePack reads a pack and names its content.
func parsePack(raw []byte) (PackFile, string, error) {
	var f PackFile
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return f, "", fmt.Errorf("read: %w", err)
	}
	sum := sha256.Sum256(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")))
	return f, hex.EncodeToString(sum[:]), f.check()
}

// check returns everything that is wrong with the writing of a pack; what its
// expressions and tests say comes later.
func (f *PackFile) check() error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if f.ID == "" || strings.ToLower(f.ID) != f.ID || f.ID == TextsID {
		bad("id %q: expected lower case, and not %q", f.ID, TextsID)
	}
	if f.Title["en"] == "" || f.Locale != "" && f.Title[f.Locale] == "" {
		bad("title: expected English and the local language")
	}
	ids := map[string]bool{}
	for i := range f.Rules {
		r := &f.Rules[i]
		ids[r.ID] = true
		for _, err := range r.check(f.Locale) {
			bad("%s: %w", orElse(r.ID, fmt.Sprintf("rule %d", i+1)), err)
		}
		for j := range f.Rules[:i] {
			if f.Rules[j].ID == r.ID && overlap(&f.Rules[j], r) {
				bad("%s: two versions are in force at once", r.ID)
			}
		}
	}
	for channel, rule := range f.DenyChannels {
		if !ids[rule] {
			bad("deny_channels: %s names %s, which is not there", channel, rule)
		}
	}
	for rule, days := range f.Clocks {
		if !ids[rule] {
			bad("clocks: %s is not there", rule)
		}
		if err := f.sameDays(rule, days); err != nil {
			bad("clocks: %s: %w", rule, err)
		}
	}
	if p := f.Place; p != nil {
		for _, l := range p.Lines {
			if l.Number == "" || l.Checked.IsZero() || !slices.Contains([]string{"crisis", "violence", "gambling"}, l.Kind) {
				bad("place: line %q: expected a number, its kind and the day it was checked on", l.Name)
			}
		}
	}
	return errors.Join(wrong...)
}

// clockParams are the parameters of a rule that stand for a figure of its clock.
func clockParams() map[string]string {
	return map[string]string{"days": "due_days", "warn": "warn_days", "exceptional": "final_days"}
}

// sameDays: where a rule states its days beside its clock, both say the same.
func (f *PackFile) sameDays(rule string, clock map[string]int) error {
	for i := range f.Rules {
		if f.Rules[i].ID != rule {
			continue
		}
		for name, in := range clockParams() {
			stated, ok := whole(f.Rules[i].Params[name])
			if ok && int(stated) != clock[in] {
				return fmt.Errorf("%s is %d, the rule's %s is %d", in, clock[in], name, stated)
			}
		}
	}
	return nil
}

func overlap(a, b *RuleFile) bool {
	from := func(r *RuleFile) int { return ordinal(r.from(), 0) }
	to := func(r *RuleFile) int { return ordinal(r.to(), 99999999) }
	return from(a) < to(b) && from(b) < to(a)
}

func (r *RuleFile) from() dialog.Date {
	if r.Citation == nil {
		return dialog.Date{}
	}
	return r.Citation.EffectiveFrom
}

func (r *RuleFile) to() dialog.Date {
	if r.Citation == nil {
		return dialog.Date{}
	}
	return r.Citation.EffectiveTo
}

// ordinal makes dates comparable at a glance: 20261121.
func ordinal(d dialog.Date, none int) int {
	if d.IsZero() {
		return none
	}
	return d.Year*10000 + int(d.Month)*100 + d.Day
}

func (r *RuleFile) check(locale string) []error {
	var wrong []error
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if r.ID == "" || strings.ToUpper(r.ID) != r.ID || strings.ContainsAny(r.ID, " \t") {
		bad("id: expected upper case without spaces")
	}
	speaking := []string{StageContact, StageSay, StageHold}
	if !slices.Contains(Stages(), r.Stage) {
		bad("stage %q: expected one of %s", r.Stage, strings.Join(Stages(), ", "))
	}
	if !slices.Contains(outcomes(r.Stage), r.Outcome) {
		bad("outcome %q: expected one of %s", r.Outcome, strings.Join(outcomes(r.Stage), ", "))
	}
	if r.Topic != "" && !slices.Contains(Topics(), r.Topic) {
		bad("topic %q: expected one of %s", r.Topic, strings.Join(Topics(), ", "))
	}
	for _, stage := range r.Also {
		if stage == r.Stage || stage != StageContact && stage != StageHold || !slices.Contains(speaking, r.Stage) {
			bad("also %q: a rule of %s may also be looked at in contact and in hold", stage, strings.Join(speaking, ", "))
		}
	}
	if r.Statement["en"] == "" || locale != "" && r.Statement[locale] == "" {
		bad("statement: expected English and %s", orElse(locale, "nothing else"))
	}
	if r.Stage == StageDisclose && !showable(r.Disclosure) {
		bad("disclosure %q: expected a text id that can be shown", r.Disclosure)
	}
	if r.Default && r.Group == "" {
		bad("default: expected a group")
	}
	if err := r.cited(); err != nil {
		bad("%w", err)
	}
	if err := r.tested(); err != nil {
		bad("%w", err)
	}
	return wrong
}

// showable reports whether a required text can be shown: as a text of its own,
// as part of a card, as a button, or as the AI notice.
func showable(id string) bool {
	if _, text := policy.DisclosureForm(id); text || id == "disclose.ai" {
		return true
	}
	group, name, found := strings.Cut(id, ".")
	return found && name != "" && slices.Contains([]string{"row", "note", "card", "option"}, group)
}

// outcomes are those that a rule of a stage may have.
func outcomes(stage string) []string {
	switch stage {
	case StageContact:
		return []string{"deny", "defer", "modify", "escalate", "hold"}
	case StageDisclose:
		return []string{"require"}
	case StageSay, StageAccept:
		return []string{"deny", "require", "modify", "escalate", "hold"}
	case StageHold:
		return []string{"hold"}
	case StageEscalate:
		return []string{"escalate"}
	}
	return []string{"deny", "escalate"}
}

// cited: a rule names its source, or is our own and gives its reason.
func (r *RuleFile) cited() error {
	switch r.Confidence {
	case Product:
		if r.Reason == "" {
			return errors.New("citation: a product rule gives its reason")
		}
		return nil
	case Verified, High, Medium, Low:
	default:
		return fmt.Errorf("confidence %q: expected %s, %s, %s, %s or %s", r.Confidence, Verified, High, Medium, Low, Product)
	}
	c := r.Citation
	if c == nil || c.Instrument == "" || c.Article == "" || !strings.HasPrefix(c.URL, "https://") || c.CheckedOn.IsZero() {
		return errors.New("citation: expected instrument, article, url and checked_on")
	}
	return nil
}

// tested: a rule shows both its faces.
func (r *RuleFile) tested() error {
	fires, rests := false, false
	for _, t := range r.Tests {
		fires = fires || t.Outcome == r.Outcome
		rests = rests || t.Outcome == "allow"
	}
	if !fires || !rests {
		return fmt.Errorf("tests: expected one that comes out as allow and one as %s", r.Outcome)
	}
	return nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
