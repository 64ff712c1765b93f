package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// summaryView is one sentence of the handover with where it comes from.
type summaryView struct {
	Text   string     `json:"text"`
	Source sourceView `json:"source"`
	At     *time.Time `json:"at,omitempty"`
}

type sourceView struct {
	Kind  string `json:"kind"` // message, lender, case, hold, desk
	Seq   uint64 `json:"seq,omitempty"`
	Label string `json:"label"`
}

// offeredView is something that was put to the borrower, and what became of it.
type offeredView struct {
	Option string    `json:"option"`
	Label  string    `json:"label"`
	At     time.Time `json:"at"`
	Seq    uint64    `json:"seq"`
	State  string    `json:"state"`
}

// statedView is what the person has said of themselves: reasons and needs, not
// moods.
type statedView struct {
	Reasons []statedReason `json:"reasons"`
	Needs   []statedNeed   `json:"needs"`
}

type statedReason struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

type statedNeed struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// offered finds in the transcript what was offered, and what was taken or
// turned down.
func (d *drawing) offered() {
	at := map[string]int{}
	put := func(option, label string, m *dialog.Message) {
		if i, known := at[option]; known {
			d.v.Offered[i].At, d.v.Offered[i].Seq, d.v.Offered[i].State = m.At, m.Seq, "open"
			return
		}
		at[option] = len(d.v.Offered)
		d.v.Offered = append(d.v.Offered, offeredView{option, label, m.At, m.Seq, "open"})
	}
	for i := range d.history {
		m := &d.history[i]
		if m.Speaker == dialog.SpeakerBorrower && len(m.Body.Options) > 0 {
			d.answered(m.Body.Options[0].ID)
			continue
		}
		for _, o := range m.Body.Options {
			if isOffer(o.ID) {
				put(o.ID, o.Label, m)
			}
		}
		if m.Body.Card == nil {
			continue
		}
		for _, row := range m.Body.Card.Rows {
			if isOffer(row.Option) {
				put(row.Option, strings.Join(append([]string{row.Label}, row.Cells...), " "), m)
			}
		}
	}
}

// isOffer reports whether a button is a way out that was offered.
func isOffer(option string) bool {
	kind, _, _ := strings.Cut(option, ":")
	return slices.Contains([]string{"plan", "defer", "partial", "promise"}, kind)
}

// answered applies a tapped button to what was on the table.
func (d *drawing) answered(option string) {
	for i := range d.v.Offered {
		o := &d.v.Offered[i]
		switch {
		case option == "not_now" && o.State == "open":
			o.State = "refused"
		case option == o.Option:
			o.State = "accepted"
		}
	}
}

// stated draws what the flow has kept of what the person said.
func (d *drawing) stated() {
	d.v.Stated = statedView{Reasons: []statedReason{}, Needs: []statedNeed{}}
	for _, r := range d.c.Talk.Reasons {
		d.v.Stated.Reasons = append(d.v.Stated.Reasons, statedReason{string(r), d.word("desk_cause."+string(r), string(r))})
	}
	if d.v.Locked {
		return
	}
	need := func(key, text string) {
		d.v.Stated.Needs = append(d.v.Stated.Needs, statedNeed{d.word("desk_need."+key, key), text})
	}
	if m := d.c.Talk.MaxMonthly; m.Minor > 0 {
		need("max_monthly", d.text(dialog.MoneyValue(m)))
	}
	if b := d.c.Talk.Budget; b != nil {
		a, _ := account(d.c, d.f)
		for _, part := range []struct {
			key   string
			minor *int64
		}{{"income", b.Income}, {"essential", b.Essential}, {"debts", b.Debts}, {"other", b.Other}} {
			if part.minor != nil && a.Currency != "" {
				need(part.key, d.text(dialog.MoneyValue(dialog.NewMoney(*part.minor, a.Currency))))
			}
		}
	}
	for _, key := range sortedKeys(d.c.Recap) {
		d.v.Recap = append(d.v.Recap, pairView{d.word("desk_recap."+key, key), d.text(d.c.Recap[key])})
	}
}

// summary is the handover in sentences, each with its source. Nothing in it is
// guessed: it is what the records say, in their order of weight.
func (d *drawing) summary() {
	d.v.Summary = []summaryView{}
	add := func(text string, src sourceView, at time.Time) {
		v := summaryView{Text: text, Source: src}
		if src.Label = orText(src.Label, d.word("desk_source."+src.Kind, src.Kind)); !at.IsZero() {
			v.At = &at
		}
		v.Source = src
		d.v.Summary = append(d.v.Summary, v)
	}
	if d.c.QueuedFor != "" {
		add(d.word("desk_reason."+d.c.QueuedFor, d.c.QueuedFor), sourceView{Kind: "desk"}, d.c.QueuedAt)
	}
	for _, h := range d.v.Holds {
		add(d.word("desk_source.hold", "hold")+": "+h.Label, sourceView{Kind: "hold"}, h.Start)
	}
	for _, r := range d.v.Stated.Reasons {
		add(d.word("desk_summary.reason", "reason")+": "+r.Label, d.lastSource(), time.Time{})
	}
	for _, n := range d.v.Stated.Needs {
		add(n.Label+": "+n.Text, d.lastSource(), time.Time{})
	}
	for _, f := range d.v.Facts {
		add(f.Label+": "+f.Text, sourceView{Kind: "lender", Label: f.Source}, f.At)
	}
	for _, o := range d.v.Offered {
		add(d.word("desk_offered."+o.State, o.State)+": "+o.Label, sourceView{Kind: "message", Seq: o.Seq}, o.At)
	}
	for _, k := range d.v.Cases {
		add(k.Label+" "+k.Ticket, sourceView{Kind: "case"}, k.Opened)
	}
	if m := d.lastWords(); m != nil && m.Level <= d.seen() {
		add(d.word("desk_summary.last", "last")+": "+maskSecrets(shorten(m.Body.Text, 160)), sourceView{Kind: "message", Seq: m.Seq}, m.At)
	}
}

