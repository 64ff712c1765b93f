package desk

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"warmline/dialog"
)

// rowView is a line of the queue, as one person sees it.
type rowView struct {
	Chat        string             `json:"chat"`
	Name        string             `json:"name"`
	Masked      bool               `json:"masked"`
	Owner       dialog.OwnerKind   `json:"owner"`
	Agent       string             `json:"agent"`
	AgentName   string             `json:"agent_name"`
	Epoch       uint64             `json:"epoch"`
	Revision    uint64             `json:"revision"`
	Seq         uint64             `json:"seq"`
	Queue       string             `json:"queue"`
	QueueLabel  string             `json:"queue_label"`
	Priority    int                `json:"priority"`
	Reason      string             `json:"reason"`
	ReasonLabel string             `json:"reason_label"`
	Language    dialog.Locale      `json:"language"`
	Channel     dialog.ChannelKind `json:"channel"`
	Holds       []dialog.HoldKind  `json:"holds"`
	Since       time.Time          `json:"waiting_since,omitzero"`
	LastIn      time.Time          `json:"last_in,omitzero"`
	LastOut     time.Time          `json:"last_out,omitzero"`
	Unanswered  bool               `json:"unanswered"`
	Unread      int                `json:"unread"`
	Preview     preview            `json:"preview"`
	SLA         slaView            `json:"sla"`
	Position    int                `json:"position"`
	Snoozed     *time.Time         `json:"snoozed_until,omitempty"`
	Mentioned   bool               `json:"mentioned,omitempty"`
	Offer       *offerView         `json:"offer,omitempty"`
	Reopened    bool               `json:"reopened_for,omitempty"`
	Requests    int                `json:"request,omitempty"`
	Page        *pageMark          `json:"page,omitempty"`
}

type preview struct {
	Speaker dialog.Speaker `json:"speaker"`
	Text    string         `json:"text"`
}

type slaView struct {
	Kind  string    `json:"kind"`
	Due   time.Time `json:"due,omitzero"`
	State string    `json:"state"`
}

type offerView struct {
	Until time.Time `json:"until"`
}

type pageMark struct {
	Ref   string    `json:"ref"`
	At    time.Time `json:"at"`
	Tries int       `json:"tries"`
	By    string    `json:"by,omitempty"`
	Acked bool      `json:"acked"`
}

// counts are the numbers beside the views.
type counts struct {
	Mine      int `json:"mine"`
	Waiting   int `json:"waiting"`
	Team      int `json:"team"`
	All       int `json:"all"`
	Mentioned int `json:"mentioned"`
	Snoozed   int `json:"snoozed"`
	P0        int `json:"p0"`
}

// eye is who looks, with what only they have: what they have read and where
// they were named.
type eye struct {
	who      *caller
	looks    map[string]lookMark
	mentions map[string]mention
}

// lookMark is how far somebody has read a chat.
type lookMark struct {
	Seq uint64 `json:"seq"`
	In  int    `json:"in"`
}

type mention struct {
	Seq uint64    `json:"seq"`
	By  string    `json:"by"`
	At  time.Time `json:"at"`
}

func (s *Server) eye(ctx context.Context, who *caller) (eye, error) {
	looks, err := loadAll[lookMark](ctx, s.opts.Shelf, of(kindLook, who.ID))
	if err != nil {
		return eye{}, err
	}
	mentions, err := loadAll[mention](ctx, s.opts.Shelf, of(kindMention, who.ID))
	return eye{who: who, looks: looks, mentions: mentions}, err
}

// row draws a line of the queue.
func (s *Server) row(x *snapshot, row chatRow, e eye) rowView {
	l, c, p := e.who.locale(), row.c, row.p
	owner, agent, show := p.Owner, p.Agent, p.Show
	if c.ID != "" {
		owner, agent, show = c.Owner, c.Agent, c.AgentName
	}
	kind, due, state := p.due(x.st.target(p.Priority), x.at)
	v := rowView{
		Chat: p.Chat, Masked: true, Name: maskName(p.Name), Owner: owner, Agent: agent, AgentName: show, Epoch: c.Epoch,
		Revision: max(c.Revision, p.Revision), Seq: max(c.Seq, p.Seq), Queue: p.Queue, QueueLabel: s.word(l, "desk_queue."+p.Queue, p.Queue),
		Priority: p.Priority, Reason: p.Reason, ReasonLabel: s.word(l, "desk_reason."+p.Reason, p.Reason), Language: p.Locale,
		Channel: p.Channel, Holds: holdKinds(c), Since: p.Queued, LastIn: p.LastIn, LastOut: p.LastOut,
		Unanswered: !p.Asked.IsZero(), Preview: preview{Speaker: p.SaidBy}, SLA: slaView{Kind: kind, Due: due, State: state},
		Position: x.place(p.Chat), Requests: x.open(p.Chat),
	}
	if p.SaidLvl < dialog.LevelBorrower {
		v.Preview.Text = maskSecrets(p.Said)
	}
	s.personal(&v, x, row, e)
	return v
}

