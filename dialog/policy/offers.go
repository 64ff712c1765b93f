package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// Standing is everything that the eligible set depends on: the account, what
// the lender offers it, what already runs, and holds. There is no place in it
// for what a person said, felt or insisted on (I3).
type Standing struct {
	Account      dialog.Account
	Programme    dialog.Programme
	Arrangements []dialog.Arrangement
	Holds        []dialog.Hold
	Submitted    bool                 // an arrangement is at the lender, unanswered
	Promise      *dialog.PromiseState // the live promise
	Packs        []string
	Now          time.Time
	Today        dialog.Date // in the person's zone
	Zone         *time.Location
	shaped       bool // the programme is already what counts
}

// StandingOf takes from a conversation and the facts what a Standing may hold.
func StandingOf(c *dialog.Conversation, f *dialog.Facts, a dialog.Account, now time.Time, zone *time.Location) Standing {
	s := Standing{Account: a, Programme: f.Programme, Arrangements: f.Arrangements, Holds: c.Holds,
		Promise: c.Promise, Packs: c.Packs, Now: now, Today: dialog.DateOf(now.In(zone)), Zone: zone}
	if len(s.Packs) == 0 {
		s.Packs = f.Borrower.Packs
	}
	for _, call := range c.Calls {
		s.Submitted = s.Submitted || call.Kind == dialog.CallArrangementCreate
	}
	return s
}

// running returns the plan or deferral that is active or pending on the account.
func (s *Standing) running() (dialog.Arrangement, bool) {
	for _, a := range s.Arrangements {
		if a.Account == s.Account.Ref && a.Kind != dialog.ArrangementPromise &&
			(a.Status == dialog.ArrangementActive || a.Status == dialog.ArrangementPending) {
			return a, true
		}
	}
	return dialog.Arrangement{}, false
}

// cooling reports whether an earlier deferral is too recent for another: one
// that was rejected or taken back does not count.
func (s *Standing) cooling() bool {
	for _, a := range s.Arrangements {
		if a.Account != s.Account.Ref || a.Kind != dialog.ArrangementDeferral ||
			a.Status == dialog.ArrangementRejected || a.Status == dialog.ArrangementCancelled {
			continue
		}
		if s.Today.Days(dialog.DateOf(a.Created.In(s.Zone))) < s.Programme.Deferral.CooldownDays {
			return true
		}
	}
	return false
}

// Offers returns the eligible set in the policy's order (plans by number,
// deferral, promise, partial) and the limits around it. Scripts may leave
// members out or put them in another order, never add one.
func (r Rules) Offers(s *Standing) ([]dialog.Offer, dialog.Limits) {
	s = r.shape(s)
	lim := r.limits(s)
	if lim.AskForbidden != "" || loan.Owed(s.Account, s.Today).Total.Minor <= 0 {
		return nil, lim
	}
	plans := r.plans(s, &lim.Ruled)
	for _, o := range plans {
		lim.PlanCounts = append(lim.PlanCounts, len(o.Terms.Schedule))
	}
	if len(plans) == 0 && lim.PlanBlocked == "" {
		lim.PlanBlocked = KOffer
	}
	if _, busy := s.running(); busy || s.Submitted {
		return nil, lim
	}
	offers := plans
	if lim.MaxDeferDays > 0 {
		if o, ok := r.deferral(s, lim.MaxDeferDays, &lim.Ruled); ok {
			offers = append(offers, o)
		}
	}
	if s.mayPromise(lim) {
		if o, ok := r.promise(s, lim.PromiseLatest, dialog.Money{}); ok {
			o.Option = "promise"
			offers = append(offers, o)
		}
	}
	if o, ok := r.partial(s, lim.PartialMin); ok {
		o.Option = "partial"
		offers = append(offers, o)
	}
	return offers, lim
}

// Forbids returns the first active hold under which nothing may be offered, not
// even to who asks for it; "" when there is none.
func (r Rules) Forbids(holds []dialog.Hold, now time.Time) dialog.HoldKind {
	for _, h := range holds {
		own := h.Kind == dialog.HoldHardship && h.Reason == dialog.HeldBySaying
		if h.Active(now) && r.k.holds[h.Kind].offers && !own {
			return h.Kind
		}
	}
	return ""
}

// shape narrows the lender's programme to ours.
func (r Rules) shape(s *Standing) *Standing {
	if r.k.cfg.Programmes == nil || s.shaped {
		return s
	}
	narrow := *s
	narrow.Programme = r.k.cfg.Programmes.Shape(s)
	narrow.shaped = true
	return &narrow
}

