package rules

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Options is what an engine is told beside its packs.
type Options struct {
	Actor string // first_party when empty; third_party where somebody collects for the lender
}

// Engine is a set of packs, compiled. It never changes and may be shared. It is
// the policy's [policy.Gate]; its packs are the policy's packs.
type Engine struct {
	schema     *schema
	packs      []*Pack // by id, the base first
	byID       map[string]*Pack
	contact    []*rule // of all packs; see contactOrder
	programmes []*Programme
	actor      string
	hash       string
	spare      sync.Pool // of *asked: a decision's cache is large and short-lived
}

// Pack is a compiled pack.
type Pack struct {
	File   PackFile
	hash   string // of its content, SHA-256 in hex
	engine *Engine
	rules  map[string][]*rule // by stage
	also   map[string][]*rule // by the stages in which they are looked at too
	groups map[string]bool    // groups of which it has a rule of its own
}

var _ policy.Pack = (*Pack)(nil)

// ID implements policy.Pack.
func (p *Pack) ID() string { return p.File.ID }

// Hash implements policy.Pack.
func (p *Pack) Hash() string { return p.hash }

// Load reads every *.yaml of a folder as a pack and those of its folder
// programmes as programmes. Everything is refused when anything is wrong: an
// expression that does not compile, a rule without citation or tests, a test
// that comes out otherwise. The error names all of it.
func Load(files fs.FS, o Options) (*Engine, error) {
	s, err := newSchema()
	if err != nil {
		return nil, fmt.Errorf("load packs: %w", err)
	}
	e := &Engine{schema: s, byID: map[string]*Pack{}, actor: orElse(o.Actor, "first_party")}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("load packs: no *.yaml there (%v)", err)
	}
	var wrong []error
	for _, name := range names {
		if err := e.add(files, name); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
	}
	wrong = append(wrong, e.loadProgrammes(files))
	if e.byID[policy.BasePack] == nil {
		wrong = append(wrong, errors.New("the base pack is missing"))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, fmt.Errorf("load packs: %w", err)
	}
	e.seal()
	return e, nil
}

// add reads, compiles and tests one pack.
func (e *Engine) add(files fs.FS, name string) error {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	f, hash, err := parsePack(raw)
	if err != nil {
		return err
	}
	if f.ID+".yaml" != path.Base(name) {
		return fmt.Errorf("id %q: expected the file's name", f.ID)
	}
	p := &Pack{File: f, hash: hash, engine: e, rules: map[string][]*rule{}, also: map[string][]*rule{}, groups: map[string]bool{}}
	var wrong []error
	for i := range p.File.Rules {
		r, err := compileRule(e.schema, f.ID, &p.File.Rules[i])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", p.File.Rules[i].ID, err))
			continue
		}
		p.rules[r.Stage] = append(p.rules[r.Stage], r)
		for _, stage := range r.Also {
			p.also[stage] = append(p.also[stage], r)
		}
		if r.Group != "" && !r.Default {
			p.groups[r.Group] = true
		}
		wrong = append(wrong, e.runTests(r)...)
	}
	e.packs = append(e.packs, p)
	e.byID[f.ID] = p
	return errors.Join(wrong...)
}

// seal orders the packs and names the whole. The programmes belong to the base
// pack: who signs it signs them.
func (e *Engine) seal() {
	base := sha256.New()
	fmt.Fprintln(base, e.byID[policy.BasePack].hash)
	for _, p := range e.programmes {
		fmt.Fprintln(base, p.hash)
	}
	e.byID[policy.BasePack].hash = hex.EncodeToString(base.Sum(nil))
	slices.SortFunc(e.packs, func(a, b *Pack) int {
		if base := cmp.Compare(one(b.ID() == policy.BasePack), one(a.ID() == policy.BasePack)); base != 0 {
			return base
		}
		return strings.Compare(a.ID(), b.ID())
	})
	e.contact = contactOrder(e.packs)
	h := sha256.New()
	for _, p := range e.packs {
		fmt.Fprintln(h, p.ID(), p.hash)
	}
	fmt.Fprintln(h, e.actor)
	e.hash = hex.EncodeToString(h.Sum(nil)[:8])
}

// Hash names exactly what was loaded.
func (e *Engine) Hash() string { return e.hash }

// IDs returns the packs that are loaded, sorted.
func (e *Engine) IDs() []string {
	ids := make([]string, 0, len(e.packs))
	for _, p := range e.packs {
		ids = append(ids, p.ID())
	}
	sort.Strings(ids)
	return ids
}

// Pack returns a pack by its id, nil when there is none.
func (e *Engine) Pack(id string) *Pack { return e.byID[id] }

// Config returns what the policy is compiled from: the packs, the gate, the
// places, the programmes. The hosts are those of the models in use; see Places.
func (e *Engine) Config(hosts ...string) policy.Config {
	cfg := policy.Config{Gate: e, Places: e.Places(hosts...), Programmes: e, Clocks: e}
	for _, p := range e.packs {
		cfg.Packs = append(cfg.Packs, p)
	}
	return cfg
}

// Known returns an error that names the packs which are not loaded.
func (e *Engine) Known(packs []string) error {
	for _, id := range packs {
		if e.byID[id] == nil {
			return fmt.Errorf("pack %q does not exist; there are %s", id, strings.Join(e.IDs(), ", "))
		}
	}
	return nil
}

// ask prepares the facts of a decision.
func (e *Engine) ask(q *policy.Question) *asked {
	a, ok := e.spare.Get().(*asked)
	if !ok {
		a = &asked{}
	}
	a.s, a.q, a.actor, a.packs, a.counted, a.zone = e.schema, q, e.actor, e.byID, false, nil
	clear(a.done[:])
	if len(q.Zones) > 0 {
		a.zone = q.Zones[0]
	}
	return a
}

// forget gives a decision's cache back. Nothing of it may be used any more.
func (e *Engine) forget(a *asked) {
	a.q, a.given, a.only = nil, nil, false
	e.spare.Put(a)
}

// Judge implements policy.Pack: what each of the pack's rules says that is in
// force on the day. Contact is the gate's, over all packs at once.
func (p *Pack) Judge(q *policy.Question, list []policy.Judgement) []policy.Judgement {
	stages := stagesOf(q)
	n := 0
	for _, stage := range stages {
		n += len(p.rules[stage]) + len(p.also[stage])
	}
	if n == 0 {
		return list
	}
	a, on := p.engine.ask(q), ordinal(day(q), 0)
	defer p.engine.forget(a)
	list = slices.Grow(list, n)
	for _, stage := range stages {
		for _, r := range p.rules[stage] {
			if r.inForce(on) && r.about(q.Act) {
				list = append(list, r.judge(a))
			}
		}
		for _, r := range p.also[stage] {
			if r.inForce(on) && r.about(q.Act) {
				list = append(list, r.judgeIn(stage, a))
			}
		}
	}
	return list
}

func stagesOf(q *policy.Question) []string {
	switch q.Subject {
	case "say":
		return []string{StageSay, StageDisclose}
	case "offer":
		return []string{StageOffer}
	case "hold":
		return []string{StageHold}
	case "call":
		switch q.Call {
		case dialog.CallArrangementCreate:
			return []string{StageAccept}
		case dialog.CallCaseOpen:
			return []string{StageEscalate}
		}
	}
	return nil
}
