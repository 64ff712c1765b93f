package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// open returns a conversation that somebody may look into: those that are or
// were in human hands, and every one for those who supervise.
func (s *Server) open(ctx context.Context, who *caller, id string) (dialog.Conversation, error) {
	c, err := s.opts.Chats.State(ctx, id)
	if err != nil {
		return c, fmt.Errorf("read a conversation: %w", err)
	}
	if c.Revision == 0 {
		return c, no(dialog.CodeNotFound, "no_chat")
	}
	if staffed(c.Owner) || who.may("board") {
		return c, nil
	}
	p, version, err := load[spell](ctx, s.opts.Shelf, kindSpell, id)
	if err == nil && (version == 0 || p.Chat == "") {
		err = no(dialog.CodeForbidden, "not_staffed")
	}
	return c, err
}

// chatView is everything around a transcript.
type chatView struct {
	Row      rowView           `json:"row"`
	Mine     bool              `json:"mine"`
	May      map[string]bool   `json:"may"`
	Level    dialog.Level      `json:"level"`
	Locked   bool              `json:"locked"`
	Until    *time.Time        `json:"level_until,omitempty"`
	First    uint64            `json:"first_seq"`
	Last     uint64            `json:"last_seq"`
	Drafts   map[string]string `json:"drafts"`
	Viewers  []viewer          `json:"viewers"`
	Typing   bool              `json:"typing"`
	Quote    *quoteView        `json:"pending_offer,omitempty"`
	Requests []requestView     `json:"requests"`
	Page     *pageView         `json:"page,omitempty"`
	Two      []string          `json:"two_people"`
	Rating   int               `json:"rating,omitempty"`
	Outcomes []codeView        `json:"outcomes"`
	Queues   []idView          `json:"queues"`
	Agents   []agentView       `json:"agents"`
	Snooze   *snoozeView       `json:"snooze,omitempty"`
	Held     bool              `json:"legal_hold"`
}

type codeView struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

type idView struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type snoozeView struct {
	Until time.Time `json:"until"`
	By    string    `json:"by"`
}

// agentView is a colleague to whom a chat can be given.
type agentView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
	Load   int    `json:"load"`
	Cap    int    `json:"cap"`
}