// limits are the bounds without the offers.
func (r Rules) limits(s *Standing) dialog.Limits {
	p := s.Programme
	lim := dialog.Limits{MinInstalment: p.MinInstalment, CooldownDays: p.Deferral.CooldownDays,
		MaxDeferDays: p.Deferral.MaxDays, WaiverReview: p.WaiverReview, PartialMin: s.partialMin(),
		PromiseMoves: p.Promise.Moves, PromiseLatest: s.Today.AddDays(p.Promise.FreezeDays)}
	if s.Promise != nil {
		lim.PromiseMoves = max(0, p.Promise.Moves-s.Promise.Moves)
		if made := s.Promise.Made; !made.IsZero() {
			lim.PromiseLatest = made.AddDays(p.Promise.FreezeDays)
		}
	}
	if kind := r.Forbids(s.Holds, s.Now); kind != "" {
		lim.AskForbidden, lim.PlanBlocked, lim.DeferBlocked, lim.MaxDeferDays = kind, KHold, KHold, 0
	} else if _, busy := s.running(); busy || s.Submitted {
		lim.DeferBlocked, lim.MaxDeferDays = KOffer, 0
	} else if s.cooling() {
		lim.DeferBlocked, lim.MaxDeferDays = KOffer, 0
	} else if p.Deferral.MaxDays < 1 {
		lim.DeferBlocked = KOffer
	}
	r.placeLimits(&lim, s)
	return lim
}

func (r Rules) placeLimits(lim *dialog.Limits, s *Standing) {
	lim.CrisisLine, lim.Emergency = r.Lines(s.Packs, s.Today)
	for _, pack := range s.Packs {
		place, ok := r.place(pack)
		if !ok {
			continue
		}
		lim.CostTable = lim.CostTable || place.CostTable
		lim.ReadSeconds = max(lim.ReadSeconds, place.ReadSecs)
		if lim.DebtAdvice == nil && place.DebtAdvice != nil {
			lim.DebtAdvice = place.DebtAdvice
		}
	}
}

// partialMin is the least part that may be paid: the programme's, else one
// major unit.
func (s *Standing) partialMin() dialog.Money {
	if !s.Programme.PartialMin.Zero() {
		return s.Programme.PartialMin
	}
	one := int64(1)
	for range s.Account.Currency.Digits() {
		one *= 10
	}
	return dialog.NewMoney(one, s.Account.Currency)
}

// Price returns the exact terms of an option if the policy allows it: "plan:6",
// "defer:10", "promise:2026-12-02", "partial:300.00", and the bare ids of the
// eligible set. While a plan or deferral runs only plans are priced, for a
// change of it.
func (r Rules) Price(s *Standing, option string) (dialog.Offer, bool) {
	s = r.shape(s)
	if s.Submitted {
		return dialog.Offer{}, false
	}
	if r.Forbids(s.Holds, s.Now) != "" {
		return dialog.Offer{}, false
	}
	kind, arg, _ := strings.Cut(option, ":")
	if kind == "plan" {
		n, err := strconv.Atoi(arg)
		if err != nil {
			return dialog.Offer{}, false
		}
		return r.plan(s, n, nil)
	}
	if _, busy := s.running(); busy {
		return dialog.Offer{}, false
	}
	switch lim := r.limits(s); kind {
	case "defer":
		days, err := strconv.Atoi(arg)
		if err != nil || days < 1 || days > lim.MaxDeferDays {
			return dialog.Offer{}, false
		}
		return r.deferral(s, days, nil)
	case "promise":
		return r.pricePromise(s, lim, arg)
	case "partial":
		return r.pricePartial(s, lim, arg)
	}
	return dialog.Offer{}, false
}

func (r Rules) pricePromise(s *Standing, lim dialog.Limits, arg string) (dialog.Offer, bool) {
	date, amount := lim.PromiseLatest, dialog.Money{}
	if arg != "" {
		day, sum, _ := strings.Cut(arg, ":")
		d, err := dialog.ParseDate(day)
		if err != nil {
			return dialog.Offer{}, false
		}
		date = d
		if sum != "" {
			if amount, err = dialog.ParseMoney(sum, s.Account.Currency); err != nil {
				return dialog.Offer{}, false
			}
		}
	}
	if !s.mayPromise(lim) {
		return dialog.Offer{}, false
	}
	return r.promise(s, date, amount)
}

func (r Rules) pricePartial(s *Standing, lim dialog.Limits, arg string) (dialog.Offer, bool) {
	if arg == "" {
		return r.partial(s, lim.PartialMin)
	}
	amount, err := dialog.ParseMoney(arg, s.Account.Currency)
	if err != nil || amount.Minor < lim.PartialMin.Minor {
		return dialog.Offer{}, false
	}
	return r.partial(s, amount)
}

