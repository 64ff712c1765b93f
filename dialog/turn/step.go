package turn

import (
	"slices"
	"strconv"
	"time"

	"warmline/dialog"
	"warmline/dialog/flow"
	"warmline/dialog/policy"
)

// scripts are the three entries of package flow; tests put their own in.
type scripts struct {
	next   func(flow.Input) flow.Proposal
	answer func(flow.Input) flow.Proposal
	due    func(flow.Input) flow.Proposal
}

// Step decides a turn: what an event changes in a conversation, given the facts.
// A refused event gives a Change with Reject set and nothing else changed; an
// event without effect still gives a Change, so that its revision is checked.
//
// Of Change.Finals: a message with a sequence number and an empty text stands
// with the template that was stored with it; without a number it was dropped.
func Step(r policy.Rules, c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	return step(r, flowScripts(), c, e, f)
}

func step(r policy.Rules, s scripts, c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	x := &run{rules: r, scripts: s, was: &c, e: &e, event: &e.Event, shown: &e.Event, f: &f, next: c}
	x.begin()
	switch e.Event.Kind {
	case dialog.EventOpened, dialog.EventText, dialog.EventChoice, dialog.EventHeard:
		x.borrower()
	case dialog.EventSession:
		x.session()
	case dialog.EventLender:
		x.lender()
	case dialog.EventTimer:
		x.timer()
	case dialog.EventAgent:
		x.agent()
	case dialog.EventPhrased:
		x.phrased()
	case dialog.EventChannel:
		x.channel()
	case dialog.EventPage:
		x.page()
	default:
		x.refuse(dialog.CodeInvalid, "this kind of event is not known")
	}
	return x.finish()
}

// run is one turn under way.
type run struct {
	rules   policy.Rules
	scripts scripts
	was     *dialog.Conversation // as it was; never written
	e       *dialog.Envelope
	event   *dialog.Event // what is answered: the envelope's, or the one that waited for a step-up
	shown   *dialog.Event // what the script is shown: the envelope's, cleared of what may not count
	f       *dialog.Facts
	next    dialog.Conversation // shares slices and maps with was until they are written
	change  dialog.Change
	ref     string
	ids     int
	zone    *time.Location
	m       policy.Moment
	limits  dialog.Limits // around m.Offers
	asked   bool          // m.Offers and limits are worked out
	said    bool          // next.Said is our own copy
	dropped bool          // something was left out for want of identity
	doubted bool          // the writer is somebody else
	refused bool          // a binding effect was refused
	spoke   bool
	reach   dialog.CommClass // what a human begins counts as, "" when they answer
	because string           // what K-CONFIRM held against a binding effect
	lacking bool             // a confirm card lacks what has to be on it
	owed    []string         // text ids that have to be shown with what is said
	reject  *dialog.Error
}

// begin sets what every event shares: revision, zone, level, and what has run
// out by now.
func (x *run) begin() {
	x.next.Revision = x.was.Revision + 1
	x.ref = x.was.ID + "-" + strconv.FormatUint(x.next.Revision, 10)
	x.change.From, x.change.RulesHash = x.was.Revision, x.rules.Hash
	x.adopt()
	x.inSession()
	x.zone = x.rules.Zone(x.next.Zone, x.next.Packs)
	x.avoidBarred()
	if x.e.At.Sub(x.next.LastIn) > patience {
		x.next.Talk.After = nil
	}
	x.next.Holds = keep(x.next.Holds, func(h dialog.Hold) bool { return h.Active(x.e.At) })
	x.m = policy.Moment{Conv: &x.next, Envelope: x.e, Event: x.event, Facts: x.f, Now: x.e.At,
		Level: x.levelNow(x.e.Session), Zones: x.zones()}
}

// adopt takes over what the lender says of a person once, where nothing is
// known yet.
func (x *run) adopt() {
	n, b := &x.next, &x.f.Borrower
	if n.Owner == "" {
		n.Owner = dialog.OwnerBot
	}
	if n.Started.IsZero() {
		n.Started = x.e.At
	}
	if n.Zone == "" {
		n.Zone = b.Zone
	}
	if len(n.Packs) == 0 {
		n.Packs = b.Packs
	}
	if n.Borrower == "" {
		n.Borrower = x.e.Borrower
	}
	if n.Borrower == "" {
		n.Borrower = b.ID
	}
	if n.Locale == "" {
		n.Locale = b.Locale
	}
}

