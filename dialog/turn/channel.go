package turn

import (
	"slices"
	"time"

	"warmline/dialog"
)

// channel takes news of a channel: linked, unlinked, blocked, a view approved
// or ended. Reports of delivery change nothing here.
func (x *run) channel() {
	ev := x.e.Event.Channel
	if ev == nil {
		x.refuse(dialog.CodeInvalid, "a channel event names its channel")
		return
	}
	switch ev.Kind {
	case "linked":
		x.link(ev)
	case "unlinked":
		x.unlink(ev)
		x.sayTo(ev, "unlinked")
	case "blocked":
		x.unlink(ev)
		if !slices.Contains(x.next.Prefs.Stopped, ev.Channel) {
			x.next.Prefs.Stopped = add(x.next.Prefs.Stopped, 8, ev.Channel)
		}
	case "approved":
		x.approve(ev)
	case "approval_ended":
		x.approval(ev, zeroTime)
	}
}

// link adds a chat. One that belongs to somebody else's past, or that a pack
// keeps out, is refused; a chat that takes another's place is made known there.
func (x *run) link(ev *dialog.ChannelEvent) {
	switch {
	case slices.Contains(x.next.Tombstones, ev.Address):
		x.sayTo(ev, "refused")
		return
	case ev.Channel == dialog.ChannelTelegram && x.rules.TelegramDenied(x.next.Packs):
		x.sayTo(ev, "denied")
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
	x.sayTo(ev, "linked")
	for _, l := range former {
		x.sayTo(&dialog.ChannelEvent{Channel: l.Channel, Address: l.Address}, "relinked")
	}
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

// approve lets a linked chat show amounts until a moment, and goes on with what
// was asked there.
func (x *run) approve(ev *dialog.ChannelEvent) {
	if !x.approval(ev, ev.Until) {
		return
	}
	x.m.Level = x.linkLevel(ev.Address)
	if x.m.Level >= dialog.LevelBorrower {
		x.resume()
	}
}

func (x *run) approval(ev *dialog.ChannelEvent, until time.Time) bool {
	found := false
	x.next.Links = slices.Clone(x.next.Links)
	for i := range x.next.Links {
		l := &x.next.Links[i]
		if l.Channel == ev.Channel && (ev.Address == "" || l.Address == ev.Address) {
			l.Until, found = until, true
		}
	}
	if found {
		x.next.Bindings = slices.Clone(x.next.Bindings)
		for i := range x.next.Bindings {
			b := &x.next.Bindings[i]
			if b.Channel == ev.Channel && !until.IsZero() && (ev.Address == "" || b.Session == ev.Address) {
				b.Doubted = false
			}
		}
	}
	return found
}

// sayTo says a channel's news in the chat that it is about.
func (x *run) sayTo(ev *dialog.ChannelEvent, form string) {
	acts := x.admit(nil, dialog.Act{Kind: "channel.link", Form: form})
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
