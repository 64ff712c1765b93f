package turn

import (
	"warmline/dialog"
)

// settle closes the pending act when something new comes in: its reviewed text
// stands, or it is dropped where nothing of the sort may be said any more.
func (x *run) settle(drop bool) {
	p := x.next.Pending
	if p == nil {
		return
	}
	x.next.Pending = nil
	x.cancel(timerPhrase, p.Message)
	final := dialog.Message{ID: p.Message, Speaker: dialog.SpeakerBot, At: x.e.At, Channel: x.next.Channel}
	if !drop {
		x.final(&final)
	}
	x.change.Finals = append(x.change.Finals, final)
}

// final gives a pending message its place in the transcript and sends it.
func (x *run) final(m *dialog.Message) {
	m.Seq = x.seq()
	t := &x.next.Talk
	if t.Asked != "" {
		t.AskedSeq = m.Seq
	}
	x.deliver(m)
}

// phrased takes a model's wording of the pending act. One that is late, or of
// another act, or failed, has no effect beyond the reviewed text.
func (x *run) phrased() {
	ev := x.e.Event.Phrased
	p := x.next.Pending
	if ev == nil || p == nil || p.Message != ev.Message || p.Epoch != x.next.Epoch || x.next.Owner != dialog.OwnerBot {
		return
	}
	x.next.Pending = nil
	x.cancel(timerPhrase, p.Message)
	m := dialog.Message{ID: p.Message, Speaker: dialog.SpeakerBot, At: x.e.At, Channel: x.next.Channel}
	if ev.Failed == "" && ev.Text != "" {
		m.Body = dialog.Rendered{Text: ev.Text, Model: ev.Model, Prompt: ev.Prompt}
		m.Why = &dialog.Provenance{RulesHash: x.rules.Hash, Model: ev.Model, Prompt: ev.Prompt}
	}
	x.final(&m)
	x.change.Finals = append(x.change.Finals, m)
}
