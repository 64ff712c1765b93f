package turn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
	"warmline/dialog/loan"
	"warmline/dialog/policy"
)

// walk is a random conversation and what it must remember to check itself.
type walk struct {
	r       policy.Rules
	s       scripts
	c       dialog.Conversation
	created map[string]int // arrangement.create calls by key
	doubted bool           // s1's user said that they are somebody else, and has not stepped up since
	seqs    map[uint64]bool
}

func TestInvariantsWithMischievousScripts(t *testing.T) {
	walks(t, mischief(), policy.Config{Model: true, Second: true})
}

func TestInvariantsWithTheShippedScripts(t *testing.T) {
	walks(t, flowScripts(), policy.Config{Model: true})
}

func walks(t *testing.T, s scripts, cfg policy.Config) {
	r := testRules(t, cfg)
	rapid.Check(t, func(t *rapid.T) {
		w := &walk{r: r, s: s, c: chat(dialog.Level(rapid.IntRange(0, 2).Draw(t, "first level"))), created: map[string]int{}, seqs: map[uint64]bool{}}
		now := start
		for i := range rapid.IntRange(5, 25).Draw(t, "length") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{1, 30, 300, 4000, 90000}).Draw(t, "seconds")) * time.Second)
			e := env(fmt.Sprintf("e%d", i), now, drawEvent(t, &w.c))
			if rapid.IntRange(0, 3).Draw(t, "on telegram") == 0 && fromPerson(&e) {
				e.Channel, e.Session = dialog.ChannelTelegram, "t1"
			}
			if !fromPerson(&e) {
				e.Session, e.Channel = "", ""
			}
			e.Seen = rapid.SampledFrom([]uint64{0, w.c.Seq, w.c.Seq / 2}).Draw(t, "seen")
			w.step(t, e, drawFacts(t))
		}
	})
}

func fromPerson(e *dialog.Envelope) bool {
	switch e.Event.Kind {
	case dialog.EventOpened, dialog.EventText, dialog.EventChoice, dialog.EventHeard:
		return true
	}
	return false
}

func (w *walk) step(t *rapid.T, e dialog.Envelope, f dialog.Facts) {
	before := encode(t, w.c)
	was := w.c
	ch := step(w.r, w.s, w.c, e, f)
	one := encode(t, ch)
	if two := encode(t, step(w.r, w.s, w.c, e, f)); one != two {
		t.Fatalf("I1: two runs differ:\n%s\n%s", one, two)
	}
	if after := encode(t, was); after != before {
		t.Fatalf("I1: the conversation that went in was changed:\n%s\n%s", before, after)
	}
	w.bookkeeping(t, &was, &e, &ch)
	if ch.Reject != nil {
		return
	}
	w.identity(t, &was, &e, &ch)
	w.figures(t, &e, &f, &ch)
	w.binding(t, &was, &e, &ch)
	w.human(t, &was, &e, &ch)
	w.quiet(t, &was, &e, &ch)
	w.acknowledged(t, &was, &e, &f, &ch)
	w.c = ch.Next
}

// bookkeeping: revisions, numbers, epochs, bounds; a refusal changes nothing.
func (w *walk) bookkeeping(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, ch *dialog.Change) {
	if ch.From != was.Revision || ch.Next.Revision != was.Revision+1 {
		t.Fatalf("revision %d -> from %d, next %d", was.Revision, ch.From, ch.Next.Revision)
	}
	if len(ch.Dedupe) == 0 || ch.Dedupe[0] != e.ID {
		t.Fatalf("the envelope's id is not used up: %v", ch.Dedupe)
	}
	if ch.Reject != nil {
		same := *was
		same.Revision++
		if encode(t, same) != encode(t, ch.Next) || len(ch.Messages)+len(ch.Outbox)+len(ch.Timers)+len(ch.Finals) > 0 {
			t.Fatalf("a refused event had an effect: %v", ch.Reject)
		}
		w.c = ch.Next
		return
	}
	top := was.Seq
	for _, m := range slices.Concat(ch.Finals, ch.Messages) {
		if m.Seq == 0 {
			continue
		}
		if m.Seq <= was.Seq || w.seqs[m.Seq] {
			t.Fatalf("number %d is used twice or old", m.Seq)
		}
		w.seqs[m.Seq] = true
		top++
	}
	if ch.Next.Seq != top {
		t.Fatalf("the state ends at %d, the texts at %d", ch.Next.Seq, top)
	}
	n := &ch.Next
	if n.Owner != was.Owner && n.Epoch <= was.Epoch || n.Epoch < was.Epoch {
		t.Fatalf("owner %s -> %s, epoch %d -> %d", was.Owner, n.Owner, was.Epoch, n.Epoch)
	}
	if len(n.Holds) > maxHolds || len(n.Calls) > maxCalls || len(n.Timers) > maxTimers || len(n.Bindings) > maxBindings ||
		len(n.Talk.Dead) > maxDead || len(n.Talk.Table) > 6 || len(n.Disclosed) > maxDisclosed || len(n.Contacts) > maxContacts {
		t.Fatal("a list has outgrown its bound")
	}
	for _, m := range ch.Messages {
		if (m.Speaker == dialog.SpeakerBot || m.Speaker == dialog.SpeakerHuman) && (m.Why == nil || m.Why.RulesHash != w.r.Hash) {
			t.Fatalf("I10: %s has no record", m.ID)
		}
	}
}

