package desk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// factView is a fact with where it comes from and as of when.
type factView struct {
	Key    string    `json:"key"`
	Label  string    `json:"label"`
	Text   string    `json:"text"`
	Source string    `json:"source"`
	At     time.Time `json:"at"`
}

type accountView struct {
	Ref      string         `json:"ref"`
	Product  string         `json:"product"`
	Label    string         `json:"label"`
	Due      pairView       `json:"due"`
	Rows     []strongView   `json:"rows"`
	Schedule []scheduleView `json:"schedule"`
}

type strongView struct {
	Label  string `json:"label"`
	Text   string `json:"text"`
	Strong bool   `json:"strong"`
}

type scheduleView struct {
	N      int    `json:"n,omitempty"`
	Due    string `json:"due"`
	Amount string `json:"amount"`
	Label  string `json:"label,omitempty"`
}

type arrangementView struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	Label       string         `json:"label"`
	Status      string         `json:"status"`
	StatusLabel string         `json:"status_label"`
	Rows        []scheduleView `json:"rows"`
	Total       string         `json:"total"`
	Created     time.Time      `json:"created"`
	Paid        string         `json:"paid"`
}

type promiseView struct {
	Amount string `json:"amount"`
	Date   string `json:"date"`
	Made   string `json:"made"`
	Moves  int    `json:"moves"`
}

type paymentView struct {
	Ref    string    `json:"ref"`
	Amount string    `json:"amount"`
	At     time.Time `json:"at"`
	Status string    `json:"status"`
}

type authorityView struct {
	Role  Role     `json:"role"`
	Lines []string `json:"lines"`
}

// offerTerms is an offer with its schedule.
type offerTerms struct {
	Option string         `json:"option"`
	Kind   string         `json:"kind"`
	Label  string         `json:"label"`
	Total  string         `json:"total"`
	Extra  string         `json:"extra_cost"`
	APR    string         `json:"apr,omitempty"`
	Rows   []scheduleView `json:"rows"`
	Also   []scheduleView `json:"also_due"`
	Rules  []string       `json:"rules"`
	Text   string         `json:"text"`
}

// quoteView is an offer that the borrower has been shown: they confirm it in
// their own channel, or it runs out.
type quoteView struct {
	ID      string     `json:"id"`
	Option  string     `json:"option"`
	Label   string     `json:"label"`
	Expires time.Time  `json:"expires"`
	Expired bool       `json:"expired"`
	Seq     uint64     `json:"seq"`
	Offer   offerTerms `json:"offer"`
}

// money draws what the lender says of the accounts.
func (d *drawing) money() {
	if d.v.Stale {
		return
	}
	d.v.Accounts, d.v.Arrangements, d.v.Payments = []accountView{}, []arrangementView{}, []paymentView{}
	for _, a := range d.f.Accounts {
		d.v.Accounts = append(d.v.Accounts, d.account(a))
		o := d.e.Owed[a.Ref]
		fact := func(key string, value dialog.Value) {
			label := d.word("desk_fact."+key, key)
			if len(d.f.Accounts) > 1 {
				label = a.Product + " · " + label // whose figure it is
			}
			d.v.Facts = append(d.v.Facts, factView{key, label, d.text(value), d.word("desk_source.lender", "lender"), d.now.UTC()})
		}
		fact("amount_due", dialog.MoneyValue(o.Total))
		fact("due_date", dialog.DateValue(a.Overdue.Due))
		fact("days_late", dialog.DaysValue(o.Days))
	}
	for _, a := range d.f.Arrangements {
		d.v.Arrangements = append(d.v.Arrangements, arrangementView{
			ID: maskTail(a.ID, 4), Kind: string(a.Kind), Label: d.word("desk_offer."+string(a.Kind), string(a.Kind)), Status: string(a.Status),
			StatusLabel: d.word("desk_status."+string(a.Status), string(a.Status)), Rows: d.schedule(a.Schedule),
			Total: d.text(dialog.MoneyValue(a.Total)), Created: a.Created, Paid: d.text(dialog.MoneyValue(a.Paid)),
		})
	}
	for _, p := range d.f.Payments {
		d.v.Payments = append(d.v.Payments, paymentView{maskTail(p.Ref, 4), d.text(dialog.MoneyValue(p.Amount)), p.At, d.word("desk_status."+p.Status, p.Status)})
	}
	if p := d.c.Promise; p != nil {
		d.v.Promise = &promiseView{d.text(dialog.MoneyValue(p.Amount)), d.text(dialog.DateValue(p.Date)), d.text(dialog.DateValue(p.Made)), p.Moves}
	}
}

func (d *drawing) account(a dialog.Account) accountView {
	o := d.e.Owed[a.Ref]
	v := accountView{Ref: maskTail(a.Ref, 4), Product: a.Product, Label: a.Product, Schedule: []scheduleView{}, Rows: []strongView{},
		Due: pairView{d.word("desk_fact.amount_due", "amount_due"), d.text(dialog.MoneyValue(o.Total))}}
	if !a.Overdue.Due.IsZero() {
		v.Rows = append(v.Rows, strongView{d.word("desk_fact.due_date", "due_date"), d.text(dialog.DateValue(a.Overdue.Due)), false})
	}
	row := func(key string, m dialog.Money, strong bool) {
		if m.Minor != 0 || strong {
			v.Rows = append(v.Rows, strongView{d.word("desk_fact."+key, key), d.text(dialog.MoneyValue(m)), strong})
		}
	}
	row("principal", o.Principal, false)
	row("interest", o.Interest, false)
	row("late_interest", o.Late, false)
	row("fees", o.Fees, false)
	row("not_yet_due", a.NotYetDue, false)
	if !a.NextDue.IsZero() {
		v.Schedule = append(v.Schedule, scheduleView{Due: d.text(dialog.DateValue(a.NextDue)), Amount: d.text(dialog.MoneyValue(a.NextDueAmount)),
			Label: d.word("desk_fact.next_due", "next")})
	}
	return v
}

