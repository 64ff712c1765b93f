package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"warmline/dialog"
)

// Pack is a jurisdiction's own rules, compiled. Judge adds to a list what each of
// its rules that was looked at says; it may only add strictness. It keeps neither
// the question nor the list.
type Pack interface {
	ID() string   // as in Conversation.Packs: "cn", "us-nyc"
	Hash() string // of its content
	Judge(q *Question, list []Judgement) []Judgement
}

// Question is what a pack is asked. Fields that have no meaning for the subject
// are zero.
type Question struct {
	Subject   string // say, offer, call, contact, hold
	Packs     []string
	Act       dialog.ActKind
	Form      string
	Class     dialog.CommClass
	Said      *dialog.Act // the whole act, with its buttons and card
	Shows     bool        // it takes level 2 to read it
	Call      dialog.CallKind
	Case      dialog.CaseKind // of a case.open call
	Hold      dialog.HoldKind // of a hold that is about to be put on, or [Wish]
	Hours     bool            // of a wish: it names hours
	Told      dialog.Reason   // what the person has just told, with Hold [Told]
	Terms     *dialog.Terms
	Channel   dialog.ChannelKind
	Point     string // the contact point on that channel, opaque; "" on the web
	Debt      string // the account that it is about, "" for all
	Initiated bool   // by the lender: not an answer to the borrower
	Level     dialog.Level
	At        time.Time
	Zones     []*time.Location // every plausible zone of the person
	Standing  *Standing        // of an offer
	Conv      *dialog.Conversation
	Contacts  []dialog.ContactCount // the lender's own and ours, within 30 days
	Facts     *dialog.Facts
}

// Judgement is one rule's word.
type Judgement struct {
	Rule    string
	Outcome Outcome
	Detail  string
	Until   time.Time // of a Defer
	Drop    []string  // of a Modify: option ids to leave out
	// Disclose is the id of a text that has to be shown beside what was asked
	// about. It does not stand in its way: Verdict.Disclose hands it on.
	Disclose string
	// Days is for how long a hold lasts at least, where the rule says so.
	Days int
	// Noted: what the rule wants is the very thing that was asked about (a hold,
	// a case), so it is recorded and stands in nobody's way.
	Noted bool
}

// Gate decides when and how often the lender may write first. The strict
// values of [BaseGate] stand until packs bring their own.
type Gate interface {
	// Contact returns what each rule that was looked at says.
	Contact(q Question) []Judgement
}

// Programmes narrow what the lender states for an account to what we are
// willing to offer. They depend on nothing but the standing.
type Programmes interface {
	// Shape returns the programme that counts, never wider than the standing's.
	Shape(s *Standing) dialog.Programme
	// Authority returns what a role may grant on an account at most, false when
	// the programme does not say. It never makes a role wider.
	Authority(s *Standing, role string) (Role, bool)
}

// Clocks says until when a case has to be answered, where the packs set a time.
type Clocks interface {
	Deadline(packs []string, kind dialog.CaseKind, opened dialog.Date) (Deadline, bool)
}

// Deadline is a case's clock: the rule that sets it, the day from which on
// somebody is warned, and the last day for the answer.
type Deadline struct {
	Rule string
	Warn dialog.Date
	Due  dialog.Date
}

// Deadline returns the strictest clock of a case that was opened on a day, and
// false when no pack sets one.
func (r Rules) Deadline(packs []string, kind dialog.CaseKind, opened dialog.Date) (Deadline, bool) {
	if r.k.cfg.Clocks == nil {
		return Deadline{}, false
	}
	return r.k.cfg.Clocks.Deadline(packs, kind, opened)
}

// Detector tells whether free text (a human agent's) carries account facts.
type Detector interface {
	Facts(text string) bool
}

// Config is everything that Rules are compiled from.
type Config struct {
	Packs      []Pack
	Gate       Gate       // BaseGate when nil
	Programmes Programmes // the lender's own word when nil
	Clocks     Clocks     // no deadlines of ours when nil
	Detect     Detector   // figures and currency signs when nil
	Model      bool       // a model may phrase acts, where the packs allow it
	Second     bool       // a model may be asked what an unclear text means, likewise
	Places     []Place    // what each pack's place contributes as data
	Roles      []Role     // Roles() when nil: what human roles may grant
	Lenders    map[dialog.Locale]string
	Zones      []string // IANA names; Zones() when nil
	Texts      string   // hash of the reviewed texts that acts are rendered from
}

// Rules are compiled once and never change; copies share them. Hash names
// exactly what they were compiled from.
type Rules struct {
	Hash string
	k    *kernel
}

type kernel struct {
	cfg    Config
	acts   map[dialog.ActKind]ActRule
	forms  map[string]dialog.Level
	public map[string]bool
	places map[string]Place
	roles  map[string]Role
	zones  map[string]*time.Location
	holds  map[dialog.HoldKind]holdRule

	benches sync.Pool // of *bench
}