func spoken(ch *dialog.Change) []dialog.Message {
	var out []dialog.Message
	for _, m := range ch.Messages {
		if m.Act != nil {
			out = append(out, m)
		}
	}
	return out
}

// identity: I2 and I12.
func (w *walk) identity(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, ch *dialog.Change) {
	if s := e.Event.Session; s != nil && s.Session == "s1" && s.Level >= 2 && !s.Ended {
		w.doubted = false
	}
	if e.Session == "s1" && w.doubted && ch.Next.Level("s1", e.At) > 0 {
		t.Fatal("I12: a doubted session has a level")
	}
	// A second opinion names intents; it cannot say that somebody has died.
	died := e.Event.Kind == dialog.EventText
	if u := heard(e); u != nil && e.Session == "s1" && (u.Has("wrong_person") || u.Has("third_party") || died && u.Deceased) {
		w.doubted = e.Event.Kind == dialog.EventText || len(spoken(ch)) > 0 || w.doubted
		if e.Event.Kind == dialog.EventText && ch.Next.Level("s1", e.At) != 0 {
			t.Fatal("I12: the level did not fall")
		}
	}
	for _, m := range spoken(ch) {
		if hasFigure(m.Act) && m.Level < dialog.LevelBorrower {
			t.Fatalf("I2: %s carries a figure and is readable at level %d", policy.FormKey(m.Act), m.Level)
		}
		if fromPerson(e) && m.Level > ch.Next.Level(e.Session, e.At) && m.Level > approved(&ch.Next, e) {
			t.Fatalf("I2: %s (level %d) said to level %d", policy.FormKey(m.Act), m.Level, ch.Next.Level(e.Session, e.At))
		}
	}
	for _, o := range ch.Outbox {
		if o.Send == nil {
			continue
		}
		for _, m := range ch.Messages {
			if m.ID == o.Send.Message && m.Level > dialog.LevelLinked && m.Level > ch.Next.Level(o.Send.Address, e.At) && m.Level > approved(&ch.Next, e) {
				t.Fatalf("I2: %s goes to a chat that may not read it", m.ID)
			}
		}
	}
	for _, m := range ch.Messages {
		if m.Speaker == dialog.SpeakerHuman && strings.Contains(m.Body.Text, "827") && m.Level < 2 {
			t.Fatal("I2: a human's figure is readable by anybody")
		}
	}
	_ = was
}

func approved(c *dialog.Conversation, e *dialog.Envelope) dialog.Level {
	for _, b := range c.Bindings {
		if b.Session == e.Session && b.Doubted {
			return 0
		}
	}
	for _, l := range c.Links {
		if e.At.Before(l.Until) {
			return dialog.LevelBorrower
		}
		if l.Channel != "" {
			return dialog.LevelLinked
		}
	}
	return 0
}

func hasFigure(a *dialog.Act) bool {
	for name, v := range a.Values {
		if v.Kind == dialog.ValueMoney && name != "amount_a" && name != "amount_b" {
			return true
		}
	}
	return false
}

func heard(e *dialog.Envelope) *dialog.Understanding {
	if e.Event.Text == nil {
		return nil
	}
	return e.Event.Text.Heard
}

// figures: I3. What is due is the ledger's, and buttons are eligible.
func (w *walk) figures(t *rapid.T, e *dialog.Envelope, f *dialog.Facts, ch *dialog.Change) {
	zone := w.r.Zone("Asia/Shanghai", nil)
	today := dialog.DateOf(e.At.In(zone))
	for _, m := range spoken(ch) {
		if due, ok := m.Act.Values["amount_due"]; ok && m.Act.Kind == "balance.show" {
			if !slices.ContainsFunc(f.Accounts, func(a dialog.Account) bool { return loan.Owed(a, today).Total == due.Money }) {
				t.Fatalf("I3: %s is owed nowhere", due.Money.Decimal())
			}
		}
		if slices.ContainsFunc(m.Act.Options, func(o dialog.Option) bool { return o.ID == "plan:9" }) {
			t.Fatal("I3: a plan that nobody may have is offered")
		}
	}
}

// binding: I4 and I8.
func (w *walk) binding(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, ch *dialog.Change) {
	for _, c := range calls(*ch) {
		if c.Kind != dialog.CallArrangementCreate {
			continue
		}
		q := was.Talk.Quote
		if q == nil || c.Ref != q.ID || c.Terms == nil || !policy.SameTerms(*c.Terms, q.Offer.Terms) || !e.At.Before(q.Expires) {
			t.Fatalf("I4: an arrangement that is not the live card's: %+v", c)
		}
		if !consent(was, e) {
			t.Fatalf("I4: nobody said yes in %s", e.Event.Kind)
		}
		if w.created[c.Ref]++; w.created[c.Ref] > 1 {
			t.Fatalf("I8: %s was sent twice", c.Ref)
		}
	}
}

