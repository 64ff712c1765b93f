package turn

import (
	"slices"
	"time"

	"warmline/dialog"
)

// viewTime is how long an approval in the wallet lets a linked chat show
// amounts.
const viewTime = 10 * time.Minute

// channel takes news of a channel: linked, unlinked, blocked, a view approved
// or ended, a command. Reports of delivery change nothing here.
func (x *run) channel() {
	ev := x.e.Event.Channel
	if ev == nil {
		x.refuse(dialog.CodeInvalid, "a channel event names its channel")
		return
	}
	if x.next.Locale == "" && ev.Locale.Valid() {
		x.next.Locale = ev.Locale
	}
	switch ev.Kind {
	case "linked":
		x.link(ev)
	case "unlinked":
		x.unlink(ev)
		x.optOut(ev.Channel)
		x.sayTo(ev, linkAct("unlinked"))
	case "blocked":
		x.unlink(ev)
		x.optOut(ev.Channel)
	case "approved":
		x.approve(ev)
	case "approval_ended":
		x.approval(ev, zeroTime)
	default:
		x.serve(ev)
	}
}

// serve answers what needs no account: a link that did not come about, and the
// commands of a chat.
func (x *run) serve(ev *dialog.ChannelEvent) {
	switch ev.Kind {
	case "refused", "taken":
		x.sayTo(ev, linkAct(ev.Kind))
	case "help":
		x.sayTo(ev, dialog.Act{Kind: "channel.link", Form: "help", Options: options("human")})
	case "privacy":
		x.sayTo(ev, dialog.Act{Kind: "privacy.notice", Options: options("human")})
	case "languages":
		x.sayTo(ev, dialog.Act{Kind: "language.switched", Form: "ask", Options: languageOptions()})
	case "stopped":
		x.stopHere(ev)
	case "moved":
		if x.next.Owner != dialog.OwnerAgent && x.next.Owner != dialog.OwnerClosed {
			x.unqueue(dialog.OwnerClosed)
			x.cancelProactive()
		}
	}
}

func linkAct(form string) dialog.Act { return dialog.Act{Kind: "channel.link", Form: form} }

func languageOptions() []dialog.Option {
	var list []dialog.Option
	for _, l := range dialog.Locales() {
		list = append(list, dialog.Option{ID: "language:" + string(l)})
	}
	return list
}

// link adds a chat. One that belongs to somebody else's past, that a pack keeps
// out, or whose wallet session has ended meanwhile is refused; a chat that takes
// another's place is made known there.
func (x *run) link(ev *dialog.ChannelEvent) {
	switch {
	case slices.Contains(x.next.Tombstones, ev.Address), x.e.Session != "" && !x.trusted(x.e.Session):
		x.sayTo(ev, linkAct("refused"))
		return
	case x.barred(ev.Channel):
		x.firedBar()
		x.sayTo(ev, linkAct("denied"))
		return
	}
	var former []dialog.Link
	for _, l := range x.next.Links {
		if l.Channel == ev.Channel && l.Address != ev.Address {
			former = append(former, l)
		}
	}
	x.unlink(&dialog.ChannelEvent{Channel: ev.Channel})
	x.next.Links = add(x.next.Links, maxLinks, dialog.Link{Channel: ev.Channel, Address: ev.Address, Since: x.e.At})
	x.next.Prefs.Stopped = keep(x.next.Prefs.Stopped, func(c dialog.ChannelKind) bool { return c != ev.Channel })
	x.next.Channel = ev.Channel
	x.sayTo(ev, dialog.Act{Kind: "disclose.ai", Form: "telegram"})
	x.sayTo(ev, linkAct("linked"))
	for _, l := range former {
		x.sayTo(&dialog.ChannelEvent{Channel: l.Channel, Address: l.Address}, linkAct("relinked"))
	}
}

func (x *run) barred(c dialog.ChannelKind) bool {
	return c == dialog.ChannelTelegram && x.rules.TelegramDenied(x.next.Packs)
}

// trusted reports whether a session is still bound, and its user not in doubt.
func (x *run) trusted(session string) bool {
	return slices.ContainsFunc(x.next.Bindings, func(b dialog.Binding) bool { return b.Session == session && !b.Doubted })
}

// unlink removes a chat with its approval and its sessions; without an address,
// every chat of the channel.
func (x *run) unlink(ev *dialog.ChannelEvent) {
	gone := func(address string) bool { return ev.Address == "" || address == ev.Address }
	x.next.Links = keep(x.next.Links, func(l dialog.Link) bool { return l.Channel != ev.Channel || !gone(l.Address) })
	x.unbind(func(b dialog.Binding) bool { return b.Channel == ev.Channel && gone(b.Session) })
	if x.next.Channel == ev.Channel {
		x.next.Channel = dialog.ChannelWeb
	}
}

// unlinkAll ends every link, at the logout of all devices.
func (x *run) unlinkAll() {
	for _, l := range x.next.Links {
		ev := &dialog.ChannelEvent{Channel: l.Channel, Address: l.Address}
		x.unlink(ev)
		x.optOut(l.Channel)
		x.sayTo(ev, linkAct("unlinked"))
	}
}

// optOut notes that nothing more is wanted through a channel, unless another
// chat of it is still linked.
func (x *run) optOut(c dialog.ChannelKind) {
	linked := slices.ContainsFunc(x.next.Links, func(l dialog.Link) bool { return l.Channel == c })
	if !linked && !slices.Contains(x.next.Prefs.Stopped, c) {
		x.next.Prefs.Stopped = add(x.next.Prefs.Stopped, 8, c)
	}
}

// stopHere answers /stop: nothing more of ours through this channel. For a
// borrower it is the same as saying so in words.
func (x *run) stopHere(ev *dialog.ChannelEvent) {
	if x.next.Borrower == "" {
		x.optOut(ev.Channel)
		x.sayTo(ev, dialog.Act{Kind: "cease.confirmed", Form: "channel", Options: options("resume_contact")})
		return
	}
	heard := dialog.Understanding{Driving: dialog.IntentCeaseContact, Confident: true,
		Intents:  []dialog.Scored{{Intent: dialog.IntentCeaseContact, Score: 1}},
		Entities: []dialog.Entity{{Kind: dialog.EntityChannel, Value: string(ev.Channel)}}}
	said := &dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Heard: &heard}}
	x.event, x.shown, x.m.Event, x.m.Reader = said, said, said, true
	x.next.Channel = ev.Channel
	p := x.ask(x.scripts.next)
	if x.next.Owner == dialog.OwnerAgent {
		x.beside(p)
		return
	}
	x.carry(p)
}

// sayTo says something in the chat that a channel's news is about.
func (x *run) sayTo(ev *dialog.ChannelEvent, act dialog.Act) {
	acts := x.admit(nil, act)
	for i := range acts {
		m := x.message(&acts[i])
		m.Seq, m.Channel, m.Proactive = x.seq(), ev.Channel, false
		x.change.Messages = append(x.change.Messages, m)
		if ev.Channel == dialog.ChannelTelegram && ev.Address != "" {
			x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Epoch: x.next.Epoch,
				Send: &dialog.Send{Message: m.ID, Channel: ev.Channel, Address: ev.Address}})
		}
	}
}
