package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// exportView is a transcript with what was decided, as evidence: each line's
// hash covers the line before, so that nothing can be taken out or changed
// without its being seen.
type exportView struct {
	Chat     string          `json:"chat"`
	Exported time.Time       `json:"exported_at"`
	By       string          `json:"by"`
	Messages []exportLine    `json:"messages"`
	Tombs    map[string]tomb `json:"tombstones"`
	Audit    []entry         `json:"audit"`
	Head     string          `json:"head"`
}

type exportLine struct {
	dialog.Message
	Hash string `json:"hash"`
}

func (s *Server) export(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if level, _ := bestLevel(c, s.opts.Now()); locked(who, level) && who.Role != RoleSupervisor {
		return no(dialog.CodeForbidden, "not_verified")
	}
	// Nothing leaves without a record that it did.
	if err := s.mustAudit(ctx, entry{Kind: "export", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, From: who.addr}); err != nil {
		return err
	}
	v, err := s.exportOf(ctx, who, c)
	if err != nil {
		return err
	}
	name := "transcript-" + c.ID
	if r.URL.Query().Get("format") == "text" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.txt"`)
		_, _ = w.Write([]byte(v.text()))
		return nil
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.json"`)
	return ok(w, v)
}

func (s *Server) exportOf(ctx context.Context, who *caller, c dialog.Conversation) (exportView, error) {
	v := exportView{Chat: c.ID, Exported: s.opts.Now().UTC(), By: who.ID, Messages: []exportLine{}, Audit: []entry{}}
	var err error
	if v.Tombs, err = loadAll[tomb](ctx, s.opts.Shelf, of(kindTomb, c.ID)); err != nil {
		return v, err
	}
	head := sha256.Sum256([]byte("warmline/transcript/" + c.ID))
	for after := uint64(0); after < c.Seq; {
		messages, err := s.opts.Chats.Since(ctx, c.ID, after, 500)
		if err != nil {
			return v, err
		}
		if len(messages) == 0 {
			break
		}
		for _, m := range messages {
			m.Body.Text = maskSecrets(m.Body.Text)
			data, err := json.Marshal(m)
			if err != nil {
				return v, fmt.Errorf("export a line: %w", err)
			}
			head = sha256.Sum256(append(head[:], data...))
			v.Messages = append(v.Messages, exportLine{m, hex.EncodeToString(head[:])})
			after = m.Seq
		}
	}
	v.Head = hex.EncodeToString(head[:])
	return v, s.addDecisions(ctx, &v)
}

// addDecisions adds what people did to the chat.
func (s *Server) addDecisions(ctx context.Context, v *exportView) error {
	for last, n := "", 0; n < auditPages; n++ {
		ids, raw, err := s.opts.Ledger.Log(ctx, logAudit, last, logPage)
		if err != nil {
			return err
		}
		for i, data := range raw {
			var e entry
			if err := json.Unmarshal(data, &e); err != nil {
				return fmt.Errorf("read the audit: %w", err)
			}
			if e.ID = ids[i]; e.Chat == v.Chat {
				e.From = ""
				v.Audit = append(v.Audit, e)
			}
		}
		if len(ids) < logPage {
			return nil
		}
		last = ids[len(ids)-1]
	}
	return nil
}

