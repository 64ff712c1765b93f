package manager

import (
	"fmt"
	"slices"

	"warmline/dialog"
)

// complete makes a change ready to be committed: every act in words, every
// final text numbered, every outgoing message with its provenance.
func (e *Engine) complete(st state, ch *dialog.Change) error {
	c := st.conversation
	ch.Next.ID, ch.Next.Revision = c.ID, c.Revision+1
	hash := e.decidedBy(ch)
	ch.Messages = slices.Clone(ch.Messages)
	for i := range ch.Messages {
		if err := e.say(&ch.Messages[i], ch.Next, hash); err != nil {
			return err
		}
	}
	ch.Finals = slices.Clone(ch.Finals)
	for i := range ch.Finals {
		if err := e.settle(&ch.Finals[i], st.pending, ch.Next, hash); err != nil {
			return err
		}
	}
	return number(c.Seq, ch)
}

// decidedBy names the rules that a change was decided by: its own word, because
// rules may be exchanged between deciding and writing it down.
func (e *Engine) decidedBy(ch *dialog.Change) string {
	if ch.RulesHash != "" {
		return ch.RulesHash
	}
	return e.ports.Decider.RulesHash()
}

// say puts a message's act into words.
func (e *Engine) say(m *dialog.Message, next dialog.Conversation, hash string) error {
	if m.Locale == "" && (m.Act != nil || m.Chosen != nil) {
		m.Locale = next.Locale
	}
	if m.Act == nil {
		e.label(m, next.Zone)
		return nil
	}
	if m.Body.Text == "" && m.Body.Card == nil {
		if err := e.render(m, next); err != nil {
			return err
		}
	}
	m.Why = provenance(m, hash)
	return nil
}

// label gives a tapped button's line its words. An id that is no button of ours
// has none; what was tapped is kept either way.
func (e *Engine) label(m *dialog.Message, zone string) {
	if m.Chosen == nil {
		return
	}
	if words, err := e.ports.Speaker.Label(*m.Chosen, m.Locale, zone); err == nil {
		m.Body.Text = words
	}
}

// render fills in the reviewed text of a message's act and has it looked at. A
// text that cannot be had, or does not pass, is replaced by an apology: what
// else the turn does, a handoff above all, must not fail with it. Not so an act
// that asks for a yes: a yes must never bind to a card that was not shown. And
// crisis support is said as it is; silence would be worse.
func (e *Engine) render(m *dialog.Message, next dialog.Conversation) error {
	body, err := e.ports.Speaker.Render(*m.Act, m.Locale, next.Zone)
	if err == nil {
		m.Body = body
		if err = e.ports.Speaker.Review(*m.Act, m.Locale, body); err == nil {
			return nil
		}
	}
	err = fmt.Errorf("render %s/%s in %s: %w", m.Act.Kind, m.Act.Form, m.Locale, err)
	e.ports.Observer.Trouble(TroubleReview, err)
	if m.Act.Class == dialog.ClassCrisis && m.Body.Text != "" {
		return nil
	}
	failed := dialog.E(dialog.CodeInternal, "the answer could not be put into words", err)
	if binds(m.Act) {
		return failed
	}
	sorry := dialog.Act{Kind: apology, Class: dialog.ClassService, Rules: m.Act.Rules}
	if body, err = e.ports.Speaker.Render(sorry, m.Locale, next.Zone); err != nil {
		return failed
	}
	m.Act, m.Body = &sorry, body
	return nil
}

// apology is what is said in place of a text that cannot be had.
const apology dialog.ActKind = "error.apologise"

// binds reports whether a yes to the act would bind.
func binds(a *dialog.Act) bool {
	return a.Card != nil || slices.ContainsFunc(a.Options, func(o dialog.Option) bool { return o.ID == "confirm" })
}

// settle makes the final form of a pending message. The core says that it is
// dropped (no sequence number), that it becomes its template (no text), or what
// a model's words are; words that do not pass the review become the template.
func (e *Engine) settle(m *dialog.Message, pending []dialog.Message, next dialog.Conversation, hash string) error {
	i := slices.IndexFunc(pending, func(p dialog.Message) bool { return p.ID == m.ID })
	if m.Seq == 0 && m.Body.Text == "" {
		m.Pending = false
		return nil
	}
	if i < 0 { // lost: the conversation goes on all the same
		e.ports.Observer.Trouble(TroubleDecider, fmt.Errorf("message %s is not pending", m.ID))
		m.Act, m.Body, m.Pending = &dialog.Act{Kind: apology, Class: dialog.ClassService}, dialog.Rendered{}, false
		return e.say(m, next, hash)
	}
	was := pending[i]
	words, seq, at := m.Body, m.Seq, m.At
	*m = was
	m.Pending, m.Seq = false, seq
	if !at.IsZero() {
		m.At = at
	}
	if words.Text != "" && m.Act != nil {
		final := m.Body
		final.Text, final.Model, final.Prompt = words.Text, words.Model, words.Prompt
		if err := e.ports.Speaker.Review(*m.Act, m.Locale, final); err != nil {
			e.ports.Observer.Trouble(TroubleReview, fmt.Errorf("review of a model's %s: %w", m.Act.Kind, err))
		} else {
			m.Body = final
		}
	}
	m.Why = provenance(m, hash)
	return nil
}

// provenance is the record that every outgoing message has.
func provenance(m *dialog.Message, hash string) *dialog.Provenance {
	p := dialog.Provenance{}
	if m.Why != nil {
		p = *m.Why
	}
	p.RulesHash, p.TextID, p.Model, p.Prompt = hash, m.Body.TextID, m.Body.Model, m.Body.Prompt
	if m.Act != nil {
		p.Act = m.Act.Kind
		if p.Rules == nil {
			p.Rules = m.Act.Rules
		}
	}
	return &p
}

// number checks that the final texts are numbered on from last in the order in
// which they are said, giving numbers where the core gave none.
func number(last uint64, ch *dialog.Change) error {
	var final []*dialog.Message
	for i := range ch.Finals {
		if m := &ch.Finals[i]; m.Seq > 0 || m.Body.Text != "" {
			final = append(final, m)
		}
	}
	for i := range ch.Messages {
		if m := &ch.Messages[i]; !m.Pending {
			final = append(final, m)
		} else if m.Seq != 0 {
			return broken(fmt.Errorf("message %s is pending and has a number", m.ID))
		}
	}
	top := last + uint64(len(final))
	seen := map[uint64]bool{}
	for i, m := range final {
		if m.Seq == 0 {
			m.Seq = last + 1 + uint64(i)
		}
		if m.Seq <= last || m.Seq > top || seen[m.Seq] {
			return broken(fmt.Errorf("message %s has number %d, expected one from %d to %d", m.ID, m.Seq, last+1, top))
		}
		seen[m.Seq] = true
	}
	if ch.Next.Seq != last && ch.Next.Seq != top {
		return broken(fmt.Errorf("the state ends at message %d, the texts at %d", ch.Next.Seq, top))
	}
	ch.Next.Seq = top
	return nil
}

// broken is an error in what the core returned.
func broken(err error) error {
	return dialog.E(dialog.CodeInternal, "something went wrong", err)
}

// stillPending returns the pending messages after a change.
func stillPending(before []dialog.Message, ch dialog.Change) []dialog.Message {
	var after []dialog.Message
	for _, m := range before {
		if !slices.ContainsFunc(ch.Finals, func(f dialog.Message) bool { return f.ID == m.ID }) {
			after = append(after, m)
		}
	}
	for _, m := range ch.Messages {
		if m.Pending {
			after = append(after, m)
		}
	}
	return after
}