// seen is the level at which this person may read.
func (d *drawing) seen() dialog.Level {
	if d.who.Role == RoleCompliance {
		return dialog.LevelThisAct
	}
	return d.v.Level
}

func (d *drawing) lastWords() *dialog.Message {
	for i := len(d.history) - 1; i >= 0; i-- {
		if m := &d.history[i]; m.Speaker == dialog.SpeakerBorrower && m.Body.Text != "" {
			return m
		}
	}
	return nil
}

func (d *drawing) lastSource() sourceView {
	if m := d.lastWords(); m != nil {
		return sourceView{Kind: "message", Seq: m.Seq}
	}
	return sourceView{Kind: "desk"}
}

// cannedView is a reply that somebody reviewed, filled in for a chat.
type cannedView struct {
	ID     string        `json:"id"`
	Group  string        `json:"group"`
	Family string        `json:"group_label"`
	Label  string        `json:"label"`
	Text   string        `json:"text"`
	Locale dialog.Locale `json:"locale"`
	Crisis bool          `json:"crisis"`
	Why    string        `json:"why,omitempty"`
}

// canned lists the reviewed replies in the borrower's language.
func (s *Server) canned(w http.ResponseWriter, r *http.Request, who *caller) error {
	d, err := s.drawing(r.Context(), who, r.URL.Query().Get("chat"))
	if err != nil {
		return err
	}
	return ok(w, d.replies())
}

// replies are the catalog's, with the placeholders that are known filled in. In
// a crisis only the protocol's own lines are there.
func (d *drawing) replies() []cannedView {
	l := orLocale(d.c.Locale)
	_, crisis := d.c.Held(d.now, dialog.HoldCrisis)
	texts := d.s.opts.Words.Labels(l, "canned")
	views := []cannedView{}
	for _, id := range sortedKeys(texts) {
		group, _, _ := strings.Cut(id, "_")
		if (group == "crisis") != crisis {
			continue
		}
		views = append(views, cannedView{ID: id, Group: group, Family: d.word("desk_canned."+group, group), Label: d.word("canned_name."+id, id), Text: d.fill(texts[id]), Locale: l, Crisis: crisis})
	}
	return views
}

// fill puts in what is known: names at any level, lines of help. Sums and dates
// are never in a reply; they come from cards.
func (d *drawing) fill(text string) string {
	known := []string{"{agent_name}", d.s.shown(d.who.Account, d.who.workplace), "{crisis_line}", d.e.Limits.CrisisLine, "{emergency_number}", d.e.Limits.Emergency}
	if !d.v.Locked {
		known = append(known, "{borrower_name}", d.f.Borrower.Name, "{lender_name}", d.f.Borrower.Lender)
	}
	for i := 0; i < len(known); i += 2 {
		if known[i+1] != "" {
			text = strings.ReplaceAll(text, known[i], known[i+1])
		}
	}
	return text
}

// suggest chooses from the catalog what fits the last message and how the chat
// stands. No model is asked.
func (s *Server) suggest(w http.ResponseWriter, r *http.Request, who *caller) error {
	d, err := s.drawing(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	wanted := d.fitting()
	all := d.replies()
	picked := []cannedView{}
	for _, want := range wanted {
		i := slices.IndexFunc(all, func(v cannedView) bool { return v.ID == want.id })
		if i >= 0 && len(picked) < 4 && !slices.ContainsFunc(picked, func(v cannedView) bool { return v.ID == want.id }) {
			v := all[i]
			v.Why = d.word("desk_suggest."+want.why, want.why)
			picked = append(picked, v)
		}
	}
	if _, crisis := d.c.Held(d.now, dialog.HoldCrisis); crisis {
		picked = all
	}
	return ok(w, picked)
}

type fit struct{ id, why string }

// fitting names the replies that the state of the chat calls for, the most
// fitting first.
func (d *drawing) fitting() []fit {
	var fits []fit
	add := func(when bool, id, why string) {
		if when {
			fits = append(fits, fit{id, why})
		}
	}
	spoken := slices.ContainsFunc(d.history, func(m dialog.Message) bool {
		return m.Speaker == dialog.SpeakerHuman && !m.At.Before(d.c.QueuedAt)
	})
	held := func(k ...dialog.HoldKind) bool { _, is := d.c.Held(d.now, k...); return is }
	add(!spoken, "greet_hello", "first")
	add(d.v.Locked, "verify_step_up", "locked")
	add(held(dialog.HoldComplaint), "complaint_heard", "complaint")
	add(held(dialog.HoldDispute, dialog.HoldPaymentTrace), "dispute_checking", "dispute")
	add(held(dialog.HoldHardship) || len(d.c.Talk.Reasons) > 0, "hardship_heard", "hardship")
	add(held(dialog.HoldBereavement, dialog.HoldDeceased), "care_bereaved", "bereavement")
	add(held(dialog.HoldVulnerability), "care_support", "vulnerability")
	add(d.c.Talk.Quote != nil, "offer_look", "offer")
	add(d.c.Talk.Refusals > 0, "offer_other", "refused")
	add(spoken, "wait_checking", "checking")
	add(spoken, "close_anything", "closing")
	return fits
}