func (v *exportView) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n\n", v.Chat, v.Exported.Format(time.RFC3339), v.By)
	for i := range v.Messages {
		m := &v.Messages[i]
		fmt.Fprintf(&b, "%6d  %s  %s %s: %s\n", m.Seq, m.At.UTC().Format(time.RFC3339), m.Speaker, m.Name, m.Body.Text)
		if m.Why != nil {
			fmt.Fprintf(&b, "        %s %s %s\n", m.Why.Act, strings.Join(m.Why.Rules, ","), m.Why.RulesHash)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", v.Head)
	return b.String()
}

// heldMark says that nothing of a chat may be erased.
type heldMark struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

func (s *Server) legalHold(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		On     bool
		Reason string
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Reason) == "" {
		return no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	ctx, id := r.Context(), r.PathValue("id")
	c, err := s.open(ctx, who, id)
	if err != nil {
		return err
	}
	if in.On {
		err = put(ctx, s.opts.Shelf, kindHeld, id, heldMark{By: who.ID, At: s.opts.Now().UTC(), Reason: shorten(in.Reason, 300)})
	} else {
		err = remove(ctx, s.opts.Shelf, kindHeld, id)
	}
	if err != nil {
		return err
	}
	s.audit(ctx, entry{Kind: "legal_hold", Who: who.ID, Role: who.Role, Chat: id, Borrower: c.Borrower, Detail: fmt.Sprintf("%t: %s", in.On, shorten(in.Reason, 200))})
	return noContent(w)
}

// erase takes a borrower's own words and files out of a transcript at their
// request. Which lines there were, when, and what the rules decided stays.
func (s *Server) erase(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Reason string }) error {
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if strings.TrimSpace(in.Reason) == "" || s.opts.Redactor == nil {
		return no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	if _, version, err := s.opts.Shelf.Get(ctx, kindHeld, c.ID); err != nil || version > 0 {
		return orErr(err, no(dialog.CodeConflict, "legally_held"))
	}
	if staffed(c.Owner) || len(c.Cases) > 0 {
		return no(dialog.CodeConflict, "erase_open")
	}
	if s.opts.Retained != nil {
		if rule := s.opts.Retained(&c); rule != "" {
			return s.eraseLater(ctx, who, &c, shorten(in.Reason, 200), rule)
		}
	}
	if err := s.mustAudit(ctx, entry{Kind: "erase", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, Detail: shorten(in.Reason, 200)}); err != nil {
		return err
	}
	if err := s.eraseLines(ctx, c, tomb{Reason: shorten(in.Reason, 200), By: who.ID, At: s.opts.Now().UTC()}); err != nil {
		return err
	}
	s.tell(ctx, note{K: "again", Chat: c.ID})
	return noContent(w)
}

// eraseLater keeps a request that a rule does not let be fulfilled yet: retention
// does it on the day when no rule keeps the words any more.
func (s *Server) eraseLater(ctx context.Context, who *caller, c *dialog.Conversation, reason, rule string) error {
	if err := s.mustAudit(ctx, entry{Kind: "erase", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, Detail: "kept by " + rule + ": " + reason}); err != nil {
		return err
	}
	if err := put(ctx, s.opts.Shelf, kindErasure, c.ID, tomb{Reason: reason, By: who.ID, At: s.opts.Now().UTC()}); err != nil {
		return err
	}
	kept := no(dialog.CodeConflict, "erase_kept")
	kept.known.Rule = rule
	return kept
}

func orErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *Server) eraseLines(ctx context.Context, c dialog.Conversation, t tomb) error {
	for after := uint64(0); after < c.Seq; {
		messages, err := s.opts.Chats.Since(ctx, c.ID, after, 500)
		if err != nil || len(messages) == 0 {
			return err
		}
		for i := range messages {
			m := &messages[i]
			after = m.Seq
			if m.Speaker != dialog.SpeakerBorrower {
				continue
			}
			if err := s.eraseLine(ctx, c.ID, m, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) eraseLine(ctx context.Context, chat string, m *dialog.Message, t tomb) error {
	if m.File != "" {
		f, version, err := load[file](ctx, s.opts.Shelf, kindFile, m.File)
		if err == nil && version > 0 && s.opts.Vault != nil {
			err = s.dropFile(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	if m.Body.Text == "" {
		return nil
	}
	if err := put(ctx, s.opts.Shelf, of(kindTomb, chat), strconv.FormatUint(m.Seq, 10), t); err != nil {
		return err
	}
	return s.opts.Redactor.Redact(ctx, chat, m.Seq, strings.Repeat("•", min(8, len([]rune(m.Body.Text)))))
}

// retentionView is how long a class of records is kept.
type retentionView struct {
	Class string `json:"class"`
	Label string `json:"label"`
	Days  int    `json:"days"`
}

// retention lists the classes of what the desk keeps. Zero days is until the
// lender's own period for the account ends.
func (s *Server) retention(w http.ResponseWriter, _ *http.Request, who *caller) error {
	views := []retentionView{}
	for _, k := range []struct {
		class string
		days  int
	}{{"transcript", 0}, {"audit", 0}, {"handoff", 0}, {"draft", 30}, {"session", 1}, {"attachment", s.opts.FileDays}} {
		views = append(views, retentionView{k.class, s.word(who.locale(), "desk_retention."+k.class, k.class), k.days})
	}
	return ok(w, views)
}