func (d *drawing) schedule(list []dialog.Instalment) []scheduleView {
	rows := []scheduleView{}
	for i, x := range list {
		rows = append(rows, scheduleView{N: i + 1, Due: d.text(dialog.DateValue(x.Due)), Amount: d.text(dialog.MoneyValue(x.Amount))})
	}
	return rows
}

// terms draws what may be offered now, and the limits around it.
func (d *drawing) terms() {
	for _, o := range d.e.Offers {
		d.v.Offers = append(d.v.Offers, d.offer(o))
	}
	lim := d.e.Limits
	say := func(key string, value dialog.Value) {
		d.v.Limits = append(d.v.Limits, pairView{d.word("desk_limit."+key, key), d.text(value)})
	}
	if len(lim.PlanCounts) > 0 {
		say("plan_counts", dialog.CountsValue(lim.PlanCounts))
	}
	if lim.MinInstalment.Minor > 0 {
		say("min_instalment", dialog.MoneyValue(lim.MinInstalment))
	}
	if lim.MaxDeferDays > 0 {
		say("max_defer_days", dialog.DaysValue(lim.MaxDeferDays))
	}
	if lim.AskForbidden != "" {
		d.v.Limits = append(d.v.Limits, pairView{d.word("desk_limit.hold", "hold"), d.word("desk_hold."+string(lim.AskForbidden), string(lim.AskForbidden))})
	}
}

func (d *drawing) offer(o dialog.Offer) offerTerms {
	kind := string(o.Terms.Kind)
	v := offerTerms{Option: o.Option, Kind: kind, Total: d.text(dialog.MoneyValue(o.Terms.Total)), Extra: d.text(dialog.MoneyValue(o.Terms.ExtraCost)),
		Rows: d.schedule(o.Terms.Schedule), Also: d.schedule(o.Terms.AlsoDue), Rules: list(o.Rules),
		Text: d.s.opts.Format.Schedule(o.Terms, d.l, orText(d.c.Zone, "UTC"), d.now)}
	v.Label = d.word("desk_offer."+kind, kind)
	switch o.Terms.Kind {
	case dialog.OfferPlan:
		v.Label += " · " + d.text(dialog.InstalmentCountValue(len(o.Terms.Schedule)))
	case dialog.OfferDeferral:
		v.Label += " · " + d.text(dialog.DaysValue(o.Terms.Days))
	}
	if o.Terms.APR > 0 {
		v.APR = d.text(dialog.PercentValue(o.Terms.APR))
	}
	return v
}

// quoteView draws an open confirm card.
func (s *Server) quoteView(c dialog.Conversation, q *dialog.Quote, l dialog.Locale) *quoteView {
	d := &drawing{s: s, c: c, l: l, now: s.opts.Now()}
	o := d.offer(q.Offer)
	return &quoteView{ID: q.ID, Option: q.Offer.Option, Label: o.Label, Expires: q.Expires, Expired: !d.now.Before(q.Expires), Seq: q.Seq, Offer: o}
}

// authority says what somebody may grant without a second person.
func (d *drawing) authority() authorityView {
	a := d.s.opts.Terms.Authority(string(d.who.Role))
	v := authorityView{Role: d.who.Role, Lines: []string{}}
	say := func(key string, value dialog.Value) {
		v.Lines = append(v.Lines, d.word("desk_grant."+key, key)+" ≤ "+d.text(value))
	}
	if !d.who.may("grant") {
		return v
	}
	say("hold", dialog.DaysValue(a.HoldDays))
	say("deferral", dialog.DaysValue(a.DeferDays))
	say("plan", dialog.InstalmentCountValue(a.PlanCount))
	if a.Token {
		v.Lines = append(v.Lines, d.word("desk_grant.token_payment", "token_payment"))
	}
	if a.Waiver {
		v.Lines = append(v.Lines, d.word("desk_grant.waiver", "waiver"))
	}
	return v
}

// priceView answers what terms would be.
type priceView struct {
	Allowed bool        `json:"allowed"`
	Why     string      `json:"why,omitempty"`
	Option  string      `json:"option,omitempty"`
	Offer   *offerTerms `json:"offer,omitempty"`
}

// price works out terms of the policy's own set, and only those.
func (s *Server) price(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Kind, Amount, Date string
		Count, Days        int
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	d, err := s.drawing(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if d.v.Locked {
		return no(dialog.CodeForbidden, "not_verified")
	}
	if d.v.Stale {
		return no(dialog.CodeUnavailable, "lender_away")
	}
	option := optionOf(in.Kind, in.Count, in.Days, in.Amount, in.Date)
	o, allowed := s.opts.Terms.Price(d.c, d.f, d.now, option)
	if option == "" || !allowed {
		return ok(w, priceView{Why: d.word("desk_limit.not_in_set", "this is not in the set that may be offered now")})
	}
	v := d.offer(o)
	return ok(w, priceView{Allowed: true, Option: o.Option, Offer: &v})
}

func optionOf(kind string, count, days int, amount, date string) string {
	switch kind {
	case "plan":
		return "plan:" + strconv.Itoa(count)
	case "deferral":
		return "defer:" + strconv.Itoa(days)
	case "promise":
		return strings.TrimSuffix(fmt.Sprintf("promise:%s:%s", date, amount), ":")
	case "partial":
		return "partial:" + amount
	}
	return ""
}
