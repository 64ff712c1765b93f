package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// textLimit is the longest text that somebody at the desk may send, in bytes.
const textLimit = 8 << 10

// turnWait is how long a commit may take.
const turnWait = 20 * time.Second

// actions maps what can be done to a chat to the right that it takes.
func actions() map[string]string {
	return map[string]string{
		"claim": "claim", "say": "say", "note": "claim", "release": "say", "transfer": "say", "close": "say",
		"hold": "hold", "unhold": "hold", "offer": "say", "grant": "grant", "request": "grant", "pay_link": "say",
		"case": "say", "step_up": "say", "snooze": "say", "decline": "claim",
	}
}

// actionBody is the body of every action; which parts count depends on it.
type actionBody struct {
	ID       string `json:"id"`
	Epoch    uint64 `json:"epoch"`
	Text     string `json:"text"`
	Override bool   `json:"override"`
	Settled  string `json:"settled"`
	Outcome  string `json:"outcome"`
	Quiet    bool   `json:"quiet"`
	To       string `json:"to"`
	Note     string `json:"note"`
	Kind     string `json:"kind"`
	Reason   string `json:"reason"`
	Until    string `json:"until"`
	Option   string `json:"option"`
	Days     int    `json:"days"`
	Count    int    `json:"count"`
	Amount   string `json:"amount"`
	Do       string `json:"do"`
	Ref      string `json:"ref"`
	Evidence string `json:"evidence"`
}

// receiptView is what an action gets.
type receiptView struct {
	Revision  uint64       `json:"revision"`
	Seq       uint64       `json:"seq"`
	Epoch     uint64       `json:"epoch"`
	Duplicate bool         `json:"duplicate"`
	Request   *requestView `json:"request,omitempty"`
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// action answers the request of one kind of action.
func (s *Server) action(name string) handler {
	special := map[string]func(http.ResponseWriter, *http.Request, *caller, dialog.Conversation, actionBody) error{
		"unhold": s.unhold, "request": s.ask, "snooze": s.putAside, "transfer": s.transfer,
	}
	return func(w http.ResponseWriter, r *http.Request, who *caller) error {
		if name == "decline" {
			return s.decline(w, r, who)
		}
		var in actionBody
		if err := channels.ReadJSON(r, &in); err != nil {
			return err
		}
		if !clientID.MatchString(in.ID) {
			return no(dialog.CodeInvalid, "client_id").at("id")
		}
		c, err := s.open(r.Context(), who, r.PathValue("id"))
		if err != nil {
			return err
		}
		if do := special[name]; do != nil {
			return do(w, r, who, c, in)
		}
		if err := s.room(who, c, name); err != nil {
			return err
		}
		e, err := s.event(r.Context(), who, c, name, in)
		if err != nil {
			return err
		}
		return s.act(w, r, who, c, in.ID, e)
	}
}

// room refuses a claim of somebody who has as many chats as they can hold. A
// crisis is never refused.
func (s *Server) room(who *caller, c dialog.Conversation, action string) error {
	limit := orInt(who.Cap, who.workplace.Cap)
	mine := c.Owner == dialog.OwnerAgent && c.Agent == who.ID
	if action != "claim" || mine || c.Priority == 0 && c.Owner == dialog.OwnerQueue || s.live.load(who.ID) < limit {
		return nil
	}
	return no(dialog.CodeForbidden, "full")
}

// act submits an event and answers with what became of it.
func (s *Server) act(w http.ResponseWriter, r *http.Request, who *caller, c dialog.Conversation, id string, e dialog.AgentEvent) error {
	got, err := s.submit(r.Context(), c.ID, envelopeID(who.ID, id), e)
	if err != nil {
		return err
	}
	if !got.Duplicate {
		s.after(r.Context(), who, c, e, got.Seq)
	}
	return ok(w, got)
}

// tag stands for an account where borrowers can see it.
func tag(account string) string {
	sum := sha256.Sum256([]byte("warmline/desk/account/" + account))
	return hex.EncodeToString(sum[:5])
}

func envelopeID(account, id string) string { return envelopePrefix + tag(account) + ":" + id }

// submit brings an agent's event to its conversation and waits for the commit.
func (s *Server) submit(ctx context.Context, chat, id string, e dialog.AgentEvent) (receiptView, error) {
	ctx, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	got, err := s.opts.Submit.Deliver(ctx, dialog.Envelope{
		ID: id, Conversation: chat, At: s.opts.Now(), Event: dialog.Event{Kind: dialog.EventAgent, Agent: &e},
	})
	if err != nil {
		return receiptView{}, err
	}
	c, err := s.opts.Chats.State(ctx, chat)
	if err != nil {
		return receiptView{}, fmt.Errorf("read a conversation: %w", err)
	}
	return receiptView{Revision: got.Revision, Seq: got.Seq, Epoch: c.Epoch, Duplicate: got.Duplicate}, nil
}

// after keeps that something was done, and tells who should know.
func (s *Server) after(ctx context.Context, who *caller, c dialog.Conversation, e dialog.AgentEvent, seq uint64) {
	s.audit(ctx, entry{Kind: e.Kind, Who: who.ID, Role: who.Role, Chat: c.ID, Borrower: c.Borrower, From: who.addr, Detail: detail(e, seq)})
	switch e.Kind {
	case "say", "note":
		kind := map[string]string{"say": "reply", "note": "note"}[e.Kind]
		if err := remove(ctx, s.opts.Shelf, kindDraft, who.ID+"/"+c.ID+"/"+kind); err != nil {
			s.opts.Log.Warn("desk", "doing", "drop a draft", "error", err)
		}
		if e.Kind == "note" {
			s.name(ctx, who, c.ID, e.Text, seq)
		}
	case "claim":
		if _, _, err := s.followed(ctx, c.ID); err != nil {
			s.opts.Log.Warn("desk", "doing", "follow a chat", "error", err)
		}
		s.tell(ctx, note{K: "offer_gone", Chat: c.ID})
	}
	s.forgetFacts(c.Borrower)
	s.tell(ctx, note{K: "chat", Chat: c.ID})
}

// detail is what the audit keeps of an event beside its kind: never a text.
func detail(e dialog.AgentEvent, seq uint64) string {
	parts := []string{fmt.Sprintf("seq %d", seq)}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	if e.Hold != nil {
		add("hold", string(e.Hold.Kind))
	}
	if e.Grant != nil {
		add("grant", e.Grant.Kind)
	}
	add("option", e.Option)
	add("to", e.To)
	add("second", e.Second)
	for _, k := range sortedKeys(e.Fields) {
		if k != "settled" && k != "evidence" && k != "reason" && k != "amount" {
			add(k, e.Fields[k])
		}
	}
	return strings.Join(parts, ", ")
}

// name tells those whom a note mentions.
func (s *Server) name(ctx context.Context, who *caller, chat, text string, seq uint64) {
	x := s.live.now.Load()
	for _, id := range mentions(text, sortedKeys(x.people)) {
		if err := put(ctx, s.opts.Shelf, of(kindMention, id), chat, mention{Seq: seq, By: who.ID, At: s.opts.Now().UTC()}); err != nil {
			s.opts.Log.Warn("desk", "doing", "mention", "error", err)
			continue
		}
		s.tell(ctx, note{K: "mention", Chat: chat, Agent: id, Name: who.ID, Seq: seq})
	}
}

// shown is the name that borrowers see: the lender's choice.
func (s *Server) shown(a Account, st Settings) string {
	switch st.Display {
	case "staff":
		return a.ID
	case "team":
		for _, t := range st.Teams {
			if slices.Contains(a.Teams, t.ID) {
				return t.Label
			}
		}
	}
	return orText(a.Display, a.Name)
}

// event makes the event of a plain action.
func (s *Server) event(ctx context.Context, who *caller, c dialog.Conversation, name string, in actionBody) (dialog.AgentEvent, error) {
	e := dialog.AgentEvent{Kind: name, Agent: who.ID, Name: s.shown(who.Account, who.workplace), Role: string(who.Role), Epoch: in.Epoch}
	var err error
	switch name {
	case "say":
		e.Text, err = s.spoken(ctx, who, c, in)
	case "note":
		e.Name = who.Name
		e.Text, err = in.Text, checkText(in.Text)
	case "release", "close":
		err = s.ending(ctx, &e, c, in)
	case "hold":
		e.Hold, err = s.holdOf(c, in)
	case "offer":
		e.Option = in.Option
	case "grant":
		e.Grant, err = s.grantOf(ctx, c, in)
	case "pay_link":
		e.Fields = fields("amount", in.Amount)
	case "case":
		e.Fields = fields("do", in.Do, "kind", in.Kind, "ref", in.Ref, "outcome", in.Outcome, "evidence", in.Evidence, "reason", in.Reason)
	}
	return e, err
}

func fields(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			m[pairs[i]] = pairs[i+1]
		}
	}
	return m
}

