package turn

import (
	"slices"

	"warmline/dialog"
	"warmline/dialog/flow"
)

// memory takes over what the script remembers. Where something was left out for
// want of identity, only what does not depend on it is kept, and the event
// waits for a step-up.
func (x *run) memory(p *flow.Proposal, quote *dialog.Quote) {
	old := x.next.Talk
	t := p.Talk
	if x.dropped {
		t = old
		t.Acknowledged, t.Reasons, t.Abused = p.Talk.Acknowledged, p.Talk.Reasons, p.Talk.Abused
		t.Refusals, t.Clarified, t.After = p.Talk.Refusals, p.Talk.Clarified, x.waiting(p.Talk.After)
		quote = old.Quote
	}
	t.Quote = quote
	t.Dead = slices.Clone(t.Dead)
	if old.Quote != nil && (quote == nil || quote.ID != old.Quote.ID) && !slices.Contains(t.Dead, old.Quote.ID) {
		t.Dead = append(t.Dead, old.Quote.ID)
	}
	if p.Doubt {
		t = clearTable(t)
	}
	if _, crisis := x.next.Held(x.e.At, dialog.HoldCrisis); crisis {
		t.After = nil
	}
	x.next.Talk = bounded(t)
	x.spend()
}

// waiting keeps the event that a step-up is to answer.
func (x *run) waiting(proposed *dialog.Event) *dialog.Event {
	if proposed != nil {
		return shorten(proposed)
	}
	if x.event.Kind != dialog.EventText && x.event.Kind != dialog.EventChoice {
		return x.next.Talk.After
	}
	return shorten(x.event)
}

// shorten bounds an event that is kept: what was understood stays, long texts
// lose their tails.
func shorten(e *dialog.Event) *dialog.Event {
	out := *e
	if e.Text == nil {
		return &out
	}
	text := *e.Text
	text.Lines = slices.Clone(text.Lines[:min(len(text.Lines), 4)])
	for i := range text.Lines {
		text.Lines[i].Text = cut(text.Lines[i].Text, 500)
	}
	out.Text = &text
	return &out
}

// cut shortens a text to at most n bytes, on a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// clearTable takes away what was the borrower's alone.
func clearTable(t dialog.Talk) dialog.Talk {
	if t.Quote != nil && !slices.Contains(t.Dead, t.Quote.ID) {
		t.Dead = append(slices.Clone(t.Dead), t.Quote.ID)
	}
	t.Quote, t.Table, t.After, t.Last, t.Budget = nil, nil, nil, nil, nil
	t.MaxMonthly = dialog.Money{}
	t.Account = ""
	return t
}

// bounded keeps the memory small.
func bounded(t dialog.Talk) dialog.Talk {
	t.Table = t.Table[:min(len(t.Table), 6)]
	t.Dead = t.Dead[max(0, len(t.Dead)-maxDead):]
	t.Reasons = t.Reasons[max(0, len(t.Reasons)-8):]
	t.Acknowledged = t.Acknowledged[max(0, len(t.Acknowledged)-16):]
	if t.After != nil {
		t.After = shorten(t.After)
	}
	return t
}

// spend makes sure that a card whose terms went to the lender in this turn can
// never go there again (I8).
func (x *run) spend() {
	for _, c := range x.m.Calls {
		if !binding(&c) {
			continue
		}
		t := &x.next.Talk
		if t.Quote != nil && t.Quote.ID == c.Ref {
			t.Quote = nil
		}
		if !slices.Contains(t.Dead, c.Ref) {
			t.Dead = add(t.Dead, maxDead, c.Ref)
		}
	}
}

// cutTalk is the memory after a human had the chat: what the person told of
// themselves stays, what was under way does not.
func cutTalk(t dialog.Talk) dialog.Talk {
	dead := t.Dead
	if t.Quote != nil {
		dead = add(dead, maxDead, t.Quote.ID)
	}
	return dialog.Talk{Account: t.Account, Dead: dead, Reasons: t.Reasons, Acknowledged: t.Acknowledged,
		Facts: t.Facts, BudgetAsked: t.BudgetAsked}
}
