package desk

import (
	"context"
	"net/http"
	"slices"
	"time"

	"warmline/dialog"
)

// contextView is what is known around a chat. What is about the account is left
// out until the person is verified.
type contextView struct {
	Locked       bool               `json:"locked"`
	Level        dialog.Level       `json:"level"`
	Until        *time.Time         `json:"level_until,omitempty"`
	Locale       dialog.Locale      `json:"locale"`
	Zone         string             `json:"zone"`
	ZoneNow      string             `json:"zone_now"`
	Channel      dialog.ChannelKind `json:"channel"`
	Packs        []string           `json:"packs"`
	Stale        bool               `json:"stale"`
	Identity     identityView       `json:"identity"`
	Facts        []factView         `json:"facts"`
	Accounts     []accountView      `json:"accounts"`
	Arrangements []arrangementView  `json:"arrangements"`
	Promise      *promiseView       `json:"promise,omitempty"`
	Payments     []paymentView      `json:"payments"`
	Holds        []holdView         `json:"holds"`
	Disclosures  []disclosureView   `json:"disclosures"`
	Offered      []offeredView      `json:"offered"`
	Stated       statedView         `json:"stated"`
	Recap        []pairView         `json:"recap"`
	Cases        []caseView         `json:"cases"`
	Calls        []callView         `json:"calls"`
	Earlier      []earlierView      `json:"earlier"`
	Offers       []offerTerms       `json:"offers"`
	Limits       []pairView         `json:"limits"`
	Authority    authorityView      `json:"authority"`
	HoldKinds    []kindView         `json:"hold_kinds"`
	Summary      []summaryView      `json:"summary"`
	Crisis       bool               `json:"crisis"`
	Prefs        []string           `json:"prefs"`
}

type pairView struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

type kindView struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
}

type identityView struct {
	Borrower string        `json:"borrower"`
	Name     string        `json:"name"`
	Phone    string        `json:"phone"`
	Channels []channelView `json:"channels"`
}

type channelView struct {
	Channel dialog.ChannelKind `json:"channel"`
	Since   *time.Time         `json:"since,omitempty"`
	Level   dialog.Level       `json:"level"`
	Doubted bool               `json:"doubted"`
	Until   *time.Time         `json:"until,omitempty"`
}

type holdView struct {
	Kind   dialog.HoldKind `json:"kind"`
	Label  string          `json:"label"`
	Reason string          `json:"reason"`
	Start  time.Time       `json:"start"`
	End    *time.Time      `json:"end,omitempty"`
	By     string          `json:"by"`
	ByName string          `json:"by_name"`
	Ref    string          `json:"ref,omitempty"`
	Two    bool            `json:"two_people"`
}

type disclosureView struct {
	Text   string        `json:"text"`
	Locale dialog.Locale `json:"locale"`
	At     time.Time     `json:"at"`
}

type caseView struct {
	Kind   dialog.CaseKind `json:"kind"`
	Label  string          `json:"label"`
	Ref    string          `json:"ref"`
	Ticket string          `json:"ticket"`
	Opened time.Time       `json:"opened"`
	Due    *time.Time      `json:"due,omitempty"`
	State  string          `json:"state"`
}

type callView struct {
	Kind  dialog.CallKind `json:"kind"`
	Label string          `json:"label"`
	At    time.Time       `json:"at"`
}

type earlierView struct {
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	Queue        string    `json:"queue"`
	Reason       string    `json:"reason"`
	AgentName    string    `json:"agent_name"`
	Outcome      string    `json:"outcome"`
	OutcomeLabel string    `json:"outcome_label"`
	First        uint64    `json:"first_seq"`
	Last         uint64    `json:"last_seq"`
}

// drawing is a context being drawn: for whom, of what.
type drawing struct {
	s       *Server
	ctx     context.Context
	who     *caller
	c       dialog.Conversation
	f       dialog.Facts
	e       Eligible
	l       dialog.Locale // of the console
	now     time.Time
	people  map[string]Account
	history []dialog.Message // the last lines, for what was offered and said
	v       contextView
}

