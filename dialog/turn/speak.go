package turn

import (
	"maps"
	"slices"
	"strings"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
)

var zeroTime time.Time

// phraseTime is how long a model has to choose the words of an act before its
// reviewed text goes out.
const phraseTime = 3 * time.Second

// speak turns permitted acts into messages, the AI notice first where it is
// due, and sends them where the person reads.
func (x *run) speak(acts []dialog.Act) {
	if len(acts) == 0 {
		return
	}
	acts = x.disclosed(acts)
	x.next.Hearing = nil
	if x.noticeDue(acts) {
		acts = append([]dialog.Act{x.notice()}, acts...)
	}
	withheld := false
	for i := range acts {
		m := x.message(&acts[i])
		if x.pendable(acts, i) {
			x.suspend(&m)
		} else {
			m.Seq = x.seq()
			withheld = !x.deliver(&m) || withheld
		}
		x.change.Messages = append(x.change.Messages, m)
	}
	if withheld && !speaksOf(acts, "identity.ask") {
		x.pointToWallet()
	}
	x.spoke = true
}

// noticeDue reports whether this is a machine's first word to the person, or
// its first after a long silence. A crisis text says itself what it is.
func (x *run) noticeDue(acts []dialog.Act) bool {
	if !x.m.Reader || x.next.Owner == dialog.OwnerAgent || acts[0].Kind == "disclose.ai" ||
		strings.HasPrefix(string(acts[0].Kind), "crisis.") {
		return false
	}
	if _, crisis := x.next.Held(x.e.At, dialog.HoldCrisis); crisis {
		return false
	}
	for _, d := range x.was.Disclosed {
		if d.Text == "disclose.ai" && x.e.At.Sub(x.lastWord()) < silence {
			return false
		}
	}
	return true
}

// notice is the AI notice: with the lender's name, unless the reader is somebody
// else or a chat outside the wallet.
func (x *run) notice() dialog.Act {
	a := dialog.Act{Kind: "disclose.ai", Rules: []string{policy.KFacts}}
	name := x.lenderName()
	switch {
	case x.doubted || x.next.Channel == dialog.ChannelTelegram:
		a.Form = "telegram"
		return a
	case name == "":
		a.Form = "unnamed"
		return a
	}
	a.Values = map[string]dialog.Value{"lender_name": dialog.TextValue(name)}
	return a
}

// message makes a line of the transcript from an act, with the record of why
// it may be said (I10).
func (x *run) message(a *dialog.Act) dialog.Message {
	rule, _ := x.rules.Act(a.Kind)
	key := policy.FormKey(a)
	act := *a
	act.Options = x.viewOption(&act)
	act.Class, act.Level = rule.Class, x.rules.LevelOf(a)
	act.Variant = x.next.Said[key]
	x.count(key)
	x.ledger(a)
	m := dialog.Message{ID: x.id(), Speaker: dialog.SpeakerBot, At: x.e.At, Channel: x.next.Channel,
		Locale: x.locale(), Level: act.Level, Class: act.Class, Act: &act, Proactive: !x.m.Reader,
		Why: &dialog.Provenance{Rules: a.Rules, RulesHash: x.rules.Hash, Act: a.Kind}}
	if x.next.Owner == dialog.OwnerAgent || a.Kind == "handoff.joined" || a.Kind == "handoff.left" {
		m.Speaker = dialog.SpeakerSystem
	}
	return m
}

func (x *run) count(key string) {
	if !x.said {
		said := make(map[string]int, len(x.next.Said)+4)
		maps.Copy(said, x.next.Said)
		x.next.Said, x.said = said, true
	}
	x.next.Said[key]++
}

// pendable reports whether a model may still choose the words of an act: the
// last one of an answer, by the bot, and nothing else pending.
func (x *run) pendable(acts []dialog.Act, i int) bool {
	if x.next.Channel == dialog.ChannelTelegram && x.rules.LevelOf(&acts[i]) > dialog.LevelLinked {
		return false // by the time of its words the chat might not be approved any more
	}
	return i == len(acts)-1 && x.m.Reader && x.next.Owner == dialog.OwnerBot && x.next.Pending == nil &&
		x.rules.ModelAllowed(acts[i].Kind, x.next.Packs)
}

// suspend commits an act as pending: its reviewed text goes out at the deadline
// unless a model's wording has come by then.
func (x *run) suspend(m *dialog.Message) {
	due := x.e.At.Add(phraseTime)
	m.Pending = true
	m.Act.Situation = x.situation(m.Act.Situation)
	x.next.Pending = &dialog.PendingAct{Message: m.ID, Seq: x.next.Seq, Epoch: x.next.Epoch, Due: due}
	x.set(dialog.TimerOp{Kind: timerPhrase, Key: m.ID, Due: due})
	x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Phrase: m.ID,
		Epoch: x.next.Epoch, Guarded: true, Expires: due})
}

