package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// page is a call for a human, now: somebody may be in danger. It is open until
// somebody says that they come.
type page struct {
	Ref   string    `json:"ref"`
	Chat  string    `json:"chat"`
	At    time.Time `json:"at"`
	Try   int       `json:"try"`
	To    []string  `json:"to,omitempty"` // who was called outside of the console, in order
	By    string    `json:"by,omitempty"`
	Acked time.Time `json:"acked,omitzero"`
}

type pageView struct {
	Ref   string     `json:"ref"`
	Chat  string     `json:"chat"`
	At    time.Time  `json:"at"`
	Tries int        `json:"tries"`
	To    []string   `json:"to"`
	By    string     `json:"by,omitempty"`
	Acked *time.Time `json:"acked_at,omitempty"`
	Now   time.Time  `json:"now"`
	Level string     `json:"level"`
}

func (s *Server) pageView(x *snapshot, p page, _ dialog.Locale) pageView {
	v := pageView{Ref: p.Ref, Chat: p.Chat, At: p.At, Tries: p.Try, To: []string{}, By: p.By, Now: s.opts.Now().UTC(), Level: "P0"}
	for _, id := range p.To {
		v.To = append(v.To, orText(x.people[id].Name, id))
	}
	if !p.Acked.IsZero() {
		v.Acked = &p.Acked
	}
	return v
}

// Page brings a call for a human to everybody at the console, and to the next
// person on call outside of it; each further try calls the one after. The error
// says that nobody could be told, so that the same try is made again.
func (s *Server) Page(ctx context.Context, chat, ref, try string) error {
	n := 0
	if _, err := fmt.Sscan(try, &n); err != nil || n < 1 {
		n = 1
	}
	st, err := s.settings(ctx)
	if err != nil {
		return err
	}
	p, err := change(ctx, s.opts.Shelf, kindPage, chat, func(p *page, _ bool) error {
		if p.Ref != ref {
			*p = page{Ref: ref, Chat: chat, At: s.opts.Now().UTC()}
		}
		p.Try = max(p.Try, n)
		if s.opts.Caller != nil && len(st.OnCall) > 0 {
			p.To = append(p.To, st.OnCall[(n-1)%len(st.OnCall)])
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.audit(ctx, entry{Kind: "page", Chat: chat, Detail: fmt.Sprintf("%s try %d", ref, n)})
	s.tell(ctx, note{K: "page", Chat: chat, ID: ref})
	return s.callOut(ctx, p, n)
}

func (s *Server) callOut(ctx context.Context, p page, try int) error {
	if len(p.To) > 0 {
		if err := s.opts.Caller.Call(ctx, p.To[len(p.To)-1], p.Ref+"."+s.sign(p.Ref), try); err != nil {
			return fmt.Errorf("call a person: %w", err)
		}
		return nil
	}
	x := s.live.now.Load()
	if !s.onCall(x) {
		return no(dialog.CodeNotFound, "nobody_there")
	}
	return nil
}

// sign makes the word by which an acknowledgement from outside is known.
func (s *Server) sign(ref string) string {
	key := []byte("none")
	if len(s.opts.PagerKeys) > 0 {
		key = s.opts.PagerKeys[0]
	}
	return signWith(key, ref)
}

func signWith(key []byte, ref string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("warmline/page/" + ref))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func (s *Server) listPages(w http.ResponseWriter, r *http.Request, who *caller) error {
	return ok(w, s.openPages(s.live.now.Load(), who.locale()))
}

func (s *Server) openPages(x *snapshot, l dialog.Locale) []pageView {
	list := []pageView{}
	for _, id := range sortedKeys(x.pages) {
		if p := x.pages[id]; p.Acked.IsZero() {
			list = append(list, s.pageView(x, p, l))
		}
	}
	return list
}

// ackPage is somebody at the console saying that they come.
func (s *Server) ackPage(w http.ResponseWriter, r *http.Request, who *caller) error {
	p, err := s.acknowledge(r.Context(), r.PathValue("ref"), who.ID)
	if err != nil {
		return err
	}
	return ok(w, s.pageView(s.live.now.Load(), p, who.locale()))
}

// ackOutside is the operator's alerting saying that a person on call comes. The
// reference that was sent with the call, with its signature, is the proof.
func (s *Server) ackOutside(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Ref, By string }
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	ref, sum, _ := strings.Cut(in.Ref, ".")
	known := false
	for _, key := range s.opts.PagerKeys {
		known = known || hmac.Equal([]byte(sum), []byte(signWith(key, ref)))
	}
	if !known {
		return no(dialog.CodeForbidden, "no_page")
	}
	if _, err := s.acknowledge(r.Context(), ref, orText(shorten(in.By, 40), "on-call")); err != nil {
		return err
	}
	return noContent(w)
}

// acknowledge closes a page and tells the conversation who comes. The first
// counts.
func (s *Server) acknowledge(ctx context.Context, ref, by string) (page, error) {
	all, err := loadAll[page](ctx, s.opts.Shelf, kindPage)
	if err != nil {
		return page{}, err
	}
	chat := ""
	for id, p := range all {
		if p.Ref == ref {
			chat = id
		}
	}
	if chat == "" {
		return page{}, no(dialog.CodeNotFound, "no_page")
	}
	p, err := change(ctx, s.opts.Shelf, kindPage, chat, func(p *page, _ bool) error {
		if p.Ref != ref || !p.Acked.IsZero() {
			return errSame
		}
		p.By, p.Acked = by, s.opts.Now().UTC()
		return nil
	})
	if err != nil {
		return p, err
	}
	ctx, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	_, err = s.opts.Submit.Deliver(ctx, dialog.Envelope{
		ID: "desk-page:" + ref, Conversation: chat, At: s.opts.Now(),
		Event: dialog.Event{Kind: dialog.EventPage, Page: &dialog.PageEvent{Kind: "acknowledged", Ref: ref, By: p.By}},
	})
	if err != nil {
		return p, fmt.Errorf("tell the conversation: %w", err)
	}
	s.audit(ctx, entry{Kind: "page_acknowledged", Who: p.By, Chat: chat, Detail: ref})
	s.tell(ctx, note{K: "page_done", Chat: chat, ID: ref})
	s.stir()
	return p, nil
}

// settlePages closes pages of chats that somebody has taken meanwhile, and
// forgets those that are long over.
func (s *Server) settlePages(ctx context.Context, x *snapshot) error {
	for id, p := range x.pages {
		row, here := x.rows[id]
		if p.Acked.IsZero() && here && row.c.Owner == dialog.OwnerAgent {
			if _, err := s.acknowledge(ctx, p.Ref, row.c.Agent); err != nil {
				return fmt.Errorf("close a page: %w", err)
			}
		}
		if !p.Acked.IsZero() && x.at.Sub(p.Acked) > 24*time.Hour {
			if _, _, err := take(ctx, s.opts.Shelf, kindPage, id, func(v page) bool { return v.Ref == p.Ref }); err != nil {
				return err
			}
		}
	}
	return nil
}