func consent(was *dialog.Conversation, e *dialog.Envelope) bool {
	ev := &e.Event
	if (ev.Kind == dialog.EventSession || ev.Kind == dialog.EventChannel) && was.Talk.After != nil {
		ev = was.Talk.After
	}
	switch ev.Kind {
	case dialog.EventChoice:
		return ev.Choice.Option == "confirm" && ev.Choice.Card == was.Talk.Quote.ID
	case dialog.EventText:
		return ev.Text.Heard.Has(dialog.IntentAffirm) && !ev.Text.Heard.Has(dialog.IntentDeny)
	}
	return false
}

// human: I5 and I7.
func (w *walk) human(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, ch *dialog.Change) {
	n := &ch.Next
	u := heard(e)
	if e.Event.Kind == dialog.EventText && u.Has(dialog.IntentRequestHuman) || e.Event.Choice != nil && e.Event.Choice.Option == "human" {
		if n.Owner != dialog.OwnerQueue && n.Owner != dialog.OwnerAgent {
			t.Fatalf("I5: asked for a human, owner is %s", n.Owner)
		}
	}
	if alarmed(u) && e.Event.Kind == dialog.EventText {
		if _, on := n.Held(e.At, dialog.HoldCrisis); !on || n.Page == nil {
			t.Fatal("I5: a crisis put on no hold or called nobody")
		}
	}
	_, inCrisis := n.Held(e.At, dialog.HoldCrisis)
	_, before := was.Held(e.At, dialog.HoldCrisis)
	if before && !inCrisis && (e.Event.Agent == nil || e.Event.Agent.Second == "") {
		t.Fatal("I5: a crisis ended without two people")
	}
	for _, m := range spoken(ch) {
		coming := m.Act.Kind == "handoff.joined" || m.Act.Kind == "handoff.left"
		if inCrisis && m.Class != dialog.ClassCrisis && !coming {
			t.Fatalf("I5: %s in a crisis", policy.FormKey(m.Act))
		}
		if was.Owner == dialog.OwnerAgent && n.Owner == dialog.OwnerAgent && m.Speaker == dialog.SpeakerBot {
			t.Fatalf("I7: the bot said %s while a human owns the chat", policy.FormKey(m.Act))
		}
	}
	for _, f := range ch.Finals {
		if f.Seq > 0 && (n.Owner == dialog.OwnerAgent || inCrisis && !before) {
			t.Fatal("I7: a pending text came out after a human or a crisis")
		}
	}
}

// quiet: I6.
func (w *walk) quiet(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, ch *dialog.Change) {
	stops := []dialog.HoldKind{dialog.HoldCease, dialog.HoldWrongPerson, dialog.HoldDispute, dialog.HoldBereavement,
		dialog.HoldDeceased, dialog.HoldMoratorium, dialog.HoldCrisis}
	_, before := was.Held(e.At, stops...)
	_, after := ch.Next.Held(e.At, stops...)
	stopped := before && after // an outcome may end a hold
	for _, m := range spoken(ch) {
		if stopped && m.Class == dialog.ClassCollection {
			t.Fatalf("I6: %s after a stop", policy.FormKey(m.Act))
		}
	}
	if u := heard(e); e.Event.Kind == dialog.EventText && u.Has(dialog.IntentCeaseContact) && !u.Has(dialog.IntentWrongPerson) {
		if _, on := ch.Next.Held(e.At, dialog.HoldCease); !on && len(ch.Next.Prefs.Stopped) == 0 && ch.Next.Prefs.Only == "" {
			t.Fatal("I6: a stop was not taken note of")
		}
		for _, x := range ch.Next.Timers {
			if _, on := ch.Next.Held(e.At, dialog.HoldCease); on && collecting(x.Kind) {
				t.Fatalf("I6: %s is still scheduled", x.Kind)
			}
		}
	}
}

// acknowledged: I11.
func (w *walk) acknowledged(t *rapid.T, was *dialog.Conversation, e *dialog.Envelope, f *dialog.Facts, ch *dialog.Change) {
	for _, m := range spoken(ch) {
		switch policy.FormKey(m.Act) {
		case "plan.accepted", "deferral.accepted", "promise.recorded", "promise.recorded/moved", "plan.accepted/reminders":
			if e.Event.Lender == nil && len(f.Arrangements) == 0 {
				t.Fatalf("I11: %s before the lender said so", m.Act.Kind)
			}
		case "crisis.support/acknowledged":
			if ch.Next.Page == nil || ch.Next.Page.By == "" {
				t.Fatalf("I11: somebody is said to come, and nobody has answered %+v %s", ch.Next.Page, m.Speaker)
			}
		case "plan.submitted", "plan.submitted/promise", "deferral.submitted":
			if len(calls(*ch)) == 0 && len(was.Calls) == 0 {
				t.Fatalf("I11: %s, and nothing was sent", m.Act.Kind)
			}
		}
	}
}
