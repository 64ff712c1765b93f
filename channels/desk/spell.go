package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// spell is one stretch in which a conversation was in human hands, from asking
// for a person to the bot or the end. It is worked out from the conversation and
// its messages, so that any node can go on with it.
type spell struct {
	Chat     string             `json:"chat"`
	Borrower string             `json:"borrower,omitempty"`
	Name     string             `json:"name,omitempty"`
	Owner    dialog.OwnerKind   `json:"owner"`
	Agent    string             `json:"agent,omitempty"`
	Show     string             `json:"agent_name,omitempty"`
	Queue    string             `json:"queue,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Priority int                `json:"priority"`
	Locale   dialog.Locale      `json:"locale,omitempty"`
	Channel  dialog.ChannelKind `json:"channel,omitempty"`
	Revision uint64             `json:"revision"`
	FirstSeq uint64             `json:"first_seq"`
	Seq      uint64             `json:"seq"` // messages up to here are counted
	In       int                `json:"in"`  // lines of the borrower in it

	Queued  time.Time `json:"queued"`
	Claimed time.Time `json:"claimed,omitzero"`
	First   time.Time `json:"first,omitzero"` // a human's first line
	LastIn  time.Time `json:"last_in,omitzero"`
	LastOut time.Time `json:"last_out,omitzero"`
	Asked   time.Time `json:"asked,omitzero"` // the first line that has no answer yet
	Ended   time.Time `json:"ended,omitzero"`

	Nexts   int     `json:"nexts,omitempty"` // later answers, and how long they took together
	NextSum float64 `json:"next_s,omitempty"`
	NextBad int     `json:"next_bad,omitempty"`
	Losses  int     `json:"losses,omitempty"` // agents who were lost
	Outcome string  `json:"outcome,omitempty"`
	Rating  int     `json:"rating,omitempty"`

	Said    string         `json:"said,omitempty"` // the last line, shortened
	SaidBy  dialog.Speaker `json:"said_by,omitempty"`
	SaidLvl dialog.Level   `json:"said_level,omitempty"`
}

func staffed(o dialog.OwnerKind) bool { return o == dialog.OwnerQueue || o == dialog.OwnerAgent }

// over reports whether a spell has ended, or there never was one.
func (p *spell) over() bool { return p.Chat == "" || !p.Ended.IsZero() }

// wait is how long the person waited for a human's first word.
func (p *spell) wait() time.Duration {
	if p.First.IsZero() {
		return 0
	}
	return p.First.Sub(p.Queued)
}

// handled is how long a human had the chat.
func (p *spell) handled() time.Duration {
	if p.Claimed.IsZero() || p.Ended.IsZero() {
		return 0
	}
	return p.Ended.Sub(p.Claimed)
}

// missed says what went wrong with a handoff, "" when nothing did.
func (p *spell) missed(t Target) string {
	switch {
	case p.Claimed.IsZero():
		return "abandoned"
	case p.Losses > 0:
		return "agent_lost"
	case p.First.IsZero() || p.wait() > time.Duration(t.First)*time.Second:
		return "late"
	}
	return ""
}

// context lines that are read before a spell for its preview.
const before = 12

// follow brings a conversation's spell up to date. It returns the spell; ended
// says that this call has ended it.
func (s *Server) follow(ctx context.Context, id string) (p spell, ended bool, err error) {
	p, err = change(ctx, s.opts.Shelf, kindSpell, id, func(p *spell, _ bool) error {
		ended = false
		c, err := s.opts.Chats.State(ctx, id)
		if err != nil {
			return err
		}
		if p.over() && !staffed(c.Owner) || c.Revision == p.Revision && !p.over() {
			return errSame
		}
		if p.over() {
			last := *p
			if *p = s.newSpell(ctx, c); p.Queued.Sub(last.Ended) < returnsWithin {
				p.Agent, p.Show = last.Agent, last.Show
			}
		}
		if err := s.count(ctx, p, c); err != nil {
			return err
		}
		ended = s.adopt(p, c)
		return nil
	})
	return p, ended, err
}

// returnsWithin is how long somebody who comes back is first offered to whoever
// they spoke with.
const returnsWithin = 7 * 24 * time.Hour

func (s *Server) newSpell(ctx context.Context, c dialog.Conversation) spell {
	p := spell{Chat: c.ID, Borrower: c.Borrower, Queued: c.QueuedAt, FirstSeq: c.Seq}
	if p.Queued.IsZero() {
		p.Queued = s.opts.Now().UTC()
	}
	if c.Seq > before {
		p.Seq = c.Seq - before
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if f, err := s.opts.Facts.Facts(ctx, c.Borrower); err == nil && c.Borrower != "" {
		p.Name = f.Borrower.Name
	}
	return p
}

// count takes in the messages that are new.
func (s *Server) count(ctx context.Context, p *spell, c dialog.Conversation) error {
	st, err := s.settings(ctx)
	if err != nil {
		return err
	}
	for p.Seq < c.Seq {
		messages, err := s.opts.Chats.Since(ctx, c.ID, p.Seq, 200)
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		if len(messages) == 0 {
			p.Seq = c.Seq
			break
		}
		for i := range messages {
			p.take(&messages[i], st.target(c.Priority))
		}
	}
	return nil
}

func (p *spell) take(m *dialog.Message, t Target) {
	p.Seq = m.Seq
	if m.Level > dialog.LevelThisAct {
		return
	}
	if text := m.Body.Text; text != "" {
		p.Said, p.SaidBy, p.SaidLvl = shorten(text, 120), m.Speaker, m.Level
	}
	if m.At.Before(p.Queued) {
		return
	}
	p.FirstSeq = min(p.FirstSeq, m.Seq)
	switch {
	case m.Speaker == dialog.SpeakerBorrower:
		p.LastIn = m.At
		p.In++
		if p.Asked.IsZero() {
			p.Asked = m.At
		}
	case m.Speaker == dialog.SpeakerHuman:
		p.answered(m.At, t)
	case m.Act != nil && m.Act.Kind == "handoff.joined" && p.Claimed.IsZero():
		p.Claimed = m.At
	case m.Act != nil && m.Act.Kind == "handoff.queued" && m.Act.Form == "returned":
		p.Losses++
	}
}

func (p *spell) answered(at time.Time, t Target) {
	p.LastOut = at
	switch {
	case p.First.IsZero():
		p.First = at
	case !p.Asked.IsZero():
		took := at.Sub(p.Asked).Seconds()
		p.Nexts, p.NextSum = p.Nexts+1, p.NextSum+took
		if took > float64(t.Next) {
			p.NextBad++
		}
	}
	p.Asked = time.Time{}
}

// adopt takes over how the conversation stands; true when the spell has ended.
func (s *Server) adopt(p *spell, c dialog.Conversation) bool {
	p.Owner, p.Revision, p.Locale, p.Channel = c.Owner, c.Revision, c.Locale, c.Channel
	if c.Borrower != "" {
		p.Borrower = c.Borrower
	}
	if !staffed(c.Owner) {
		p.Ended = s.opts.Now().UTC()
		return true
	}
	p.Queue, p.Reason, p.Priority = c.Queue, c.QueuedFor, c.Priority
	if c.Owner == dialog.OwnerAgent {
		p.Agent, p.Show = c.Agent, c.AgentName
		if p.Claimed.IsZero() {
			p.Claimed = s.opts.Now().UTC()
		}
	}
	return false
}

// due returns when the next human word is due and how that stands.
func (p *spell) due(t Target, now time.Time) (kind string, due time.Time, state string) {
	switch {
	case p.over():
		return "none", time.Time{}, "ok"
	case p.First.IsZero():
		kind, due = "first", p.Queued.Add(time.Duration(t.First)*time.Second)
	case !p.Asked.IsZero():
		kind, due = "next", p.Asked.Add(time.Duration(t.Next)*time.Second)
	default:
		return "none", time.Time{}, "ok"
	}
	switch left := due.Sub(now); {
	case left <= 0:
		state = "breach"
	case left < time.Duration(t.Warn)*time.Second:
		state = "warning"
	default:
		state = "ok"
	}
	return kind, due, state
}

// rated returns the stars of a borrower's line, 0 when it is no rating.
func rated(m *dialog.Message) int {
	if m.Speaker != dialog.SpeakerBorrower || len(m.Body.Options) == 0 {
		return 0
	}
	text, is := strings.CutPrefix(m.Body.Options[0].ID, "rate:")
	n, err := strconv.Atoi(text)
	if !is || err != nil || n < 1 || n > 5 {
		return 0
	}
	return n
}

// tagOf returns the tag of who wrote a human line, from the envelope's id.
func tagOf(m *dialog.Message) string {
	rest, is := strings.CutPrefix(m.Client, envelopePrefix)
	author, _, _ := strings.Cut(rest, ":")
	if !is {
		return ""
	}
	return author
}

// envelopePrefix leads the ids of the desk's envelopes: prefix, the account's
// tag, the client's own id.
const envelopePrefix = "desk:"

// shorten cuts a text to n characters.
func shorten(text string, n int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}