// historyLines is how far back a summary reads.
const historyLines = 300

func (s *Server) getContext(w http.ResponseWriter, r *http.Request, who *caller) error {
	d, err := s.drawing(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := d.draw(); err != nil {
		return err
	}
	return ok(w, d.v)
}

func (s *Server) drawing(ctx context.Context, who *caller, id string) (*drawing, error) {
	c, err := s.open(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d := &drawing{s: s, ctx: ctx, who: who, c: c, l: who.locale(), now: s.opts.Now(), people: s.live.now.Load().people}
	level, until := bestLevel(c, d.now)
	d.v.Level, d.v.Locked = level, locked(who, level)
	if !until.IsZero() {
		d.v.Until = &until
	}
	d.f, err = s.factsOf(ctx, c)
	d.v.Stale = err != nil || d.f.Unavailable
	if !d.v.Stale {
		d.e = s.opts.Terms.Eligible(c, d.f, d.now)
	}
	from := c.Seq - min(c.Seq, historyLines)
	if d.history, err = s.opts.Chats.Since(ctx, c.ID, from, historyLines); err != nil {
		return nil, err
	}
	return d, nil
}

// draw fills in the view. Everything of the account hangs on the lock.
func (d *drawing) draw() error {
	d.plain()
	if !d.v.Locked {
		d.money()
		d.offered()
		d.terms()
	}
	d.stated()
	if err := d.earlier(); err != nil {
		return err
	}
	d.summary()
	return nil
}

// word returns a word of the console.
func (d *drawing) word(key, otherwise string) string { return d.s.word(d.l, key, otherwise) }

// text writes a value in the console's language and the borrower's zone.
func (d *drawing) text(v dialog.Value) string {
	return d.s.opts.Format.Value(v, d.l, orText(d.c.Zone, "UTC"), d.now)
}

// plain is what may be seen at any level: who writes, where, under which holds.
func (d *drawing) plain() {
	c, v := d.c, &d.v
	v.Locale, v.Zone, v.Channel, v.Packs = c.Locale, c.Zone, c.Channel, list(c.Packs)
	day, clock := d.s.opts.Format.Moment(d.now, d.l, orText(c.Zone, "UTC"))
	v.ZoneNow = day + " " + clock
	v.Facts, v.Accounts, v.Arrangements, v.Payments = []factView{}, nil, nil, nil
	v.Offered, v.Offers, v.Limits, v.Recap = []offeredView{}, []offerTerms{}, []pairView{}, []pairView{}
	v.Identity = identityView{Borrower: maskTail(c.Borrower, 3), Name: maskName(d.f.Borrower.Name), Channels: d.channels()}
	if !v.Locked {
		v.Identity.Name, v.Identity.Phone = d.f.Borrower.Name, d.f.Borrower.Phone
	}
	_, v.Crisis = c.Held(d.now, dialog.HoldCrisis)
	v.Holds, v.Cases, v.Calls, v.Disclosures, v.Prefs = d.holds(), d.cases(), []callView{}, []disclosureView{}, d.prefs()
	for _, k := range c.Calls {
		v.Calls = append(v.Calls, callView{k.Kind, d.word("desk_call."+string(k.Kind), string(k.Kind)), k.At})
	}
	for _, x := range c.Disclosed {
		v.Disclosures = append(v.Disclosures, disclosureView{x.Text, x.Locale, x.At})
	}
	for _, k := range holdNames() {
		v.HoldKinds = append(v.HoldKinds, kindView{string(k), d.word("desk_hold."+string(k), string(k))})
	}
	v.Authority = d.authority()
}

func (d *drawing) channels() []channelView {
	views := []channelView{}
	for _, b := range d.c.Bindings {
		x := channelView{Channel: b.Channel, Level: b.LevelAt(d.now), Doubted: b.Doubted}
		if !b.Expires.IsZero() {
			x.Until = &b.Expires
		}
		views = append(views, x)
	}
	for _, k := range d.c.Links {
		x := channelView{Channel: k.Channel, Since: &k.Since, Level: dialog.LevelLinked}
		if d.now.Before(k.Until) {
			x.Level, x.Until = dialog.LevelBorrower, &k.Until
		}
		views = append(views, x)
	}
	return views
}

func (d *drawing) holds() []holdView {
	views := []holdView{}
	for _, h := range d.c.Holds {
		if !h.Active(d.now) {
			continue
		}
		x := holdView{Kind: h.Kind, Label: d.word("desk_hold."+string(h.Kind), string(h.Kind)), Reason: d.word("desk_why."+h.Reason, h.Reason),
			Start: h.Start, By: h.By, ByName: orText(d.people[h.By].Name, h.By), Ref: h.Ref,
			Two: h.Kind == dialog.HoldCrisis || h.Kind == dialog.HoldCease && d.who.Role != RoleSupervisor}
		if !h.End.IsZero() {
			x.End = &h.End
		}
		views = append(views, x)
	}
	return views
}

func (d *drawing) cases() []caseView {
	views := []caseView{}
	for _, k := range d.c.Cases {
		x := caseView{Kind: k.Kind, Label: d.word("desk_case."+string(k.Kind), string(k.Kind)), Ref: k.Ref, Ticket: k.Ticket, Opened: k.Opened}
		due, state := d.s.clock(&d.c, k)
		x.Due, x.State = &due, state
		views = append(views, x)
	}
	return views
}

// caseDays is how long a case may take where neither the lender nor a rule says:
// the shortest of the places' for a complaint, a month for personal data, a week
// for the rest.
func caseDays(k dialog.CaseKind) int {
	switch k {
	case dialog.CaseComplaint:
		return 15
	case dialog.CasePrivacy:
		return 30
	}
	return 7
}

// clock is when a case has to be answered, and how it stands against that.
func (s *Server) clock(c *dialog.Conversation, k dialog.OpenCase) (due time.Time, state string) {
	due = k.Due
	warn, ruled := time.Time{}, time.Time{}
	if s.opts.Rulebook != nil {
		warn, ruled, _ = s.opts.Rulebook.Clock(c.Packs, k.Kind, k.Opened, orText(c.Zone, "UTC"))
	}
	if due.IsZero() {
		due = ruled
	}
	if due.IsZero() {
		due = k.Opened.AddDate(0, 0, caseDays(k.Kind))
	}
	if warn.IsZero() || !warn.Before(due) {
		warn = due.Add(-due.Sub(k.Opened) / 5)
	}
	switch now := s.opts.Now(); {
	case !now.Before(due):
		return due, "breach"
	case !now.Before(warn):
		return due, "warning"
	}
	return due, "ok"
}

func (d *drawing) prefs() []string {
	p, lines := d.c.Prefs, []string{}
	say := func(key, arg string) {
		lines = append(lines, d.word("desk_pref."+key, key)+arg)
	}
	for _, ch := range p.Stopped {
		say("stopped", " "+string(ch))
	}
	if p.Only != "" {
		say("only", " "+string(p.Only))
	}
	clock := func(minutes int) string {
		return " " + time.Date(2000, 1, 1, minutes/60, minutes%60, 0, 0, time.UTC).Format("15:04")
	}
	if p.NotAfter > 0 {
		say("not_after", clock(p.NotAfter))
	}
	if p.NotBefore > 0 {
		say("not_before", clock(p.NotBefore))
	}
	if p.Reminders {
		say("reminders", "")
	}
	return lines
}

// earlier lists the handoffs of this person that have ended.
func (d *drawing) earlier() error {
	found, err := d.s.handoffs(d.ctx, 10, func(p spell) bool { return p.Chat == d.c.ID })
	if err != nil {
		return err
	}
	d.v.Earlier = []earlierView{}
	for _, h := range found {
		d.v.Earlier = append(d.v.Earlier, earlierView{h.Queued, h.Ended, h.Queue, h.Reason, h.Show, h.Outcome,
			d.word("desk_outcome."+h.Outcome, h.Outcome), h.FirstSeq, h.Seq})
	}
	slices.SortFunc(d.v.Earlier, func(a, b earlierView) int { return b.From.Compare(a.From) })
	return nil
}
