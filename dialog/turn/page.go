package turn

import (
	"slices"
	"strconv"
	"time"

	"warmline/dialog"
)

// pageEvery is how long a page waits for somebody before the next try, and
// pageTries how often it is tried so closely; after that it goes on slowly.
const (
	pageEvery  = 2 * time.Minute
	pageSlowly = 15 * time.Minute
	pageTries  = 10
	pageLimit  = 60
	pageFresh  = 30 * time.Minute // how long an acknowledgement stands
)

// pageHuman calls a human now. A page that is still out is not doubled, nor one
// whose human has just said that they come, or is here.
func (x *run) pageHuman() {
	if p := x.next.Page; p != nil && (p.By == "" || x.next.Owner == dialog.OwnerAgent || x.e.At.Sub(p.At) < pageFresh) {
		return
	}
	x.next.Page = &dialog.PageState{Ref: x.ref + "-page", At: x.e.At}
	x.tryPage()
}

// tryPage sends the page once more and sets the clock for the next try.
func (x *run) tryPage() {
	p := *x.next.Page
	p.Tries++
	x.next.Page = &p
	call := dialog.Call{Ref: p.Ref + "-" + strconv.Itoa(p.Tries), Kind: dialog.CallPageHuman,
		Fields: map[string]string{"page": p.Ref, "priority": "0"}}
	x.send(&call, nil)
	wait := pageEvery
	if p.Tries >= pageTries {
		wait = pageSlowly
	}
	x.set(dialog.TimerOp{Kind: timerPage, Key: p.Ref, Due: x.e.At.Add(wait)})
}

// pageAgain is the next try of a page that nobody has acknowledged. When nobody
// is on call at all, the person is told so, once, with the line.
func (x *run) pageAgain(ref string) {
	p := x.next.Page
	if p == nil || p.By != "" || p.Ref != ref || p.Tries >= pageLimit {
		return
	}
	x.tryPage()
	x.nobody()
}

// sayCrisis says a crisis text in a turn of its own, while a crisis lasts.
func (x *run) sayCrisis(form string) {
	if _, held := x.next.Held(x.e.At, dialog.HoldCrisis); !held {
		return
	}
	a := x.crisisAct("crisis.support", form)
	if form == "acknowledged" {
		a = dialog.Act{Kind: "crisis.support", Form: form, Class: dialog.ClassCrisis}
	}
	x.speak(x.admit(nil, a))
}

// page takes the pager's word. That somebody comes is said only now (I11).
func (x *run) page() {
	ev := x.e.Event.Page
	p := x.next.Page
	if ev == nil || p == nil || !pageRef(ev.Ref, p) {
		return
	}
	switch ev.Kind {
	case "acknowledged":
		if p.By != "" {
			return
		}
		x.acknowledge(ev.By)
		if x.next.Owner != dialog.OwnerAgent {
			x.m.Paged = true
			x.sayCrisis("acknowledged")
		}
	case "unanswered", "failed":
		if p.By == "" && ev.Ref == p.Ref+"-"+strconv.Itoa(p.Tries) {
			x.pageFailed(p)
		}
	}
}

// pageFailed tries again at once where the last try has had its time; a pager
// that refuses on the spot is left to the clock.
func (x *run) pageFailed(p *dialog.PageState) {
	for _, t := range x.next.Timers {
		if t.Kind == timerPage && t.Key == p.Ref && t.Due.Sub(x.e.At) > pageEvery/2 {
			x.nobody()
			return
		}
	}
	x.pageAgain(p.Ref)
}

// nobody tells the person, once, that no human could be reached, with the line.
func (x *run) nobody() {
	if !x.f.Desk.OnCall && x.next.Said["crisis.support/no_one"]+x.next.Said["crisis.support/emergency_only_no_one"] == 0 {
		x.sayCrisis("no_one")
	}
}

// pageRef reports whether a reference is that of a page or of one of its tries.
func pageRef(ref string, p *dialog.PageState) bool {
	return ref == p.Ref || len(ref) > len(p.Ref) && ref[:len(p.Ref)] == p.Ref && ref[len(p.Ref)] == '-'
}

// acknowledge notes who comes and stops the clock.
func (x *run) acknowledge(by string) {
	p := *x.next.Page
	if p.By = by; by == "" {
		p.By = "unnamed"
	}
	x.next.Page = &p
	x.cancel(timerPage, p.Ref)
}

// bury makes the contact point that wrote unusable for ever: at once for
// everything that is sent first, and altogether when the last answer has had
// time to leave.
func (x *run) bury() {
	point := x.e.Session
	if x.e.Channel == dialog.ChannelTelegram {
		if a := x.address(); a != "" {
			point = a
		}
	}
	if point == "" || slices.Contains(x.next.Tombstones, point) {
		return
	}
	x.set(dialog.TimerOp{Kind: timerTombstone, Key: point, Due: x.e.At.Add(pageEvery)})
}

// tombstone is the end of a contact point.
func (x *run) tombstone(point string) {
	if point == "" || slices.Contains(x.next.Tombstones, point) {
		return
	}
	x.next.Tombstones = add(x.next.Tombstones, maxTombs, point)
	x.next.Links = keep(x.next.Links, func(l dialog.Link) bool { return l.Address != point })
	x.unbind(func(b dialog.Binding) bool { return b.Session == point })
}
