package turn

import (
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
)

// opinionTime is how long after its text a second opinion is still of use.
const opinionTime = 15 * time.Second

// hearAgain asks for a second opinion on a text that was asked back about, where
// one may be asked. A text in which anything was heard of safety or of a stop is
// not given away: no opinion can take that back.
func (x *run) hearAgain() {
	t := x.event.Text
	if x.event.Kind != dialog.EventText || t == nil || len(t.Lines) != 1 || t.File != "" || t.Media != "" || !doubtful(t.Heard) ||
		x.doubted || x.next.Talk.Clarified == 0 || x.next.Owner != dialog.OwnerBot || !x.rules.SecondOpinion(x.next.Packs) {
		return
	}
	for i := len(x.change.Messages) - 1; i >= 0; i-- {
		m := &x.change.Messages[i]
		if m.Speaker != dialog.SpeakerBorrower {
			continue
		}
		x.next.Hearing = &dialog.Hearing{Message: m.ID, Session: x.e.Session, Channel: x.e.Channel}
		x.change.Outbox = append(x.change.Outbox, dialog.OutboxItem{ID: x.id(), Hear: m.ID, Epoch: x.next.Epoch,
			Guarded: true, Expires: x.e.At.Add(opinionTime)})
		return
	}
}

// doubtful reports whether a text was understood so badly that a guess of
// somebody else's can do no harm.
func doubtful(u *dialog.Understanding) bool {
	if u == nil || u.Confident || u.Minor || u.Deceased || u.TooLong || flow.Danger(u) != dialog.SafetyNone && u.Safety != dialog.SafetyGreen {
		return false
	}
	if dialog.RankOf(u.Driving) == dialog.RankX {
		return false
	}
	return !slices.ContainsFunc(u.Intents, func(s dialog.Scored) bool { return dialog.RankOf(s.Intent) == dialog.RankX })
}

// opinion answers a text on which a second opinion has come. One that would have
// an effect at the lender has none at all: the question that was asked back
// stands, and the person's own answer to it decides.
func (x *run) opinion() {
	x.event = withoutConsent(x.event)
	x.shown, x.m.Event = x.event, x.event
	if !x.wanted() || x.linking() {
		return
	}
	p := x.ask(x.scripts.next)
	if x.next.Owner == dialog.OwnerAgent {
		x.beside(p)
		return
	}
	if !alarmed(x.event.Text.Heard) && len(p.Calls) > 0 {
		return
	}
	x.settle(true) // what was asked back, if it is not said yet
	x.carry(p)
}

// inSession puts a second opinion into the session that wrote the text.
func (x *run) inSession() {
	if h := x.was.Hearing; h != nil && x.e.Event.Kind == dialog.EventHeard && x.e.Session == "" {
		x.e.Session, x.e.Channel = h.Session, h.Channel
	}
}

// withoutConsent takes out of a second opinion what a model may never mean or
// tell: a yes, a no, a choice; a sum, a date or anything else that was written;
// who the writer is.
func withoutConsent(e *dialog.Event) *dialog.Event {
	if e.Text == nil || e.Text.Heard == nil {
		return e
	}
	banned := func(i dialog.Intent) bool {
		return i == dialog.IntentAffirm || i == dialog.IntentDeny || i == dialog.IntentChooseOption
	}
	u := *e.Text.Heard
	u.Intents = keep(u.Intents, func(s dialog.Scored) bool { return !banned(s.Intent) })
	u.Candidates = keep(u.Candidates, func(s dialog.Scored) bool { return !banned(s.Intent) })
	if banned(u.Driving) {
		u.Driving, u.Confident = "", false
	}
	u.Entities, u.Minor, u.Deceased = nil, false, false
	text := *e.Text
	text.Heard = &u
	out := *e
	out.Text = &text
	return &out
}

// wanted reports whether a second opinion still matters: what it says is about
// safety, or the question that was asked back about this very text is open.
func (x *run) wanted() bool {
	t := x.event.Text
	if t == nil || t.Heard == nil {
		return false
	}
	if alarmed(t.Heard) {
		return true
	}
	h := x.next.Hearing
	return h != nil && len(t.Lines) == 1 && t.Lines[0].ID == h.Message && x.next.Talk.Clarified > 0 &&
		t.Heard.Confident && t.Heard.Driving != ""
}
