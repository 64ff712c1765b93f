package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"warmline/dialog"
)

// findings reviews what somebody is about to write to a borrower: how, and
// whether its figures are the account's.
func (s *Server) findings(ctx context.Context, who *caller, c dialog.Conversation, text string) []Finding {
	d := Draft{Text: text, Locale: orLocale(c.Locale), Lang: who.locale()}
	if level, _ := bestLevel(c, s.opts.Now()); level >= dialog.LevelBorrower {
		if f, err := s.factsOf(ctx, c); err == nil {
			d.Facts = s.figures(c, f)
		}
	}
	found := list(s.opts.Conduct.Check(d))
	for _, sp := range secrets(text) {
		if sp.Kind != "phone" {
			found = append(found, Finding{Rule: "secret", Family: "slots", Severity: "hard", From: sp.From, To: sp.To,
				Text: s.word(d.Lang, "desk_rule.secret", "no card or identity numbers in a chat")})
		}
	}
	return found
}

func orLocale(l dialog.Locale) dialog.Locale {
	if l.Valid() {
		return l
	}
	return dialog.EnGB
}

// figures are the sums and dates that may stand in an agent's text: those of
// the account, of its arrangements and of what the policy offers.
func (s *Server) figures(c dialog.Conversation, f dialog.Facts) []dialog.Value {
	var values []dialog.Value
	schedule := func(list []dialog.Instalment) {
		for _, i := range list {
			values = append(values, dialog.MoneyValue(i.Amount), dialog.DateValue(i.Due))
		}
	}
	money := func(sums ...dialog.Money) {
		for _, m := range sums {
			if m.Minor != 0 {
				values = append(values, dialog.MoneyValue(m))
			}
		}
	}
	e := s.opts.Terms.Eligible(c, f, s.opts.Now())
	for _, a := range f.Accounts {
		o := e.Owed[a.Ref]
		money(o.Principal, o.Interest, o.Fees, o.Late, o.Total, a.NotYetDue, a.NextDueAmount)
		values = append(values, dialog.DateValue(a.Overdue.Due), dialog.DateValue(a.NextDue), dialog.CountValue(o.Days))
	}
	for _, a := range f.Arrangements {
		money(a.Total, a.Paid)
		schedule(a.Schedule)
	}
	for _, p := range f.Payments {
		money(p.Amount)
		values = append(values, dialog.DateValue(dialog.DateOf(p.At)))
	}
	offers := e.Offers
	if c.Talk.Quote != nil {
		offers = append(slices.Clone(offers), c.Talk.Quote.Offer)
	}
	for _, o := range offers {
		money(o.Terms.Total, o.Terms.Now, o.Terms.ExtraCost)
		schedule(o.Terms.Schedule)
		values = append(values, dialog.CountValue(len(o.Terms.Schedule)), dialog.CountValue(o.Terms.Days))
	}
	return values
}

func (s *Server) check(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Text string }) error {
	if len(in.Text) > textLimit {
		return no(dialog.CodeTooLarge, "text_long").at("text")
	}
	c, err := s.open(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return ok(w, map[string][]Finding{"findings": s.findings(r.Context(), who, c, in.Text)})
}

// stopped is a draft that was not let through, or only when its author insisted.
type stopped struct {
	ID         string    `json:"id,omitempty"`
	At         time.Time `json:"at"`
	Chat       string    `json:"chat"`
	Agent      string    `json:"agent"`
	AgentName  string    `json:"agent_name"`
	Rules      []string  `json:"rules"`
	Severity   string    `json:"severity"`
	Overridden bool      `json:"overridden"`
	Text       string    `json:"text"`
}

func (s *Server) keepBlocked(ctx context.Context, who *caller, chat, text string, findings []Finding, overridden bool) {
	b := stopped{At: s.opts.Now().UTC(), Chat: chat, Agent: who.ID, AgentName: who.Name, Severity: "soft", Overridden: overridden, Text: maskSecrets(text)}
	for _, f := range findings {
		if f.Severity == "hard" {
			b.Severity = "hard"
		}
		if !slices.Contains(b.Rules, f.Rule) {
			b.Rules = append(b.Rules, f.Rule)
		}
	}
	data, err := json.Marshal(b)
	if err == nil {
		_, err = s.opts.Ledger.Append(ctx, logBlocked, data)
	}
	if err != nil {
		s.opts.Log.Error("desk", "doing", "keep a blocked draft", "error", err)
	}
}
