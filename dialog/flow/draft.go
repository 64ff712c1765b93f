package flow

import (
	"maps"
	"slices"
	"strconv"

	"warmline/dialog"
)

// vals are the facts of an act, by placeholder.
type vals = map[string]dialog.Value

// draft is a proposal under construction, together with what it answers.
type draft struct {
	Input
	Proposal
	heard *dialog.Understanding // nil unless the event is a text that was understood
	calls int                   // made so far in this turn
	cards int
	// changing: an agreement is being changed, so that plans are looked for that
	// are no offers beside it
	changing bool
}

// begin starts a proposal from the conversation's memory, which it copies so
// that the input stays untouched.
func begin(in Input) *draft {
	d := &draft{Input: in}
	d.Talk = copyTalk(in.Conv.Talk)
	d.knownPromise()
	if t := in.Envelope.Event.Text; t != nil {
		d.heard = t.Heard
	}
	return d
}

func copyTalk(t dialog.Talk) dialog.Talk {
	t.Table = slices.Clone(t.Table)
	t.Dead = slices.Clone(t.Dead)
	t.Reasons = slices.Clone(t.Reasons)
	t.Acknowledged = slices.Clone(t.Acknowledged)
	t.Facts = maps.Clone(t.Facts)
	if t.Quote != nil {
		q := *t.Quote
		t.Quote = &q
	}
	return t
}

// say adds an act.
func (d *draft) say(kind dialog.ActKind, form string, v vals, options ...dialog.Option) {
	d.Acts = append(d.Acts, dialog.Act{
		Kind: kind, Form: form, Values: v, Options: options,
		Class: classOf(kind), Level: levelOf(kind, form),
	})
}

// sayCard adds an act with a card.
func (d *draft) sayCard(kind dialog.ActKind, form string, v vals, card *dialog.Card, options ...dialog.Option) {
	d.say(kind, form, v, options...)
	d.last().Card = card
}

// last returns the act said last in this turn; nil when nothing was said.
func (d *draft) last() *dialog.Act {
	if len(d.Acts) == 0 {
		return nil
	}
	return &d.Acts[len(d.Acts)-1]
}

// said reports whether an act of a kind was said in this turn.
func (d *draft) said(kind dialog.ActKind) bool {
	return slices.ContainsFunc(d.Acts, func(a dialog.Act) bool { return a.Kind == kind })
}

// offerButtons adds options to the last act, each once.
func (d *draft) offerButtons(options ...dialog.Option) {
	a := d.last()
	if a == nil {
		return
	}
	for _, o := range options {
		if !slices.ContainsFunc(a.Options, func(p dialog.Option) bool { return p.ID == o.ID }) {
			a.Options = append(a.Options, o)
		}
	}
}

// ref returns the next id of this turn with a letter: "c8-12-c1".
func (d *draft) ref(letter string, n int) string { return d.Ref + "-" + letter + strconv.Itoa(n) }

// call adds an effect and gives it its idempotency key unless it has one.
func (d *draft) call(c dialog.Call) dialog.Call {
	if c.Ref == "" {
		d.calls++
		c.Ref = d.ref("c", d.calls)
	}
	d.Calls = append(d.Calls, c)
	return c
}

// hold adds a hold that ends after so many days, or with 0 when a human ends it.
func (d *draft) hold(kind dialog.HoldKind, reason string, days int) {
	h := dialog.Hold{Kind: kind, Reason: reason, Start: d.Now, By: "bot"}
	if days > 0 {
		h.End = d.Now.AddDate(0, 0, days)
	}
	d.Holds = append(d.Holds, h)
}

// held reports whether one of the holds is on, before or because of this turn.
func (d *draft) held(kinds ...dialog.HoldKind) bool {
	if _, on := d.Conv.Held(d.Now, kinds...); on {
		return true
	}
	return slices.ContainsFunc(d.Holds, func(h dialog.Hold) bool { return slices.Contains(kinds, h.Kind) })
}

// quiet reports whether a hold is on under which nothing is asked for, though
// the borrower's own questions are answered.
func (d *draft) quiet() bool {
	return d.forbidden() || d.held(dialog.HoldDispute, dialog.HoldPaymentTrace, dialog.HoldHardship,
		dialog.HoldComplaint, dialog.HoldVulnerability, dialog.HoldBereavement, dialog.HoldDeceased,
		dialog.HoldLegal, dialog.HoldMoratorium, dialog.HoldAdvice, dialog.HoldCapacity,
		dialog.HoldFraud, dialog.HoldMinor, dialog.HoldWrongPerson)
}

// forbidden reports whether even the borrower's own wish for an offer has to
// wait for a human.
func (d *draft) forbidden() bool {
	return d.Forbidden != "" || d.Talk.BudgetAsked == budgetNegative
}

// ask notes which question stays open and which script it belongs to.
func (d *draft) ask(topic, question string) { d.Talk.Topic, d.Talk.Asked = topic, question }

// fact returns a small slot of the memory.
func (d *draft) fact(key string) string { return d.Talk.Facts[key] }

// remember sets a small slot of the memory; "" clears it.
func (d *draft) remember(key, value string) {
	if value == "" {
		delete(d.Talk.Facts, key)
		return
	}
	if d.Talk.Facts == nil {
		d.Talk.Facts = map[string]string{}
	}
	d.Talk.Facts[key] = value
}

// count adds one to a counter in the memory and returns what it was before.
func (d *draft) count(key string) int {
	n, _ := strconv.Atoi(d.fact(key))
	d.remember(key, strconv.Itoa(min(n+1, 99)))
	return n
}

// entity returns the value of the first entity of a kind, "" when there is none.
func (d *draft) entity(k dialog.EntityKind) string {
	e, _ := d.meant(k)
	return e.Value
}

// meant is the entity of a kind that counts: the first, unless the words before
// a later one take the earlier back ("4, no wait, 6"; "not the 25th, make it
// the 27th").
func (d *draft) meant(k dialog.EntityKind) (dialog.Entity, bool) {
	e, ok := d.heard.Entity(k)
	if !ok || d.Envelope.Event.Text == nil {
		return e, ok
	}
	text := joined(d.Envelope.Event.Text)
	for _, next := range d.heard.Entities {
		if next.Kind != k || next.Start < e.End || next.Start > len(text) {
			continue
		}
		if says(text[e.End:next.Start], topicInstead) {
			e = next
		}
	}
	return e, true
}

// form picks the nth form of a list, the last one from then on.
func form(n int, forms ...string) string { return forms[min(n, len(forms)-1)] }
