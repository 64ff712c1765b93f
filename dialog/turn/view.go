package turn

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// linking takes the buttons that belong to linked chats. It reports whether the
// event was one of them.
func (x *run) linking() bool {
	ch := x.event.Choice
	if _, crisis := x.next.Held(x.e.At, dialog.HoldCrisis); crisis || ch == nil || x.e.Channel == dialog.ChannelTelegram {
		return false
	}
	switch {
	case ch.Option == "connect_telegram" && ch.Fields["link"] != "":
		x.connect(ch.Fields["link"])
	case ch.Option == "approve_telegram":
		x.approveFromWallet()
	default:
		return false
	}
	return true
}

// connect shows the one-time link that the edge has made for this tap. Only the
// borrower gets to see it.
func (x *run) connect(link string) {
	if x.m.Level < dialog.LevelBorrower {
		x.speak(x.admit(nil, dialog.Act{Kind: "identity.ask", Options: options("step_up", "human")}))
		return
	}
	a := linkAct("")
	a.Level, a.Options = dialog.LevelBorrower, options("connect_telegram", "human")
	a.Options[0].URL = link
	x.speak(x.permit([]dialog.Act{a}))
}

// barLink turns the offer of a link into a plain no where a pack keeps the
// channel out.
func (x *run) barLink(a *dialog.Act) {
	if a.Kind == "channel.link" && a.Form == "" && x.barred(dialog.ChannelTelegram) {
		a.Form, a.Level, a.Options = "denied", dialog.LevelUnknown, options("human")
		x.firedBar()
	}
}

// firedBar records the rule that keeps a channel out.
func (x *run) firedBar() {
	if rule := x.rules.TelegramRule(x.next.Packs); rule != "" {
		x.fired(rule, policy.Deny, string(dialog.ChannelTelegram))
	}
}

// avoidBarred turns to the wallet where a pack keeps out the channel that was
// used last, unless the person is writing there just now: they are answered, and
// the rule is on record that leaves it at neutral words.
func (x *run) avoidBarred() {
	if x.next.Channel != dialog.ChannelTelegram && x.e.Channel != dialog.ChannelTelegram || !x.barred(dialog.ChannelTelegram) {
		return
	}
	if x.e.Channel == dialog.ChannelTelegram {
		x.firedBar()
		return
	}
	x.next.Channel = dialog.ChannelWeb
}

// approveFromWallet lets the linked chat show amounts for a while, and answers
// there what was asked there.
func (x *run) approveFromWallet() {
	ev := &dialog.ChannelEvent{Channel: dialog.ChannelTelegram, Until: x.e.At.Add(viewTime)}
	switch {
	case x.m.Level < dialog.LevelBorrower:
		x.speak(x.admit(nil, dialog.Act{Kind: "identity.ask", Form: "confirm", Options: options("step_up", "human")}))
		return
	case !x.approval(ev, ev.Until):
		x.speak(x.permit([]dialog.Act{{Kind: "channel.link", Options: options("connect_telegram", "human")}}))
		return
	}
	waits := x.next.Talk.After != nil
	x.speak(x.admit(nil, linkAct("approved")))
	x.next.Channel = dialog.ChannelTelegram
	if waits {
		x.resume()
		return
	}
	ev.Address = x.address()
	x.sayTo(ev, linkAct("approved"))
}

// approve lets a linked chat show amounts until a moment, and goes on with what
// was asked there.
func (x *run) approve(ev *dialog.ChannelEvent) {
	if !x.approval(ev, ev.Until) {
		return
	}
	x.m.Level = x.linkLevel(ev.Address)
	if x.m.Level >= dialog.LevelBorrower && x.next.Talk.After != nil {
		x.next.Channel = ev.Channel
		x.resume()
	}
}

// approval sets until when a chat, or without an address every chat of the
// channel, may show amounts; false when there is none.
func (x *run) approval(ev *dialog.ChannelEvent, until time.Time) bool {
	found := false
	x.next.Links = slices.Clone(x.next.Links)
	for i := range x.next.Links {
		l := &x.next.Links[i]
		if l.Channel != ev.Channel || ev.Address != "" && l.Address != ev.Address {
			continue
		}
		l.Until, found = until, true
		if !until.IsZero() {
			x.set(dialog.TimerOp{Kind: timerView, Key: l.Address, Due: until})
		}
	}
	if !found || until.IsZero() {
		return found
	}
	x.next.Bindings = slices.Clone(x.next.Bindings)
	for i := range x.next.Bindings {
		b := &x.next.Bindings[i]
		if b.Channel == ev.Channel && (ev.Address == "" || b.Session == ev.Address) {
			b.Doubted = false
		}
	}
	return true
}

// closeViews has a chat's amounts taken back as soon as it may not show them
// any more, for whatever reason.
func (x *run) closeViews() {
	for _, was := range x.was.Links {
		if was.Until.IsZero() {
			continue
		}
		i := slices.IndexFunc(x.next.Links, func(l dialog.Link) bool { return l.Channel == was.Channel && l.Address == was.Address })
		if i >= 0 && x.e.At.Before(x.next.Links[i].Until) {
			continue
		}
		if i >= 0 {
			x.next.Links = slices.Clone(x.next.Links)
			x.next.Links[i].Until = zeroTime
		}
		if slices.ContainsFunc(x.next.Timers, func(t dialog.TimerRef) bool { return t.Kind == timerView && t.Key == was.Address }) {
			x.cancel(timerView, was.Address)
		}
		x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Epoch: x.next.Epoch,
			Send: &dialog.Send{Channel: was.Channel, Address: was.Address, Redact: true}})
	}
}

// viewEnd is when a message above level 1 is too late for a chat.
func (x *run) viewEnd(level dialog.Level, address string) time.Time {
	if level <= dialog.LevelLinked {
		return zeroTime
	}
	for _, l := range x.next.Links {
		if l.Channel == dialog.ChannelTelegram && l.Address == address {
			return l.Until
		}
	}
	return zeroTime
}

// viewOption adds the button with which the wallet lets a linked chat show what
// was asked there; the chat itself does not get it.
func (x *run) viewOption(a *dialog.Act) []dialog.Option {
	if a.Kind != "identity.ask" || a.Form != "telegram" || x.linkLevel(x.address()) < dialog.LevelLinked {
		return a.Options
	}
	return append(slices.Clone(a.Options), dialog.Option{ID: "approve_telegram"})
}