// deliver sends a message to a channel that does not pull, if that channel may
// carry it; false when it has to stay in the wallet.
func (x *run) deliver(m *dialog.Message) bool {
	if x.next.Channel != dialog.ChannelTelegram {
		x.nudge(m)
		return true
	}
	address := x.address()
	if address == "" || m.Proactive && slices.Contains(x.next.Tombstones, address) {
		return true
	}
	if m.Level > x.telegramLevel(address) {
		return false
	}
	collection := m.Proactive && (m.Class == dialog.ClassCollection || m.Act != nil && m.Act.Kind == policy.ActDisclose)
	x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Epoch: x.next.Epoch,
		Send:    &dialog.Send{Message: m.ID, Channel: dialog.ChannelTelegram, Address: address},
		Expires: x.viewEnd(m.Level, address),
		Guarded: m.Speaker == dialog.SpeakerBot && m.Class != dialog.ClassCrisis, Proactive: collection})
	return true
}

// telegramLevel is what a Telegram chat may read now: that of the writing
// session, or of the link.
func (x *run) telegramLevel(address string) dialog.Level {
	if x.e.Channel == dialog.ChannelTelegram && x.m.Reader {
		return x.m.Level
	}
	for _, b := range x.next.Bindings {
		if b.Channel == dialog.ChannelTelegram && b.Session == address {
			return b.LevelAt(x.e.At)
		}
	}
	return x.linkLevel(address)
}

// address is the Telegram chat that the person uses: the linked one, or the one
// that just wrote.
func (x *run) address() string {
	if x.e.Channel == dialog.ChannelTelegram && x.m.Reader {
		for _, l := range x.next.Links {
			if l.Channel == dialog.ChannelTelegram && l.Address == x.e.Session {
				return l.Address
			}
		}
	}
	for _, l := range x.next.Links {
		if l.Channel == dialog.ChannelTelegram {
			return l.Address
		}
	}
	if x.e.Channel == dialog.ChannelTelegram {
		return x.e.Session
	}
	return ""
}

// nudge tells somebody who is not looking, in neutral words, that something is
// in the wallet: once a turn, and only for what was not asked just now.
func (x *run) nudge(m *dialog.Message) {
	if !m.Proactive || x.e.Event.Kind != dialog.EventTimer || slices.Contains(x.next.Prefs.Stopped, dialog.ChannelWeb) {
		return
	}
	for _, o := range x.change.Outbox {
		if o.Call != nil && o.Call.Kind == dialog.CallNotifyPush {
			return
		}
	}
	call := dialog.Call{Ref: x.ref + "-push", Kind: dialog.CallNotifyPush}
	x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Call: &call, Epoch: x.next.Epoch,
		Proactive: m.Class == dialog.ClassCollection})
}

// pointToWallet tells a Telegram chat, without a word about what, that there is
// something to read in the wallet.
func (x *run) pointToWallet() {
	a := dialog.Act{Kind: "identity.ask", Form: "telegram", Options: options("open_wallet", "human")}
	v := x.rules.Permit(&a, &x.m)
	if !v.Allowed() {
		return
	}
	a.Rules = ruleIDs(v.Looked)
	m := x.message(&a)
	m.Seq = x.seq()
	x.deliver(&m)
	x.change.Messages = append(x.change.Messages, m)
}

// seat ties what is now open to the messages that show it: a card to its
// message, a question to the last one. A card that nobody was shown does not
// exist.
func (x *run) seat() {
	t := &x.next.Talk
	if x.spoke && t.Asked != "" {
		t.AskedSeq = x.next.Seq
	}
	if t.Quote == nil || t.Quote.Seq > 0 || x.was.Talk.Quote != nil && x.was.Talk.Quote.ID == t.Quote.ID {
		return
	}
	for i := range x.change.Messages {
		m := &x.change.Messages[i]
		if m.Act != nil && m.Seq > 0 && shows(m.Act, t.Quote.ID) {
			q := *t.Quote
			q.Seq, q.Shown = m.Seq, x.e.At
			if m.Act.Card != nil {
				q.ReadSeconds = m.Act.Card.ReadSeconds
			}
			t.Quote = &q
			return
		}
	}
	t.Quote, t.Asked = nil, ""
}

func shows(a *dialog.Act, card string) bool {
	if a.Card != nil && a.Card.ID == card {
		return true
	}
	return slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.Card == card })
}
