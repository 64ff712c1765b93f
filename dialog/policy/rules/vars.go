package rules

import (
	"math"
	"slices"
	"sort"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"warmline/dialog"
	"warmline/dialog/policy"
)

func yes(name, doc string, get func(*asked) bool) Variable {
	return Variable{Name: name, Kind: kindBool, Doc: doc, get: func(a *asked) ref.Val { return types.Bool(get(a)) }}
}

// commonVars are facts that any rule may turn on.
func commonVars() []Variable {
	return []Variable{
		{Name: "date", Kind: kindText, Doc: "the person's civil date, 2026-11-21", get: func(a *asked) ref.Val { return text(day(a.q).String()) }},
		{Name: "actor", Kind: kindText, Doc: "first_party (the lender itself) or third_party (somebody who collects for it)", get: func(a *asked) ref.Val { return known(a.actor) }},
		{Name: "channel", Kind: kindText, Doc: "web, telegram, sms, email, call, voicemail, visit, letter, work_email, public_post", get: func(a *asked) ref.Val { return known(a.q.Channel) }},
		{Name: "class", Kind: kindText, Doc: "COLLECTION, SERVICE, STATUTORY or CRISIS", get: func(a *asked) ref.Val { return known(a.q.Class) }},
		{Name: "act", Kind: kindText, Doc: "the act that would be said", get: func(a *asked) ref.Val { return text(a.q.Act) }},
		{Name: "form", Kind: kindText, Doc: "its form", get: func(a *asked) ref.Val { return text(a.q.Form) }},
		yes("initiated", "the lender begins: no answer to something just written", func(a *asked) bool { return a.q.Initiated }),
		{Name: "level", Kind: kindInt, Doc: "identity level of who reads, 0 to 3", get: func(a *asked) ref.Val { return integer(int(a.q.Level)) }},
		{Name: "holds", Kind: kindList, Doc: "holds that are on", get: holdsOf},
		{Name: "consents", Kind: kindList, Doc: "consents on record that were not taken back: night, telegram, marketing, cross_border, third_party …", get: consentsOf},
		{Name: "disclosed", Kind: kindList, Doc: "text ids of what this person has been shown", get: disclosedOf},
		{Name: "disclosed_since_due", Kind: kindList, Doc: "those shown since the overdue payment fell due", get: disclosedSinceDue},
	}
}

func known[T ~string](s T) ref.Val {
	if s == "" {
		return nil
	}
	return text(s)
}

func holdsOf(a *asked) ref.Val {
	if a.q.Conv == nil {
		return nil
	}
	var kinds []dialog.HoldKind
	for _, h := range a.q.Conv.Holds {
		if h.Active(a.q.At) {
			kinds = append(kinds, h.Kind)
		}
	}
	return list(kinds)
}

// consentsOf: what is not known to have been consented to was not.
func consentsOf(a *asked) ref.Val {
	var names []string
	if a.q.Facts != nil {
		for name, given := range a.q.Facts.Borrower.Consents {
			if given {
				names = append(names, name)
			}
		}
	}
	sort.Strings(names)
	return list(names)
}

func disclosedOf(a *asked) ref.Val {
	if a.q.Conv == nil {
		return nil
	}
	var ids []string
	for _, d := range a.q.Conv.Disclosed {
		ids = append(ids, d.Text)
	}
	return list(ids)
}

// disclosedSinceDue: what was shown before this payment was missed does not
// count for it.
func disclosedSinceDue(a *asked) ref.Val {
	if a.q.Conv == nil || a.q.Standing == nil || a.q.Standing.Account.Overdue.Due.IsZero() {
		return nil
	}
	due, zone := a.q.Standing.Account.Overdue.Due, time.UTC
	if a.zone != nil {
		zone = a.zone
	}
	var ids []string
	for _, d := range a.q.Conv.Disclosed {
		if !dialog.DateOf(d.At.In(zone)).Before(due) {
			ids = append(ids, d.Text)
		}
	}
	return list(ids)
}