// locale is the language that is spoken: the conversation's, or for as long as
// that is not known the one that was just heard.
func (x *run) locale() dialog.Locale {
	if x.next.Locale != "" {
		return x.next.Locale
	}
	if t := x.event.Text; t != nil && t.Heard != nil {
		switch t.Heard.Language {
		case dialog.LangZhHans:
			return dialog.ZhHans
		case dialog.LangZhHant:
			return dialog.ZhHantTW
		}
	}
	return dialog.EnGB
}

// zones are the person's own and every other plausible one.
func (x *run) zones() []*time.Location {
	zones := make([]*time.Location, 0, 1+len(x.f.Borrower.Zones))
	zones = append(zones, x.zone)
	also := func(name string) {
		for _, z := range x.rules.Plausible(name, x.next.Packs) {
			if !slices.Contains(zones, z) {
				zones = append(zones, z)
			}
		}
	}
	also(x.next.Zone)
	for _, name := range x.f.Borrower.Zones {
		also(name)
	}
	return zones
}

// finish closes the turn. A refused event leaves everything but the revision
// as it was.
func (x *run) finish() dialog.Change {
	if x.reject != nil {
		next := *x.was
		next.Revision++
		return dialog.Change{From: x.was.Revision, RulesHash: x.rules.Hash, Next: next, Reject: x.reject, Fired: x.change.Fired, Dedupe: x.dedupe()}
	}
	x.seat()
	x.closeViews()
	if x.m.Reader && x.spoke && x.next.Owner == dialog.OwnerBot {
		x.next.Replied = x.e.At
	}
	x.change.Dedupe = x.dedupe()
	x.change.Next = x.next
	return x.change
}

// dedupe lists the ids that this turn uses up: the envelope's and, of a burst,
// each line's.
func (x *run) dedupe() []string {
	var lines []dialog.TextLine
	if t := x.e.Event.Text; t != nil {
		lines = t.Lines
	}
	ids := make([]string, 0, 1+len(lines))
	if x.e.ID != "" {
		ids = append(ids, x.e.ID)
	}
	for i := range lines {
		if id := lines[i].ID; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// refuse rejects the event: no other effect remains.
func (x *run) refuse(code dialog.Code, text string) { x.reject = dialog.E(code, text, nil) }

// id returns the next id of this turn: conversation-revision-n.
func (x *run) id() string {
	x.ids++
	return x.ref + "-" + strconv.Itoa(x.ids)
}

// seq returns the next sequence number.
func (x *run) seq() uint64 {
	x.next.Seq++
	return x.next.Seq
}

// own changes who owns the chat; every change raises the epoch.
func (x *run) own(o dialog.OwnerKind) {
	x.next.Owner = o
	x.next.Epoch++
}

// fire notes what rules said, each word once.
func (x *run) fire(looked []dialog.Fired) {
	if x.change.Fired == nil {
		x.change.Fired = make([]dialog.Fired, 0, len(looked))
	}
	for i := range looked {
		if !slices.Contains(x.change.Fired, looked[i]) {
			x.change.Fired = append(x.change.Fired, looked[i])
		}
	}
}

func (x *run) fired(rule string, o policy.Outcome, detail string) {
	x.fire([]dialog.Fired{{Rule: rule, Outcome: string(o), Detail: detail}})
}

// keep returns the members that pass, in a slice of its own unless all do.
func keep[T any](list []T, pass func(T) bool) []T {
	for i := range list {
		if !pass(list[i]) {
			out := slices.Clone(list[:i])
			for _, v := range list[i+1:] {
				if pass(v) {
					out = append(out, v)
				}
			}
			return out
		}
	}
	return list
}

// add appends to a bounded list without touching the one it was; the oldest go.
func add[T any](list []T, limit int, more ...T) []T {
	out := make([]T, 0, len(list)+len(more))
	out = append(append(out, list...), more...)
	if over := len(out) - limit; over > 0 {
		out = out[over:]
	}
	return out
}