func (r Rules) plans(s *Standing, ruled *[]dialog.Fired) []dialog.Offer {
	counts := slices.Clone(s.Programme.Plans)
	slices.Sort(counts)
	offers := make([]dialog.Offer, 0, len(counts)+3)
	for _, n := range slices.Compact(counts) {
		if o, ok := r.plan(s, n, ruled); ok {
			offers = append(offers, o)
		}
	}
	return offers
}

func (r Rules) plan(s *Standing, n int, ruled *[]dialog.Fired) (dialog.Offer, bool) {
	if !slices.Contains(s.Programme.Plans, n) {
		return dialog.Offer{}, false
	}
	t, err := loan.Plan(s.Account, s.Programme, s.Today, n)
	if err != nil {
		return dialog.Offer{}, false
	}
	for _, i := range t.Schedule {
		if i.Amount.Minor < s.Programme.MinInstalment.Minor {
			return dialog.Offer{}, false
		}
	}
	return r.offer(s, "plan:"+strconv.Itoa(n), t, ruled)
}

func (r Rules) deferral(s *Standing, days int, ruled *[]dialog.Fired) (dialog.Offer, bool) {
	t, err := loan.Defer(s.Account, s.Programme, s.Today, days)
	if err != nil {
		return dialog.Offer{}, false
	}
	return r.offer(s, "defer:"+strconv.Itoa(days), t, ruled)
}

// mayPromise: a first promise is no move; a live one may be moved while moves
// are left.
func (s *Standing) mayPromise(lim dialog.Limits) bool {
	return s.Promise == nil || lim.PromiseMoves > 0
}

// promise allows a date while late interest stands still for it: the wait costs
// nothing. A zero amount is the whole sum.
func (r Rules) promise(s *Standing, date dialog.Date, amount dialog.Money) (dialog.Offer, bool) {
	if date.Before(s.Today) || date.Days(s.Today) > promiseDays {
		return dialog.Offer{}, false
	}
	t, err := loan.Promise(s.Account, s.Programme, s.Today, date, amount)
	if err != nil {
		return dialog.Offer{}, false
	}
	option := "promise:" + date.String()
	if !amount.Zero() {
		option += ":" + amount.Decimal()
	}
	return r.offer(s, option, t, nil)
}

// promiseDays is the furthest day that a promise may name; past the programme's
// freeze late interest counts, and the terms say so.
const promiseDays = 31

func (r Rules) partial(s *Standing, amount dialog.Money) (dialog.Offer, bool) {
	t, err := loan.Partial(s.Account, s.Today, amount)
	if err != nil {
		return dialog.Offer{}, false
	}
	return r.offer(s, "partial:"+amount.Decimal(), t, nil)
}

// offer asks the packs about exact terms; one that any of them stops is not
// eligible, and what stopped it is added to ruled, unless that is nil.
func (r Rules) offer(s *Standing, option string, t dialog.Terms, ruled *[]dialog.Fired) (dialog.Offer, bool) {
	if len(r.k.cfg.Packs) == 0 {
		return dialog.Offer{Option: option, Terms: t}, true
	}
	b := r.k.bench()
	defer r.k.clear(b)
	b.terms = t
	b.q = Question{Subject: "offer", Terms: &b.terms, Standing: s, At: s.Now}
	r.ask(b, s.Packs)
	v := Verdict{Looked: b.fired[:0]}
	v.take(b.list)
	b.fired = v.Looked
	o := dialog.Offer{Option: option, Terms: t, Rules: make([]string, 0, len(v.Looked))}
	for i := range v.Looked {
		o.Rules = append(o.Rules, v.Looked[i].Rule)
	}
	if !v.Allowed() && ruled != nil {
		for _, f := range v.Looked {
			if f.Outcome != string(Allow) && !slices.Contains(*ruled, f) {
				*ruled = append(*ruled, f)
			}
		}
	}
	return o, v.Allowed()
}

// SameTerms reports whether two terms ask for exactly the same.
func SameTerms(a, b dialog.Terms) bool {
	return a.Kind == b.Kind && a.Account == b.Account && a.Total == b.Total && a.Now == b.Now &&
		a.ExtraCost == b.ExtraCost && a.Days == b.Days && a.LatePaused == b.LatePaused &&
		a.APR == b.APR && a.DebitPaused == b.DebitPaused &&
		slices.Equal(a.Schedule, b.Schedule) && slices.Equal(a.AlsoDue, b.AlsoDue)
}