func checkText(text string) error {
	if strings.TrimSpace(text) == "" || len(text) > textLimit {
		return no(dialog.CodeInvalid, "text_size").at("text")
	}
	return nil
}

// spoken reviews what an agent is about to say. What may never be said is
// refused; what should rather not be is, unless they insist. Both are kept.
func (s *Server) spoken(ctx context.Context, who *caller, c dialog.Conversation, in actionBody) (string, error) {
	if err := checkText(in.Text); err != nil {
		return "", err
	}
	findings := s.findings(ctx, who, c, in.Text)
	hard := slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == "hard" })
	if len(findings) == 0 {
		return in.Text, nil
	}
	s.keepBlocked(ctx, who, c.ID, in.Text, findings, in.Override && !hard)
	if hard || !in.Override {
		return "", &found{findings}
	}
	return in.Text, nil
}

// ending is how a chat is left: with a code, and with what was settled for the
// borrower's recap.
func (s *Server) ending(ctx context.Context, e *dialog.AgentEvent, c dialog.Conversation, in actionBody) error {
	if !slices.Contains(outcomeCodes(), in.Outcome) {
		return no(dialog.CodeInvalid, "outcome").at("outcome")
	}
	e.Fields = fields("outcome", in.Outcome, "settled", in.Settled)
	if in.Quiet {
		e.Fields["quiet"] = "1"
	}
	if c.Owner != dialog.OwnerAgent || c.Agent != e.Agent {
		return nil // the core refuses it
	}
	if in.Settled != "" && len(in.Settled) > 600 {
		return no(dialog.CodeInvalid, "settled_long").at("settled")
	}
	_, err := change(ctx, s.opts.Shelf, kindSpell, c.ID, func(p *spell, found bool) error {
		if !found {
			return errSame
		}
		p.Outcome = in.Outcome
		return nil
	})
	return err
}