// personal adds what depends on who looks.
func (s *Server) personal(v *rowView, x *snapshot, row chatRow, e eye) {
	id, me := v.Chat, e.who.ID
	if v.Owner == dialog.OwnerAgent && v.Agent == me {
		v.Unread = max(0, row.p.In-e.looks[id].In)
		v.Name, v.Masked = orText(row.p.Name, v.Name), row.p.Name == ""
	}
	if z, aside := x.snoozes[id]; aside {
		v.Snoozed = &z.Until
	}
	_, v.Mentioned = e.mentions[id]
	if o, is := x.offers[id]; is && o.Agent == me && x.wall.Before(o.Until) && v.Owner == dialog.OwnerQueue && o.Epoch == v.Epoch {
		v.Offer = &offerView{Until: o.Until}
	}
	v.Reopened = v.Owner == dialog.OwnerQueue && row.p.Agent == me
	if p, is := x.pages[id]; is && p.Acked.IsZero() {
		v.Page = &pageMark{Ref: p.Ref, At: p.At, Tries: p.Try, By: p.By, Acked: false}
	}
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func holdKinds(c dialog.Conversation) []dialog.HoldKind {
	kinds := []dialog.HoldKind{}
	for _, h := range c.Holds {
		kinds = append(kinds, h.Kind)
	}
	return kinds
}

// word returns a catalog word of the console, or what stands for it.
func (s *Server) word(l dialog.Locale, key, otherwise string) string {
	return orText(s.opts.Words.Label(l, key), otherwise)
}

// maskName leaves a name's first character.
func maskName(name string) string {
	if name == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + "**"
}

// inView reports whether a row belongs to a view.
func (s *Server) inView(v *rowView, view string, x *snapshot, e eye) bool {
	mine := v.Owner == dialog.OwnerAgent && v.Agent == e.who.ID
	switch view {
	case "mine":
		return mine && v.Snoozed == nil
	case "snoozed":
		return mine && v.Snoozed != nil
	case "waiting":
		return v.Owner == dialog.OwnerQueue
	case "mentioned":
		return v.Mentioned
	case "team":
		return staffed(v.Owner) && (len(e.who.Teams) == 0 || slices.Contains(e.who.Teams, x.st.team(v.Queue).ID))
	}
	return true
}

func (s *Server) counts(x *snapshot, e eye) counts {
	n := counts{Mentioned: len(e.mentions)}
	for _, row := range x.rows {
		v := s.row(x, row, e)
		in := func(view string) int {
			if s.inView(&v, view, x, e) {
				return 1
			}
			return 0
		}
		n.Mine, n.Waiting, n.Team, n.Snoozed, n.All = n.Mine+in("mine"), n.Waiting+in("waiting"), n.Team+in("team"), n.Snoozed+in("snoozed"), n.All+1
		if v.Priority == 0 {
			n.P0++
		}
	}
	return n
}

// rows draws every chat in human hands, in the queue's order.
func (s *Server) rows(x *snapshot, e eye) []rowView {
	list := make([]rowView, 0, len(x.rows))
	for _, id := range sortedKeys(x.rows) {
		list = append(list, s.row(x, x.rows[id], e))
	}
	return list
}

// past draws the chats of handoffs that have ended.
func (s *Server) past(ctx context.Context, x *snapshot, e eye) ([]rowView, error) {
	spells, err := loadAll[spell](ctx, s.opts.Shelf, kindSpell)
	if err != nil {
		return nil, err
	}
	var list []rowView
	for id, p := range spells {
		if _, here := x.rows[id]; !here && p.Chat != "" {
			list = append(list, s.row(x, chatRow{p: p}, e))
		}
	}
	return list, nil
}

type chatsView struct {
	Chats  []rowView `json:"chats"`
	Counts counts    `json:"counts"`
	Now    time.Time `json:"now"`
}

func (s *Server) listChats(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx, q := r.Context(), r.URL.Query()
	e, err := s.eye(ctx, who)
	if err != nil {
		return err
	}
	x := s.live.now.Load()
	view := q.Get("view")
	all := s.rows(x, e)
	if view == "all" || view == "mentioned" {
		past, err := s.past(ctx, x, e)
		if err != nil {
			return err
		}
		all = append(all, past...)
	}
	list := make([]rowView, 0, len(all))
	for i := range all {
		if s.inView(&all[i], view, x, e) && matches(&all[i], q.Get) {
			list = append(list, all[i])
		}
	}
	sortRows(list, q.Get("sort"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	if limit <= 0 || limit > 1000 {
		limit = 500
	}
	return ok(w, chatsView{Chats: list[:min(limit, len(list))], Counts: s.counts(x, e), Now: s.opts.Now().UTC()})
}

// matches applies a list's filters.
func matches(v *rowView, get func(string) string) bool {
	is := func(name, value string) bool { want := get(name); return want == "" || want == value }
	return is("queue", v.Queue) && is("reason", v.Reason) && is("priority", strconv.Itoa(v.Priority)) &&
		is("channel", string(v.Channel)) && is("status", string(v.Owner)) &&
		(get("language") == "" || strings.HasPrefix(string(v.Language), get("language")))
}

func sortRows(list []rowView, by string) {
	slices.SortStableFunc(list, func(a, b rowView) int {
		wait := a.Since.Compare(b.Since)
		switch by {
		case "waiting":
			return cmp.Or(wait, cmp.Compare(a.Chat, b.Chat))
		case "sla":
			due := func(v rowView) int64 {
				if v.SLA.Due.IsZero() {
					return 1 << 62
				}
				return v.SLA.Due.Unix()
			}
			return cmp.Or(cmp.Compare(due(a), due(b)), wait)
		}
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), wait, cmp.Compare(a.Chat, b.Chat))
	})
}
