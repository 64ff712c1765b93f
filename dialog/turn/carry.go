package turn

import (
	"slices"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

// carry puts a proposal through the policy and does what is left of it. The
// order matters: holds bind the acts of the same turn, effects come before the
// acts that speak of them, and the owner changes last.
func (x *run) carry(p flow.Proposal) {
	x.insist(&p)
	if p.Doubt {
		x.doubted = true
		x.doubt()
	}
	x.releases(p.Release)
	x.holds(p.Holds)
	x.rest(p.Talk.Reasons)
	x.stop(&p)
	if p.Page {
		x.pageHuman()
	}
	if p.Unqueue && p.Handoff == nil && x.next.Owner == dialog.OwnerQueue {
		x.unqueue(dialog.OwnerBot)
	}
	calls := x.calls(p.Calls)
	if x.tooEarly(calls) {
		p.Talk, p.Acts, p.Promise, p.Timers = x.next.Talk, []dialog.Act{x.early()}, nil, nil
	}
	quote := x.quote(p.Talk.Quote)
	x.m.Card = p.Talk.Quote
	acts := x.permit(p.Acts)
	if x.lacking {
		quote, p.Talk.Asked = nil, ""
	}
	x.settings(&p)
	x.memory(&p, quote)
	for i := range calls {
		x.send(&calls[i], p.Cases)
	}
	x.handoff(p.Handoff)
	x.speak(acts)
}

// beside takes from a proposal, while a human owns the chat, what protects the
// person, and a yes to a card that the human has put on the table. Nothing of
// it is said by the bot.
func (x *run) beside(p flow.Proposal) {
	tapped := x.event.Kind == dialog.EventChoice && x.event.Choice.Option == "confirm"
	kept := flow.Proposal{Talk: x.next.Talk, Holds: p.Holds, Doubt: p.Doubt, Stop: p.Stop, Page: p.Page,
		Tombstone: p.Tombstone, CancelProactive: p.CancelProactive, Acts: p.Acts, Release: p.Release,
		Prefs: p.Prefs}
	for _, c := range p.Calls {
		if protects(&c) || tapped {
			kept.Calls = append(kept.Calls, c)
		}
	}
	if tapped {
		kept.Talk, kept.Promise, kept.Timers = p.Talk, p.Promise, p.Timers
	}
	kept.Cases = p.Cases
	x.carry(kept)
}

// holds puts permitted holds on; the same kind again moves its end, never
// nearer.
func (x *run) holds(list []dialog.Hold) {
	for _, h := range list {
		if v := x.ruled(&h); !v.Allowed() {
			x.dropped = x.dropped || v.Rule == policy.KLevel
			continue
		}
		x.hold(h)
	}
}

// ruled puts a hold to the rules, whoever wants it: what they say of it is on
// record, and it lasts at least as long as they ask.
func (x *run) ruled(h *dialog.Hold) policy.Verdict {
	v := x.rules.PermitHold(*h, &x.m)
	x.fire(v.Looked)
	if least := x.e.At.AddDate(0, 0, v.Days); !h.End.IsZero() && h.End.Before(least) {
		h.End = least
	}
	return v
}

// rest lets collection rest for as long as the packs say, from when a reason is
// first told; an illness that is told of once more when that is over counts anew.
func (x *run) rest(reasons []dialog.Reason) {
	for _, why := range reasons {
		again := why == dialog.ReasonIllness && x.says(dialog.IntentHardshipHealth) && x.next.Resting(x.e.At) == ""
		if slices.Contains(x.was.Talk.Reasons, why) && !again {
			continue
		}
		v := x.rules.NoteTold(why, &x.m)
		x.fire(v.Looked)
		until := x.e.At.AddDate(0, 0, v.Days)
		if v.Days > 0 && (x.next.Rest == nil || x.next.Rest.Until.Before(until)) {
			x.next.Rest = &dialog.Rest{Until: until, Told: why}
		}
	}
}

func (x *run) hold(h dialog.Hold) {
	if h.Start.IsZero() {
		h.Start = x.e.At
	}
	if i := slices.IndexFunc(x.next.Holds, func(o dialog.Hold) bool { return o.Kind == h.Kind }); i >= 0 {
		old := x.next.Holds[i]
		if old.Reason == dialog.HeldBySaying && h.Reason != "" {
			x.next.Holds = slices.Clone(x.next.Holds)
			x.next.Holds[i].Reason = h.Reason // figures say more than words
		}
		if old.End.IsZero() || !h.End.IsZero() && !h.End.After(old.End) {
			return
		}
		x.next.Holds = slices.Clone(x.next.Holds)
		x.next.Holds[i].End = h.End
		return
	}
	x.next.Holds = add(x.next.Holds, maxHolds, h)
	if x.rules.Cancels(h.Kind) {
		x.cancelProactive()
	}
	x.m.Standing.Holds = x.next.Holds
	x.m.Offers, x.asked = nil, false
}

func (x *run) releases(kinds []dialog.HoldKind) {
	for _, kind := range kinds {
		if _, on := x.next.Held(x.e.At, kind); !on {
			continue
		}
		v := x.rules.PermitRelease(kind, &x.m)
		x.fire(v.Looked)
		if v.Allowed() {
			x.next.Holds = keep(x.next.Holds, func(h dialog.Hold) bool { return h.Kind != kind })
		}
	}
}

// stop takes note of an opt-out, or of its end.
func (x *run) stop(p *flow.Proposal) {
	if p.CancelProactive {
		x.cancelProactive()
	}
	was := x.next.Prefs
	defer func() { x.fire(x.rules.NoteWish(was, &x.m).Looked) }()
	if p.Prefs != nil {
		prefs := *p.Prefs
		prefs.Stopped = slices.Clone(prefs.Stopped)
		x.next.Prefs = prefs
	}
	s := p.Stop
	switch {
	case s == nil:
	case s.Resume:
		if x.m.Level >= dialog.LevelLinked {
			x.next.Prefs.Stopped = nil
			x.releases([]dialog.HoldKind{dialog.HoldCease})
		}
	case s.Channel != "" && !slices.Contains(x.next.Prefs.Stopped, s.Channel):
		x.next.Prefs.Stopped = add(x.next.Prefs.Stopped, 8, s.Channel)
	}
	if p.Tombstone {
		x.bury()
	}
}

// calls returns those effects that the policy permits, each with its key. A
// binding one carries exactly what stands on the card.
func (x *run) calls(list []dialog.Call) []dialog.Call {
	var kept []dialog.Call
	for i := range list {
		c := list[i]
		v := x.rules.PermitCall(&c, &x.m)
		x.fire(v.Looked)
		if !v.Allowed() {
			x.dropped = x.dropped || v.Rule == policy.KLevel
			if binding(&c) {
				x.refused, x.because = true, v.Detail
			}
			continue
		}
		if binding(&c) {
			c.Ref = x.next.Talk.Quote.ID
			if slices.ContainsFunc(kept, func(k dialog.Call) bool { return k.Ref == c.Ref }) {
				continue
			}
			c.Version = x.next.Talk.Quote.Version
		}
		if c.Ref == "" {
			c.Ref = x.id()
		}
		kept = append(kept, c)
	}
	x.m.Calls = kept
	return kept
}

func binding(c *dialog.Call) bool {
	return c.Kind == dialog.CallArrangementCreate || c.Kind == dialog.CallArrangementCancel
}

// quote returns the confirm card that may lie on the table after this turn.
func (x *run) quote(q *dialog.Quote) *dialog.Quote {
	old := x.next.Talk.Quote
	if q == nil {
		return nil
	}
	if old != nil && old.ID == q.ID {
		return old
	}
	card := *q
	card.Seq = 0
	if x.m.Account.Version != "" {
		card.Version = x.m.Account.Version
	}
	if ttl := x.f.Programme.QuoteTTL; ttl > 0 && card.Expires.After(x.e.At.Add(ttl)) {
		card.Expires = x.e.At.Add(ttl)
	}
	v := x.rules.PermitQuote(&card, &x.m)
	x.fire(v.Looked)
	if !v.Allowed() {
		return nil
	}
	return &card
}

// settings applies what a proposal says of the conversation itself.
func (x *run) settings(p *flow.Proposal) {
	if p.Locale.Valid() {
		x.next.Locale = p.Locale
	}
	if p.Thanked != "" && !slices.Contains(x.next.Thanked, p.Thanked) {
		x.next.Thanked = add(x.next.Thanked, maxThanked, p.Thanked)
	}
	if x.dropped {
		return
	}
	if p.EndPromise {
		x.next.Promise = nil
	}
	if p.Promise != nil {
		promise := *p.Promise
		x.next.Promise = &promise
	}
	for _, t := range p.Timers {
		if t.Cancel || !collecting(t.Kind) || !x.silenced() {
			x.set(t)
		}
	}
}

// silenced reports whether a hold is on under which no reminder is even
// scheduled.
func (x *run) silenced() bool {
	return slices.ContainsFunc(x.next.Holds, func(h dialog.Hold) bool { return x.rules.Cancels(h.Kind) })
}

// send puts a call on its way, notes that its answer is awaited, and opens its
// case.
func (x *run) send(c *dialog.Call, cases []dialog.OpenCase) {
	item := dialog.OutboxItem{ID: x.id(), Call: c, Epoch: x.next.Epoch}
	x.change.Outbox = append(x.change.Outbox, item)
	if c.Kind == dialog.CallPageHuman || c.Kind == dialog.CallNotifyPush {
		return
	}
	open := dialog.OpenCall{Ref: c.Ref, Kind: c.Kind, Case: c.Case, At: x.e.At}
	if q := x.was.Talk.Quote; q != nil && q.ID == c.Ref {
		open.Quote = q
	}
	x.next.Calls = add(x.next.Calls, maxCalls, open)
	for _, k := range cases {
		if k.Ref == c.Ref {
			x.wind(&k)
			x.next.Cases = add(x.next.Cases, maxCases, k)
		}
	}
}

// handoff brings a human in.
func (x *run) handoff(h *flow.Handoff) {
	switch {
	case h == nil:
		return
	case x.next.Owner == dialog.OwnerAgent:
		if h.Priority == 0 {
			x.next.Priority = 0
		}
		return
	case x.next.Owner == dialog.OwnerQueue:
		if h.Priority < x.next.Priority {
			x.next.Queue, x.next.Priority, x.next.QueuedFor = h.Queue, h.Priority, h.Reason
		}
	default:
		x.own(dialog.OwnerQueue)
		x.next.Queue, x.next.Priority, x.next.QueuedFor, x.next.QueuedAt = h.Queue, h.Priority, h.Reason, x.e.At
	}
	x.fired(policy.KHuman, policy.Escalate, h.Reason)
}

func (x *run) unqueue(to dialog.OwnerKind) {
	x.own(to)
	x.next.Queue, x.next.Priority, x.next.QueuedFor = "", 0, ""
	x.next.QueuedAt = zeroTime
}
