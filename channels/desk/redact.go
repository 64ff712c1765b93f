package desk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"

	"warmline/channels"
	"warmline/dialog"
)

// redact takes words out of a line for good: the line stays, with who did it
// and why. Without a range it takes the numbers that were found in it.
func (s *Server) redact(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Seq      uint64
		From, To int // UTF-16 offsets, as the console shows the line
		Reason   string
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	mine := c.Owner == dialog.OwnerAgent && c.Agent == who.ID
	if s.opts.Redactor == nil || !mine && who.Role != RoleCompliance {
		return no(dialog.CodeForbidden, "not_owner")
	}
	if strings.TrimSpace(in.Reason) == "" {
		return no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	m, err := s.message(ctx, c.ID, in.Seq)
	if err != nil {
		return err
	}
	// What one may not read one cannot pick from.
	if level, _ := bestLevel(c, s.opts.Now()); m.Level > level && m.Level <= dialog.LevelThisAct && who.Role != RoleCompliance {
		return no(dialog.CodeForbidden, "not_verified")
	}
	spans, err := picked(&m, in.From, in.To, shorten(in.Reason, 200))
	if err != nil {
		return err
	}
	return s.bury(ctx, w, who, c, &m, tomb{Reason: shorten(in.Reason, 200), By: who.ID, At: s.opts.Now().UTC(), Spans: spans})
}

// picked is what is to be taken out of a line: only what people wrote, never
// what the bot said or the system noted.
func picked(m *dialog.Message, from, to int, reason string) ([]span, error) {
	written := m.Speaker == dialog.SpeakerBorrower || m.Speaker == dialog.SpeakerHuman || m.Level > dialog.LevelThisAct
	if !written || m.Body.Text == "" {
		return nil, no(dialog.CodeInvalid, "nothing_to_mask")
	}
	if from == 0 && to == 0 {
		found := secrets(m.Body.Text)
		if len(found) == 0 {
			return nil, no(dialog.CodeInvalid, "nothing_to_mask")
		}
		return found, nil
	}
	u := utf16.Encode([]rune(m.Body.Text))
	if from < 0 || to <= from || to > len(u) {
		return nil, no(dialog.CodeInvalid, "range").at("from")
	}
	// Half of a pair would leave a broken character.
	if utf16.IsSurrogate(rune(u[from])) && from > 0 && u[from] >= 0xdc00 {
		from--
	}
	if to < len(u) && u[to] >= 0xdc00 && u[to] <= 0xdfff {
		to++
	}
	return []span{{From: from, To: to, Kind: "marked", Reason: reason}}, nil
}

// bury keeps that words are taken out, then takes them out: of the line, and of
// what the queue shows of it.
func (s *Server) bury(ctx context.Context, w http.ResponseWriter, who *caller, c dialog.Conversation, m *dialog.Message, t tomb) error {
	_, err := change(ctx, s.opts.Shelf, of(kindTomb, c.ID), strconv.FormatUint(m.Seq, 10), func(kept *tomb, _ bool) error {
		t.Spans = append(kept.Spans, t.Spans...)
		*kept = t
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.mustAudit(ctx, entry{Kind: "redact", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, From: who.addr,
		Detail: fmt.Sprintf("%d: %s", m.Seq, t.Reason)}); err != nil {
		return err
	}
	left := cover(m.Body.Text, t.Spans)
	if err := s.opts.Redactor.Redact(ctx, c.ID, m.Seq, left); err != nil {
		return err
	}
	_, err = change(ctx, s.opts.Shelf, kindSpell, c.ID, func(p *spell, found bool) error {
		if !found || p.Said != shorten(m.Body.Text, 120) {
			return errSame
		}
		p.Said = shorten(left, 120)
		return nil
	})
	if err != nil {
		return err
	}
	s.tell(ctx, note{K: "again", Chat: c.ID, Seq: m.Seq})
	return noContent(w)
}
