package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"github.com/goccy/go-yaml"

	"warmline/dialog"
	"warmline/dialog/loan"
	"warmline/dialog/policy"
)

// ProgrammeFile is what we are willing to offer, as it is written. It narrows
// what the lender's core states for an account and never widens it.
type ProgrammeFile struct {
	ID       string            `yaml:"id"`
	Version  string            `yaml:"version"`
	Title    map[string]string `yaml:"title"`
	From     dialog.Date       `yaml:"effective_from"`
	To       dialog.Date       `yaml:"effective_to"` // excluded
	Eligible string            `yaml:"eligible"`     // CEL over the account
	Offers   []OfferFile       `yaml:"offers"`
	// Authority is what takes a human, and how far each role may go: what is not
	// named here is as far as the roles that ship go, never further.
	Authority []AuthorityFile `yaml:"authority"`
}

// AuthorityFile is what a role may grant on an account of the programme.
type AuthorityFile struct {
	Role      string `yaml:"role"`       // agent, supervisor; "" is anybody at the desk
	HoldDays  int    `yaml:"hold_days"`  // of a pause
	DeferDays int    `yaml:"defer_days"` // of a deferral beyond the bot's
	PlanCount int    `yaml:"plan_count"` // payments of a plan beyond the bot's
	Token     bool   `yaml:"token"`      // token payments
	Waiver    bool   `yaml:"waiver"`     // of late interest
}

// OfferFile is one way out of a programme.
type OfferFile struct {
	Offer         dialog.OfferKind `yaml:"offer"`
	When          string           `yaml:"when"` // CEL; always when empty
	Counts        []int            `yaml:"counts"`
	MaxCount      int              `yaml:"max_count"`
	MinInstalment string           `yaml:"min_instalment"` // decimal in the account's currency
	MaxDays       int              `yaml:"max_days"`
	CooldownDays  int              `yaml:"cooldown_days"`
	Moves         *int             `yaml:"moves"`
	Interest      string           `yaml:"interest"` // of plans: frozen, contract, contract_principal; only where the lender treats it so
}

// Programme is a compiled programme.
type Programme struct {
	File     ProgrammeFile
	hash     string
	eligible cel.Program
	offers   []cel.Program // nil: always
}

var _ policy.Programmes = (*Engine)(nil)

// programmeVars are what eligibility may turn on: the account, and nothing that
// a person said or felt.
func programmeEnv() (*cel.Env, error) {
	return cel.NewEnv(cel.ClearMacros(), cel.ParserExpressionSizeLimit(maxLength), cel.ParserRecursionLimit(maxDepth),
		cel.Variable("dpd", cel.IntType), cel.Variable("owed", cel.DoubleType), cel.Variable("principal", cel.DoubleType),
		cel.Variable("not_yet_due", cel.DoubleType), cel.Variable("currency", cel.StringType),
		cel.Variable("product", cel.StringType), cel.Variable("broken_plans", cel.IntType),
		cel.Variable("deferrals_year", cel.IntType), cel.Variable("programme", cel.StringType))
}

