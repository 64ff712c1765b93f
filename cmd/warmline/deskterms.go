package main

import (
	"slices"
	"time"
	"unicode/utf16"

	"warmline/bot/phrase/format"
	"warmline/channels/desk"
	"warmline/dialog"
	"warmline/dialog/loan"
	"warmline/dialog/policy"
	"warmline/dialog/policy/review"
	"warmline/dialog/policy/rules"
	"warmline/prompts"
)

// deskTerms is the policy layer as the desk asks it: the rules that decide at
// that moment.
type deskTerms struct{ now func() policy.Rules }

// standing is what offers depend on, of the account that a chat is about.
func standing(r policy.Rules, c dialog.Conversation, f dialog.Facts, at time.Time) policy.Standing {
	a, found := f.Account(c.Talk.Account)
	if !found && len(f.Accounts) > 0 {
		a = f.Accounts[0]
	}
	return policy.StandingOf(&c, &f, a, at, r.Zone(c.Zone, c.Packs))
}

// Eligible implements desk.Terms.
func (t deskTerms) Eligible(c dialog.Conversation, f dialog.Facts, at time.Time) desk.Eligible {
	e := desk.Eligible{Owed: map[string]desk.Owed{}}
	if len(f.Accounts) == 0 {
		return e
	}
	r := t.now()
	s := standing(r, c, f, at)
	e.Offers, e.Limits = r.Offers(&s)
	for _, a := range f.Accounts {
		o := loan.Owed(a, s.Today)
		e.Owed[a.Ref] = desk.Owed{Principal: o.Principal, Interest: o.Interest, Fees: o.Fees, Late: o.Late, Total: o.Total, Days: o.DaysLate}
	}
	return e
}

// Price implements desk.Terms.
func (t deskTerms) Price(c dialog.Conversation, f dialog.Facts, at time.Time, option string) (dialog.Offer, bool) {
	if len(f.Accounts) == 0 {
		return dialog.Offer{}, false
	}
	r := t.now()
	s := standing(r, c, f, at)
	return r.Price(&s, option)
}

// Authority implements desk.Terms.
func (t deskTerms) Authority(role string) desk.Authority {
	roles := policy.Roles()
	i := slices.IndexFunc(roles, func(r policy.Role) bool { return r.Name == role })
	r := roles[max(0, i)]
	return desk.Authority{HoldDays: r.HoldDays, DeferDays: r.DeferDays, PlanCount: r.PlanCount, Token: r.Token, Waiver: r.Waiver}
}

// deskRulebook tells the rules of the packs that decide at that moment.
type deskRulebook struct{ now func() *rules.Engine }

// Statement implements desk.Rulebook. A text that the language lacks is given
// in English.
func (b deskRulebook) Statement(rule string, l dialog.Locale) string {
	packs := b.now()
	for _, id := range packs.IDs() {
		for _, r := range packs.Pack(id).File.Rules {
			if r.ID != rule {
				continue
			}
			if text := r.Statement[string(l.Language())]; text != "" {
				return text
			}
			return r.Statement["en"]
		}
	}
	return ""
}

// Clock implements desk.Rulebook: the ends of the days that the rules name.
func (b deskRulebook) Clock(packs []string, kind dialog.CaseKind, opened time.Time, zone string) (warn, due time.Time, ok bool) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	c, ok := b.now().Clock(packs, kind, dialog.DateOf(opened.In(loc)))
	if !ok || c.Due.IsZero() {
		return warn, due, false
	}
	return c.Warn.In(loc), c.Due.AddDays(1).In(loc), true
}

// deskWords gives the desk its catalog words.
type deskWords struct{ set *prompts.Set }

// Label implements desk.Words.
func (w deskWords) Label(l dialog.Locale, key string) string {
	catalog := w.set.Catalog(l)
	if catalog == nil {
		return ""
	}
	words, _ := catalog.Label(key)
	return words
}

// Labels implements desk.Words.
func (w deskWords) Labels(l dialog.Locale, group string) map[string]string {
	catalog := w.set.Catalog(l)
	if catalog == nil {
		return nil
	}
	return catalog.Labels(group)
}

// deskFormat writes values for the desk.
type deskFormat struct{ set *prompts.Set }

func deskFormatter(l dialog.Locale, zone string, now time.Time) format.Formatter {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return format.New(l, loc, "").At(now)
}

// Value implements desk.Format. A label value is its catalog's word.
func (f deskFormat) Value(v dialog.Value, l dialog.Locale, zone string, now time.Time) string {
	if v.Kind == dialog.ValueLabel {
		return deskWords(f).Label(l, v.Text)
	}
	return deskFormatter(l, zone, now).Value(v)
}

// Moment implements desk.Format.
func (f deskFormat) Moment(t time.Time, l dialog.Locale, zone string) (day, clock string) {
	w := deskFormatter(l, zone, t)
	return w.Time(t, format.DayOnly), w.Time(t, format.Plain)
}

// Schedule implements desk.Format.
func (f deskFormat) Schedule(t dialog.Terms, l dialog.Locale, zone string, now time.Time) string {
	if len(t.Schedule) == 0 {
		return ""
	}
	w := deskFormatter(l, zone, now)
	last := t.Schedule[len(t.Schedule)-1]
	if len(t.Schedule) == 1 {
		return w.Date(last.Due, format.Full) + " · " + w.Value(dialog.MoneyValue(last.Amount))
	}
	return w.Value(dialog.InstalmentsValue(t.Schedule)) + " · " + w.Date(last.Due, format.Full)
}

// deskConduct reviews what people at the desk write to borrowers.
type deskConduct struct{ reviewer *review.Reviewer }

// Check implements desk.Conduct: how it is said, and whether its figures are
// the account's.
func (d deskConduct) Check(draft desk.Draft) []desk.Finding {
	findings := []desk.Finding{}
	for _, f := range d.reviewer.Agent(review.AgentDraft{Language: string(draft.Locale), Text: draft.Text, Level: dialog.LevelBorrower, Facts: draft.Facts}) {
		severity, kind := agentSeverity(f.Family)
		// How a whole text sounds is too uncertain to hold against a person.
		if severity == "" || !f.Hard && f.Start == 0 && f.End == len(draft.Text) {
			continue
		}
		if !f.Hard {
			severity = "soft"
		}
		text := d.reviewer.Rules()[f.Rule].Text[string(draft.Lang.Language())]
		findings = append(findings, desk.Finding{Rule: f.Rule, Family: kind, Severity: severity, From: unitsAt(draft.Text, f.Start),
			To: unitsAt(draft.Text, f.End), Quote: draft.Text[f.Start:f.End], Text: text})
	}
	return findings
}

// agentSeverity says how a family counts against a person: what is never said
// by anybody is refused; tone is advice. A person may say that they are one.
func agentSeverity(f review.Family) (severity, kind string) {
	switch f {
	case review.Threat, review.Shaming, review.ContactRelatives, review.FalseLegal, review.FalseAuthority, review.FalseCredit,
		review.DeceptiveConsequence, review.Harassment, review.BorrowToRepay, review.CrisisUnsafe:
		return "hard", "conduct"
	case review.DeceptiveUrgency, review.Pressure, review.BlameMoralise, review.UpsellCredit:
		return "soft", "conduct"
	case review.OverPromise:
		return "soft", "truth"
	case review.DigitLeak:
		return "hard", "slots"
	}
	return "", ""
}

// unitsAt turns a place in bytes into one in UTF-16 units, as browsers count.
func unitsAt(text string, at int) int { return len(utf16.Encode([]rune(text[:at]))) }