// Compile returns the rules of a configuration. It fails when a time zone is
// unknown on this machine or two packs share an id.
func Compile(cfg Config) (Rules, error) {
	cfg = withDefaults(cfg)
	k := &kernel{cfg: cfg, acts: actTable(), forms: formLevels(), public: publicValues(),
		places: map[string]Place{}, roles: map[string]Role{}, zones: map[string]*time.Location{}, holds: holdTable()}
	for _, name := range cfg.Zones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			return Rules{}, fmt.Errorf("compile policy: zone %q: %w", name, err)
		}
		k.zones[name] = loc
	}
	for _, p := range cfg.Places {
		for _, name := range append([]string{p.Zone}, p.Zones...) {
			if name != "" && k.zones[name] == nil {
				return Rules{}, fmt.Errorf("compile policy: place of %s: zone %q does not exist", p.Pack, name)
			}
		}
		k.places[p.Pack] = p
	}
	for _, role := range cfg.Roles {
		k.roles[role.Name] = role
	}
	hash, err := configHash(cfg)
	if err != nil {
		return Rules{}, fmt.Errorf("compile policy: %w", err)
	}
	return Rules{Hash: hash, k: k}, nil
}

func withDefaults(cfg Config) Config {
	if cfg.Gate == nil {
		cfg.Gate = BaseGate{}
	}
	if cfg.Detect == nil {
		cfg.Detect = Figures{}
	}
	if cfg.Roles == nil {
		cfg.Roles = Roles()
	}
	if cfg.Zones == nil {
		cfg.Zones = Zones()
	}
	return cfg
}

// kernelVersion is part of the hash: raise it with every change of what the
// kernel decides.
const kernelVersion = "k2"

func configHash(cfg Config) (string, error) {
	packs := map[string]string{}
	for _, p := range cfg.Packs {
		if _, twice := packs[p.ID()]; twice {
			return "", fmt.Errorf("pack %q is there twice", p.ID())
		}
		packs[p.ID()] = p.Hash()
	}
	zones := append([]string(nil), cfg.Zones...)
	sort.Strings(zones)
	raw, err := json.Marshal(struct {
		Kernel  string
		Packs   map[string]string
		Gate    string
		Model   bool
		Second  bool
		Places  []Place
		Roles   []Role
		Lenders map[dialog.Locale]string
		Zones   []string
		Texts   string
	}{kernelVersion, packs, gateHash(cfg.Gate), cfg.Model, cfg.Second, cfg.Places, cfg.Roles, cfg.Lenders, zones, cfg.Texts})
	if err != nil {
		return "", fmt.Errorf("hash the configuration: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8]), nil
}

// gateHash names a gate's content: its own word for it, else its type.
func gateHash(g Gate) string {
	if h, ok := g.(interface{ Hash() string }); ok {
		return h.Hash()
	}
	return fmt.Sprintf("%T%+v", g, g)
}

// Zone returns a compiled time zone by its IANA name, or that of the first
// pack's place when the name is not among them.
func (r Rules) Zone(name string, packs []string) *time.Location {
	if loc, ok := r.k.zones[name]; ok {
		return loc
	}
	for _, p := range packs {
		if place, ok := r.place(p); ok {
			if loc, ok := r.k.zones[place.Zone]; ok {
				return loc
			}
		}
	}
	return time.UTC
}

// Lender returns the lender's display name for a locale, "" when none is
// configured; the facts' own name goes before it.
func (r Rules) Lender(l dialog.Locale) string { return r.k.cfg.Lenders[l] }

// bench is what a question to the packs is worked out on: it is large, asked for
// often, and nobody keeps any of it.
type bench struct {
	q     Question
	terms dialog.Terms
	list  []Judgement
	fired []dialog.Fired
}

func (k *kernel) bench() *bench {
	if b, ok := k.benches.Get().(*bench); ok {
		return b
	}
	return &bench{}
}

// clear gives a bench back.
func (k *kernel) clear(b *bench) {
	clear(b.list)
	b.q, b.terms, b.list = Question{}, dialog.Terms{}, b.list[:0]
	k.benches.Put(b)
}

// judge asks every pack that applies and notes what each rule says.
func (r Rules) judge(v *Verdict, packs []string, q Question) {
	b := r.k.bench()
	defer r.k.clear(b)
	b.q = q
	r.ask(b, packs)
	v.take(b.list)
}

// ask has every pack that applies answer a bench's question.
func (r Rules) ask(b *bench, packs []string) {
	b.q.Packs = packs
	for _, p := range r.k.cfg.Packs {
		if Applies(p.ID(), packs) {
			b.list = p.Judge(&b.q, b.list)
		}
	}
}

func (v *Verdict) take(list []Judgement) {
	v.Looked = slices.Grow(v.Looked, len(list))
	for i := range list {
		j := &list[i]
		switch {
		case j.Disclose != "" && j.Outcome == Require:
			v.note(j)
			v.Disclose = append(v.Disclose, j.Disclose)
		case j.Noted:
			v.note(j)
			v.Days = max(v.Days, j.Days)
		case j.Outcome == Defer:
			v.deferTo(j.Rule, j.Until, j.Detail)
		default:
			v.look(j.Rule, j.Outcome, j.Detail)
			v.Drop = append(v.Drop, j.Drop...)
		}
	}
}

// BasePack is the pack that everybody has.
const BasePack = "base"

// Applies reports whether a pack is one of a person's, or the pack of the
// country above it ("us" for "us-nyc"), or the base: all of them are evaluated.
func Applies(id string, packs []string) bool {
	if id == BasePack {
		return true
	}
	for _, p := range packs {
		if p == id || len(p) > len(id) && p[:len(id)] == id && p[len(id)] == '-' {
			return true
		}
	}
	return false
}