// contactVars are facts about a message that the lender would begin with.
func contactVars() []Variable {
	return []Variable{
		yes("collecting", "class is COLLECTION and the lender begins", func(a *asked) bool {
			return a.q.Initiated && (a.q.Class == dialog.ClassCollection || a.q.Class == "")
		}),
		{Name: "local", Kind: kindClock, Zoned: true, Doc: "local time of day, in each plausible zone", get: func(a *asked) ref.Val {
			if a.zone == nil {
				return nil
			}
			l := a.q.At.In(a.zone)
			return integer(l.Hour()*3600 + l.Minute()*60 + l.Second())
		}},
		{Name: "weekday", Kind: kindInt, Zoned: true, Doc: "local day of the week, 0 is Sunday", get: func(a *asked) ref.Val {
			if a.zone == nil {
				return nil
			}
			return integer(int(a.q.At.In(a.zone).Weekday()))
		}},
		{Name: "recipient", Kind: kindText, Doc: "debtor, guarantor, spouse_in_debt, co_maker, attorney or third_person: ours is the debtor, unless somebody has said there that they are not", get: func(a *asked) ref.Val {
			if a.q.Conv == nil {
				return nil
			}
			return text(recipientOf(a.q.Conv, a.q))
		}},
		{Name: "contact_source", Kind: kindText, Doc: "where the contact point is from: contract, reserved, authorised, public_record, reserved_contact, credit_bureau, other", get: sourceOf},
		yes("linked", "the person has joined this channel to the account themselves", linkedOf),
		yes("stopped", "the person has opted out of this channel, of all but another, or of all", stoppedOf),
		yes("outside_hours", "outside the hours that the person named, in their own zone; of a wish that is being noted: it names hours", outsideOf),
		{Name: "unanswered", Kind: kindInt, Doc: "messages of ours since the person last wrote", get: func(a *asked) ref.Val {
			if a.q.Conv == nil {
				return nil
			}
			return integer(a.q.Conv.Unanswered)
		}},
		yes("performing", "an arrangement runs and is kept", performing),
		{Name: "dpd", Kind: kindInt, Doc: "days past due", get: dpdOf},
		yes("packs_known", "every pack that is named for this person is loaded", packsKnown),
	}
}

// sourceOf: the web is the wallet's own, and a Telegram chat was joined by the
// person; of the lender's other channels we do not know.
func sourceOf(a *asked) ref.Val {
	switch a.q.Channel {
	case dialog.ChannelWeb:
		return text("contract")
	case dialog.ChannelTelegram:
		return text("authorised")
	}
	return nil
}

func linkedOf(a *asked) bool {
	if a.q.Channel == dialog.ChannelWeb {
		return true
	}
	return a.q.Conv != nil && slices.ContainsFunc(a.q.Conv.Links, func(l dialog.Link) bool { return l.Channel == a.q.Channel })
}

func stoppedOf(a *asked) bool {
	if a.q.Conv == nil {
		return true
	}
	if _, all := a.q.Conv.Held(a.q.At, dialog.HoldCease); all {
		return true
	}
	p := a.q.Conv.Prefs
	return slices.Contains(p.Stopped, a.q.Channel) || p.Only != "" && p.Only != a.q.Channel
}

func outsideOf(a *asked) bool {
	switch {
	case a.q.Conv == nil || len(a.q.Zones) == 0:
		return true
	case a.q.Hold == policy.Wish:
		return a.q.Hours
	}
	return policy.OutsideHours(&a.q.Conv.Prefs, a.q.At, a.q.Zones[0])
}

func performing(a *asked) bool {
	if a.q.Standing == nil {
		return false
	}
	return slices.ContainsFunc(a.q.Standing.Arrangements, func(x dialog.Arrangement) bool {
		return x.Account == a.q.Standing.Account.Ref && x.Kind != dialog.ArrangementPromise && x.Status == dialog.ArrangementActive
	})
}

func dpdOf(a *asked) ref.Val {
	if a.q.Standing == nil || a.q.Standing.Account.Overdue.Due.IsZero() {
		return nil
	}
	return integer(max(0, day(a.q).Days(a.q.Standing.Account.Overdue.Due)))
}

func packsKnown(a *asked) bool {
	for _, id := range a.q.Packs {
		if a.packs[id] == nil {
			return false
		}
	}
	return len(a.q.Packs) > 0
}

