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
	hash := e.ports.Decider.RulesHash()
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

// say puts a message's act into words.
func (e *Engine) say(m *dialog.Message, next dialog.Conversation, hash string) error {
	if m.Act == nil {
		return nil
	}
	if m.Locale == "" {
		m.Locale = next.Locale
	}
	if m.Body.Text == "" && m.Body.Card == nil {
		body, err := e.ports.Speaker.Render(*m.Act, m.Locale, next.Zone)
		if err != nil {
			return dialog.E(dialog.CodeInternal, "the answer could not be put into words",
				fmt.Errorf("render %s/%s in %s: %w", m.Act.Kind, m.Act.Form, m.Locale, err))
		}
		m.Body = body
		if err := e.review(m); err != nil {
			return err
		}
	}
	m.Why = provenance(m, hash)
	return nil
}

// review has a template's text looked at. One that does not pass is not sent,
// and neither is anything else of the turn: a yes must not bind to a card that
// was never shown. Crisis support is the exception; silence would be worse.
func (e *Engine) review(m *dialog.Message) error {
	err := e.ports.Speaker.Review(*m.Act, m.Locale, m.Body)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("review %s/%s in %s: %w", m.Act.Kind, m.Act.Form, m.Locale, err)
	e.ports.Observer.Trouble(TroubleReview, err)
	if m.Act.Class == dialog.ClassCrisis {
		return nil
	}
	return dialog.E(dialog.CodeInternal, "the answer could not be put into words", err)
}

// settle makes the final form of a pending message. The core says that it is
// dropped (no sequence number), that it becomes its template (no text), or what
// a model's words are; words that do not pass the review become the template.
func (e *Engine) settle(m *dialog.Message, pending []dialog.Message, next dialog.Conversation, hash string) error {
	i := slices.IndexFunc(pending, func(p dialog.Message) bool { return p.ID == m.ID })
	if i < 0 {
		return broken(fmt.Errorf("message %s is not pending", m.ID))
	}
	was := pending[i]
	if m.Seq == 0 && m.Body.Text == "" {
		m.Pending = false
		return nil
	}
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
