package desk

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"warmline/dialog"
)

// searchTime bounds a search; what was not reached by then is said.
const searchTime = 3 * time.Second

type searchView struct {
	Hits    []hitView `json:"hits"`
	Partial bool      `json:"partial"`
}

type hitView struct {
	Chat    rowView        `json:"chat"`
	Seq     uint64         `json:"seq"`
	At      time.Time      `json:"at"`
	Speaker dialog.Speaker `json:"speaker"`
	Excerpt []pieceView    `json:"excerpt"`
}

type pieceView struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// search looks for words in the transcripts of chats that are or were in human
// hands, the newest first, under the same locks as reading them.
func (s *Server) search(w http.ResponseWriter, r *http.Request, who *caller) error {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if n := len([]rune(q)); n < 2 || n > 100 {
		return no(dialog.CodeInvalid, "search_size").at("q")
	}
	ctx, cancel := context.WithTimeout(r.Context(), searchTime)
	defer cancel()
	e, err := s.eye(ctx, who)
	if err != nil {
		return err
	}
	x := s.live.now.Load()
	rows := s.rows(x, e)
	past, err := s.past(ctx, x, e)
	if err != nil {
		return err
	}
	rows = append(rows, past...)
	sortRows(rows, "")
	limit := max(1, number(r, "limit", 50, 200))
	view := searchView{Hits: []hitView{}}
	for i := range rows {
		hits, err := s.searchChat(ctx, who, rows[i], q)
		if err != nil && ctx.Err() == nil {
			return err
		}
		view.Hits = append(view.Hits, hits...)
		if ctx.Err() != nil || len(view.Hits) >= limit {
			view.Partial = true
			break
		}
	}
	view.Hits = view.Hits[:min(limit, len(view.Hits))]
	s.audit(r.Context(), entry{Kind: "search", Who: who.ID, Role: who.Role, From: who.addr})
	return ok(w, view)
}

func (s *Server) searchChat(ctx context.Context, who *caller, row rowView, q string) ([]hitView, error) {
	c, err := s.opts.Chats.State(ctx, row.Chat)
	if err != nil {
		return nil, err
	}
	d, err := s.reader(ctx, who, c)
	if err != nil {
		return nil, err
	}
	var hits []hitView
	for after := uint64(0); after < c.Seq; {
		messages, err := s.opts.Chats.Since(ctx, c.ID, after, 500)
		if err != nil || len(messages) == 0 {
			return hits, err
		}
		for i := range messages {
			v := d.line(&messages[i])
			after = v.Seq
			if pieces := excerpt(v.Text, q); pieces != nil {
				hits = append(hits, hitView{row, v.Seq, v.At, v.Speaker, pieces})
			}
		}
	}
	return hits, nil
}

// excerpt cuts out what surrounds the first hit; nil when there is none.
func excerpt(text, q string) []pieceView {
	t, want := []rune(text), []rune(q)
	for i := 0; i+len(want) <= len(t); i++ {
		if !hitAt(t[i:], want) {
			continue
		}
		from, to := max(0, i-30), min(len(t), i+len(want)+60)
		return []pieceView{{string(t[from:i]), false}, {string(t[i : i+len(want)]), true}, {string(t[i+len(want) : to]), false}}
	}
	return nil
}

func hitAt(t, want []rune) bool {
	for i, r := range want {
		if unicode.ToLower(t[i]) != unicode.ToLower(r) {
			return false
		}
	}
	return true
}