// speechVars are facts about an act that would be said.
func speechVars() []Variable {
	return []Variable{
		yes("shows_debt", "it takes level 2 to read: it says something of an account", func(a *asked) bool { return a.q.Shows }),
		{Name: "options", Kind: kindList, Doc: "kinds of buttons below it: pay_now, plan, human …", get: optionsOf},
		{Name: "labels", Kind: kindList, Doc: "catalog labels of its card's rows and notes", get: labelsOf},
		yes("validation_open", "within the time in which a debt may be disputed after first notice", func(a *asked) bool {
			return a.q.Facts != nil && factOn(a.q.Facts, "validation.until", day(a.q))
		}),
		yes("legal_fact", "the lender's fact table holds an approved legal step", func(a *asked) bool { return factYes(a.q.Facts, "legal.action") }),
		yes("credit_fact", "the fact table says what is reported to a credit bureau, and when", func(a *asked) bool { return hasFact(a.q.Facts, "credit.report") }),
		yes("time_barred", "the debt is too old to sue for", func(a *asked) bool { return factYes(a.q.Facts, "time.barred") }),
	}
}

func optionsOf(a *asked) ref.Val {
	if a.q.Said == nil {
		return nil
	}
	kinds := make([]string, len(a.q.Said.Options))
	for i := range a.q.Said.Options {
		kinds[i] = head(a.q.Said.Options[i].ID)
	}
	return list(kinds)
}

func head(option string) string {
	for i := range len(option) {
		if option[i] == ':' {
			return option[:i]
		}
	}
	return option
}

func labelsOf(a *asked) ref.Val {
	if a.q.Said == nil {
		return nil
	}
	var names []string
	if c := a.q.Said.Card; c != nil {
		for _, r := range c.Rows {
			names = append(names, r.Label)
		}
		for _, n := range c.Notes {
			names = append(names, n.Label)
		}
	}
	return list(names)
}

func hasFact(f *dialog.Facts, key string) bool {
	if f == nil {
		return false
	}
	_, ok := f.Fact(key)
	return ok
}

func factYes(f *dialog.Facts, key string) bool {
	if f == nil {
		return false
	}
	e, ok := f.Fact(key)
	return ok && e.Value == "yes"
}

// factOn reports whether a dated fact has not yet passed.
func factOn(f *dialog.Facts, key string, on dialog.Date) bool {
	e, ok := f.Fact(key)
	return ok && !e.Date.Before(on)
}

// termVars are facts about terms: of an offer, or of what is being agreed to.
func termVars() []Variable {
	terms := func(get func(*asked, *dialog.Terms) ref.Val) func(*asked) ref.Val {
		return func(a *asked) ref.Val {
			if a.q.Terms == nil {
				return nil
			}
			return get(a, a.q.Terms)
		}
	}
	return []Variable{
		{Name: "kind", Kind: kindText, Doc: "plan, deferral, promise or partial", get: terms(func(_ *asked, t *dialog.Terms) ref.Val { return known(t.Kind) })},
		{Name: "count", Kind: kindInt, Doc: "number of payments", get: terms(func(_ *asked, t *dialog.Terms) ref.Val { return integer(len(t.Schedule)) })},
		{Name: "months", Kind: kindInt, Doc: "months until the last payment, begun ones whole", get: terms(months)},
		{Name: "first_days", Kind: kindInt, Doc: "days until the first payment", get: terms(func(a *asked, t *dialog.Terms) ref.Val {
			if len(t.Schedule) == 0 {
				return integer(0)
			}
			return integer(t.Schedule[0].Due.Days(day(a.q)))
		})},
		{Name: "apr", Kind: kindNumber, Doc: "effective yearly cost in percent", get: terms(func(_ *asked, t *dialog.Terms) ref.Val { return types.Double(float64(t.APR) / 100) })},
		{Name: "rate", Kind: kindNumber, Doc: "the same by the actuarial method: twelve times the monthly rate, in percent", get: terms(nominalOf)},
		{Name: "extra_cost", Kind: kindInt, Doc: "against paying today, in minor units", get: terms(func(_ *asked, t *dialog.Terms) ref.Val { return types.Int(t.ExtraCost.Minor) })},
		{Name: "fee_without_basis", Kind: kindBool, Doc: "the account carries a fee that names no clause", get: feeWithoutBasis},
		{Name: "seconds_read", Kind: kindInt, Doc: "seconds since the card was first shown", get: secondsRead},
		{Name: "over_budget", Kind: kindBool, Doc: "an instalment is more than the person said is left over in a month", get: overBudget},
	}
}