func (s *Server) getChat(w http.ResponseWriter, r *http.Request, who *caller) error {
	c, err := s.open(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	s.audit(r.Context(), entry{Kind: "look", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, From: who.addr})
	v, err := s.chatOf(r.Context(), who, c)
	if err != nil {
		return err
	}
	return ok(w, v)
}

// chatOf draws a chat for one person.
func (s *Server) chatOf(ctx context.Context, who *caller, c dialog.Conversation) (chatView, error) {
	e, err := s.eye(ctx, who)
	if err != nil {
		return chatView{}, err
	}
	x := s.live.now.Load()
	p, _, err := load[spell](ctx, s.opts.Shelf, kindSpell, c.ID)
	if err != nil {
		return chatView{}, err
	}
	if p.Chat == "" {
		p = spell{Chat: c.ID, Owner: c.Owner, Borrower: c.Borrower, Locale: c.Locale, Channel: c.Channel, Ended: x.at}
	}
	level, until := bestLevel(c, s.opts.Now())
	v := chatView{
		Row: s.row(x, chatRow{c: c, p: p}, e), Level: level, Locked: locked(who, level), First: min(1, c.Seq), Last: c.Seq,
		Drafts: map[string]string{"reply": "", "note": ""}, Viewers: s.viewers.of(c.ID, who.ID, s.opts.Wall()),
		Typing: s.typing.is(c.ID, s.opts.Wall()), Two: []string{string(dialog.HoldCrisis)}, Rating: p.Rating,
		Mine: c.Owner == dialog.OwnerAgent && c.Agent == who.ID, Requests: []requestView{},
		Outcomes: s.outcomes(who.locale()), Queues: s.queueList(who.locale()), Agents: x.colleagues(who.ID),
	}
	if !until.IsZero() {
		v.Until = &until
	}
	if z, aside := x.snoozes[c.ID]; aside {
		v.Snooze = &snoozeView{z.Until, z.By}
	}
	if pg, is := x.pages[c.ID]; is {
		pv := s.pageView(x, pg, who.locale())
		v.Page = &pv
	}
	v.May = s.may(who, c, v.Mine, v.Locked)
	if !v.Locked && c.Talk.Quote != nil {
		v.Quote = s.quoteView(c, c.Talk.Quote, who.locale())
	}
	return v, s.fillChat(ctx, who, &v)
}

// fillChat adds what is kept beside the conversation.
func (s *Server) fillChat(ctx context.Context, who *caller, v *chatView) error {
	for kind := range v.Drafts {
		kept, _, err := load[draft](ctx, s.opts.Shelf, kindDraft, who.ID+"/"+v.Row.Chat+"/"+kind)
		if err != nil {
			return err
		}
		v.Drafts[kind] = kept.Text
	}
	requests, err := loadAll[request](ctx, s.opts.Shelf, kindRequest)
	if err != nil {
		return err
	}
	v.Requests = s.requestsOf(requests, who, v.Row.Chat)
	_, version, err := s.opts.Shelf.Get(ctx, kindHeld, v.Row.Chat)
	v.Held = version > 0
	return err
}

func locked(who *caller, level dialog.Level) bool {
	return level < dialog.LevelBorrower && who.Role != RoleCompliance
}

// may says what somebody can do to a chat as it stands. It only helps a screen;
// the core decides.
func (s *Server) may(who *caller, c dialog.Conversation, mine, isLocked bool) map[string]bool {
	others := c.Owner == dialog.OwnerAgent && !mine
	claim, open := who.may("claim"), c.Owner != dialog.OwnerClosed
	own := mine && who.may("say")
	_, crisis := c.Held(s.opts.Now(), dialog.HoldCrisis)
	money := own && !isLocked && !crisis // in a crisis nobody speaks of money
	return map[string]bool{
		"claim": claim && !mine && !others, "takeover": others && who.may("takeover"), "say": own, "note": claim,
		"release": own, "transfer": own, "close": own, "hold": who.may("hold") && open, "unhold": who.may("hold"),
		"offer": money, "grant": money, "request": money, "case": own,
		"pay_link": money, "step_up": own && isLocked, "snooze": own,
		"redact": own || who.Role == RoleCompliance, "export": who.may("export"),
	}
}

// outcomeCodes are how a chat with a human can end.
func outcomeCodes() []string {
	return []string{"answered", "plan_agreed", "deferral_agreed", "promise_made", "paid", "hold_placed", "referred_advice",
		"dispute_opened", "complaint_opened", "callback_booked", "wrong_person", "no_answer", "declined", "other"}
}

func (s *Server) outcomes(l dialog.Locale) []codeView {
	var list []codeView
	for _, code := range outcomeCodes() {
		list = append(list, codeView{code, s.word(l, "desk_outcome."+code, code)})
	}
	return list
}

func (s *Server) queueList(l dialog.Locale) []idView {
	var list []idView
	for _, id := range queues() {
		list = append(list, idView{id, s.word(l, "desk_queue."+id, id)})
	}
	return list
}

func (x *snapshot) colleagues(me string) []agentView {
	list := []agentView{}
	for _, id := range sortedKeys(x.people) {
		if a := x.people[id]; id != me && a.may("claim") && !a.Disabled {
			list = append(list, agentView{id, a.Name, x.seen[id].state(x.wall, x.st), x.load(id), orInt(a.Cap, x.st.Cap)})
		}
	}
	return list
}

// look marks a chat as read by somebody.
func (s *Server) look(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Seq uint64 }) error {
	ctx, id := r.Context(), r.PathValue("id")
	p, _, err := load[spell](ctx, s.opts.Shelf, kindSpell, id)
	if err != nil {
		return err
	}
	if err := put(ctx, s.opts.Shelf, of(kindLook, who.ID), id, lookMark{Seq: in.Seq, In: p.In}); err != nil {
		return err
	}
	if err := remove(ctx, s.opts.Shelf, of(kindMention, who.ID), id); err != nil {
		return err
	}
	s.sockets.each(func(c *socket) { c.refreshRow(who.ID, id) })
	return noContent(w)
}

// draft is what somebody has begun to write.
type draft struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// saveDraft keeps what somebody has begun to write, wherever they sign in next.
func (s *Server) saveDraft(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Kind, Text string }) error {
	if !slices.Contains([]string{"reply", "note"}, in.Kind) || len(in.Text) > textLimit {
		return no(dialog.CodeInvalid, "text_size").at("text")
	}
	key := who.ID + "/" + r.PathValue("id") + "/" + in.Kind
	if strings.TrimSpace(in.Text) == "" {
		if err := remove(r.Context(), s.opts.Shelf, kindDraft, key); err != nil {
			return err
		}
		return noContent(w)
	}
	if err := put(r.Context(), s.opts.Shelf, kindDraft, key, draft{in.Text, s.opts.Wall()}); err != nil {
		return err
	}
	return noContent(w)
}

func (s *Server) unsnooze(w http.ResponseWriter, r *http.Request, who *caller) error {
	id := r.PathValue("id")
	_, _, err := take(r.Context(), s.opts.Shelf, kindSnooze, id, func(z snooze) bool { return z.By == who.ID || who.may("approve") })
	if err != nil {
		return err
	}
	s.stir()
	return noContent(w)
}

// reveal shows a masked part of a line, and keeps that it was shown.
func (s *Server) reveal(w http.ResponseWriter, r *http.Request, who *caller) error {
	var in struct {
		Seq    uint64
		Reason string
	}
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	if strings.TrimSpace(in.Reason) == "" {
		return no(dialog.CodeInvalid, "reason_missing").at("reason")
	}
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	m, err := s.message(ctx, c.ID, in.Seq)
	if err != nil {
		return err
	}
	if level, _ := bestLevel(c, s.opts.Now()); m.Level > level && who.Role != RoleCompliance {
		return no(dialog.CodeForbidden, "not_verified")
	}
	s.audit(ctx, entry{Kind: "reveal", Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, From: who.addr,
		Detail: strconv.FormatUint(in.Seq, 10) + ": " + shorten(in.Reason, 200)})
	return ok(w, map[string]string{"text": m.Body.Text})
}