func (e *Engine) loadProgrammes(files fs.FS) error {
	names, err := fs.Glob(files, "programmes/*.yaml")
	if err != nil {
		return err
	}
	env, err := programmeEnv()
	if err != nil {
		return err
	}
	var wrong []error
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err == nil {
			err = e.addProgramme(env, raw)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}

func (e *Engine) addProgramme(env *cel.Env, raw []byte) error {
	var f ProgrammeFile
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if f.ID == "" || f.Version == "" || f.Title["en"] == "" || len(f.Offers) == 0 {
		return errors.New("expected id, version, title and offers")
	}
	sum := sha256.Sum256(raw)
	p := &Programme{File: f, hash: hex.EncodeToString(sum[:])}
	var err error
	if p.eligible, err = condition(env, f.Eligible); err != nil {
		return fmt.Errorf("eligible: %w", err)
	}
	for i, o := range f.Offers {
		prg, err := condition(env, o.When)
		if err != nil {
			return fmt.Errorf("offer %d: %w", i+1, err)
		}
		if !slices.Contains([]string{"", "frozen", "contract", "contract_principal"}, o.Interest) {
			return fmt.Errorf("offer %d: interest %q: expected frozen, contract or contract_principal", i+1, o.Interest)
		}
		p.offers = append(p.offers, prg)
	}
	e.programmes = append(e.programmes, p)
	return nil
}

func condition(env *cel.Env, text string) (cel.Program, error) {
	if text == "" {
		return nil, nil
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("expected yes or no, got %s", ast.OutputType())
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

// Shape implements policy.Programmes: the lender's programme for an account,
// narrowed to what the first eligible programme of ours allows. Where none is
// eligible nothing that takes time is on offer: a payment today, and a person.
func (e *Engine) Shape(s *policy.Standing) dialog.Programme {
	if len(e.programmes) == 0 {
		return s.Programme
	}
	vars := programmeFacts(s)
	for _, p := range e.programmes {
		if p.inForce(s.Today) && met(p.eligible, vars) {
			return p.narrow(s, vars)
		}
	}
	none := s.Programme
	none.Plans, none.Deferral.MaxDays, none.Promise = nil, 0, dialog.PromiseTerms{}
	return none
}

// Authority implements policy.Programmes: that of the programme that counts. Where
// no programme is eligible a human's authority is not narrowed: a person looks.
func (e *Engine) Authority(s *policy.Standing, role string) (policy.Role, bool) {
	if len(e.programmes) == 0 {
		return policy.Role{}, false
	}
	vars := programmeFacts(s)
	for _, p := range e.programmes {
		if !p.inForce(s.Today) || !met(p.eligible, vars) {
			continue
		}
		for _, a := range p.File.Authority {
			if a.Role == role {
				return policy.Role{Name: role, HoldDays: a.HoldDays, DeferDays: a.DeferDays, PlanCount: a.PlanCount, Token: a.Token, Waiver: a.Waiver}, true
			}
		}
		return policy.Role{}, false
	}
	return policy.Role{}, false
}

// Programmes returns the programmes as they are written, in the order in which
// they are tried.
func (e *Engine) Programmes() []ProgrammeFile {
	list := make([]ProgrammeFile, 0, len(e.programmes))
	for _, p := range e.programmes {
		list = append(list, p.File)
	}
	return list
}

func (p *Programme) inForce(on dialog.Date) bool {
	return ordinal(p.File.From, 0) <= ordinal(on, 0) && ordinal(on, 0) < ordinal(p.File.To, 99999999)
}

func met(prg cel.Program, vars map[string]any) bool {
	if prg == nil {
		return true
	}
	out, _, err := prg.Eval(vars)
	return err == nil && out == types.True
}

func programmeFacts(s *policy.Standing) map[string]any {
	owed := loan.Owed(s.Account, s.Today)
	dpd := 0
	if !s.Account.Overdue.Due.IsZero() {
		dpd = max(0, s.Today.Days(s.Account.Overdue.Due))
	}
	broken, deferrals := 0, 0
	for _, a := range s.Arrangements {
		broken += one(a.Kind == dialog.ArrangementPlan && a.Status == dialog.ArrangementBroken)
		deferrals += one(a.Kind == dialog.ArrangementDeferral && a.Status != dialog.ArrangementRejected &&
			a.Status != dialog.ArrangementCancelled && s.Today.Days(dialog.DateOf(a.Created.In(s.Zone))) < 365)
	}
	return map[string]any{"dpd": dpd, "owed": major(owed.Total), "principal": major(owed.Principal),
		"not_yet_due": major(s.Account.NotYetDue), "currency": string(s.Account.Currency), "product": s.Account.Product,
		"broken_plans": broken, "deferrals_year": deferrals, "programme": s.Programme.ID}
}

// major is a sum in whole units, for comparison only.
func major(m dialog.Money) float64 {
	f := float64(m.Minor)
	for range m.Currency.Digits() {
		f /= 10
	}
	return f
}

// narrow leaves of the lender's programme what ours allows too.
func (p *Programme) narrow(s *policy.Standing, vars map[string]any) dialog.Programme {
	out := s.Programme
	allowed := map[dialog.OfferKind]bool{}
	for i := range p.File.Offers {
		o := &p.File.Offers[i]
		if allowed[o.Offer] || !met(p.offers[i], vars) {
			continue
		}
		allowed[o.Offer] = true
		o.tighten(&out, s)
	}
	if !allowed[dialog.OfferPlan] {
		out.Plans = nil
	}
	if !allowed[dialog.OfferDeferral] {
		out.Deferral.MaxDays = 0
	}
	if !allowed[dialog.OfferPromise] {
		out.Promise = dialog.PromiseTerms{}
	}
	return out
}

func (o *OfferFile) tighten(out *dialog.Programme, s *policy.Standing) {
	switch o.Offer {
	case dialog.OfferPlan:
		out.Plans = slices.DeleteFunc(slices.Clone(out.Plans), func(n int) bool {
			return o.Interest != "" && o.Interest != orElse(out.PlanInterest, "frozen") || o.MaxCount > 0 && n > o.MaxCount || len(o.Counts) > 0 && !slices.Contains(o.Counts, n)
		})
		if m, err := dialog.ParseMoney(o.MinInstalment, s.Account.Currency); err == nil && m.Minor > out.MinInstalment.Minor {
			out.MinInstalment = m
		}
	case dialog.OfferDeferral:
		if o.MaxDays > 0 {
			out.Deferral.MaxDays = min(out.Deferral.MaxDays, o.MaxDays)
		}
		out.Deferral.CooldownDays = max(out.Deferral.CooldownDays, o.CooldownDays)
	case dialog.OfferPromise:
		if o.MaxDays > 0 {
			out.Promise.FreezeDays = min(out.Promise.FreezeDays, o.MaxDays)
		}
		if o.Moves != nil {
			out.Promise.Moves = min(out.Promise.Moves, *o.Moves)
		}
	}
}