// nominalOf turns a yearly cost with compound interest into twelve times the
// monthly rate, to the hundredth that terms state it with.
func nominalOf(_ *asked, t *dialog.Terms) ref.Val {
	monthly := math.Pow(1+float64(t.APR)/10_000, 1.0/12) - 1
	return types.Double(math.Round(monthly*12*10_000) / 100)
}

func months(a *asked, t *dialog.Terms) ref.Val {
	if len(t.Schedule) == 0 {
		return integer(0)
	}
	from, last := day(a.q), t.Schedule[len(t.Schedule)-1].Due
	n := (last.Year-from.Year)*12 + int(last.Month-from.Month)
	if from.AddMonths(n, from.Day).Before(last) {
		n++
	}
	return integer(n)
}

func feeWithoutBasis(a *asked) ref.Val {
	if a.q.Standing == nil {
		return nil
	}
	for _, f := range a.q.Standing.Account.Overdue.Fees {
		if f.Kind != dialog.FeeLateInterest && f.Basis == "" && f.Amount.Minor > 0 {
			return types.True
		}
	}
	return types.False
}

// quoteTTL is how long terms stand where the programme does not say.
const quoteTTL = 24 * time.Hour

// secondsRead: a card of which it is not noted when it was shown was shown when
// its time began to run.
func secondsRead(a *asked) ref.Val {
	if a.q.Conv == nil || a.q.Conv.Talk.Quote == nil || a.q.Facts == nil {
		return nil
	}
	q := a.q.Conv.Talk.Quote
	shown := q.Shown
	if shown.IsZero() {
		ttl := a.q.Facts.Programme.QuoteTTL
		if ttl <= 0 {
			ttl = quoteTTL
		}
		shown = q.Expires.Add(-ttl)
	}
	return integer(int(a.q.At.Sub(shown) / time.Second))
}

// overBudget compares terms, or those on the table, with what a person said is
// left over. Without a stated budget nothing is over it.
func overBudget(a *asked) ref.Val {
	if a.q.Conv == nil {
		return nil
	}
	b, terms := a.q.Conv.Talk.Budget, a.q.Terms
	if _, stated := policy.Surplus(b); !stated {
		return types.False
	}
	if terms == nil {
		if a.q.Conv.Talk.Quote == nil {
			return nil
		}
		terms = &a.q.Conv.Talk.Quote.Offer.Terms
	}
	return types.Bool(policy.OverBudget(b, terms))
}

// caseVars are facts about holds, cases, refusals and what is kept.
func caseVars() []Variable {
	return []Variable{
		{Name: "hold", Kind: kindText, Doc: "the hold that is being put on; wish when a channel or hours are closed, told when the person tells what has happened", get: func(a *asked) ref.Val { return known(a.q.Hold) }},
		{Name: "told", Kind: kindText, Doc: "what the person has just told, or for which collection rests: illness, job_loss, disaster …; empty: nothing", get: toldOf},
		{Name: "case", Kind: kindText, Doc: "the case that is being opened: complaint, dispute, fraud …", get: func(a *asked) ref.Val { return known(a.q.Case) }},
		{Name: "record", Kind: kindText, Doc: "of what is to be erased: chat, recording, oral_plan, journal, network_log, health_words", get: func(*asked) ref.Val { return nil }},
		{Name: "age_days", Kind: kindInt, Doc: "days since it was made, or since the last collection act", get: func(*asked) ref.Val { return nil }},
		{Name: "settled", Kind: kindBool, Doc: "the debt is settled", get: func(*asked) ref.Val { return nil }},
		{Name: "requested", Kind: kindBool, Doc: "the person asked for it to be erased", get: func(*asked) ref.Val { return nil }},
		{Name: "legal_hold", Kind: kindBool, Doc: "it is needed as evidence", get: func(*asked) ref.Val { return nil }},
	}
}

func toldOf(a *asked) ref.Val {
	if a.q.Told == "" && a.q.Subject == "contact" && a.q.Conv != nil {
		return text(a.q.Conv.Resting(a.q.At))
	}
	return text(a.q.Told)
}

var _ policy.Gate = (*Engine)(nil)
