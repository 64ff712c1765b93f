package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"warmline/channels/desk"
	"warmline/dialog"
)

func push(o *desk.Options) { o.Defaults.Mode = "push"; o.Defaults.Offer = 30; o.Defaults.Lost = 60 }

// offered reports whether a chat is offered to somebody now.
func (c *console) offered(id string) bool {
	var v struct {
		Chats []struct {
			Chat  string
			Offer *struct{ Until time.Time }
		}
	}
	c.get("/chats?view=waiting", &v)
	return slices.ContainsFunc(v.Chats, func(x struct {
		Chat  string
		Offer *struct{ Until time.Time }
	}) bool {
		return x.Chat == id && x.Offer != nil
	})
}

func TestAnOfferThatNobodyAnswersGoesToTheNext(t *testing.T) {
	r := newRig(t, 2, push)
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "wong")
	id := r.waits("b1", 2)
	var first, second *console
	r.until("somebody is offered the chat", func() bool {
		switch {
		case zhou.offered(id):
			first, second = zhou, wong
		case wong.offered(id):
			first, second = wong, zhou
		}
		return first != nil
	})
	if second.offered(id) {
		t.Error("two people are offered the same chat")
	}
	r.clock.advance(31 * time.Second)
	r.until("the offer has gone to the next", func() bool { return second.offered(id) && !first.offered(id) })
	if status, raw := first.act(id, "decline", nil); status != http.StatusConflict {
		t.Errorf("declined an offer that has gone: %d %s", status, raw)
	}
	second.does(id, "decline", nil)
	r.until("everybody is asked again", func() bool { return first.offered(id) || second.offered(id) })
	second.does(id, "claim", nil)
}

func TestAnAgentWhoIsGoneLosesTheChatToTheQueue(t *testing.T) {
	r := newRig(t, 2, push)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	r.nodes[0].stop() // their node dies with them
	<-r.nodes[0].done
	r.clock.advance(61 * time.Second)
	r.until("the chat waits again", func() bool { return r.state(id).Owner == dialog.OwnerQueue })
	wong := r.signIn(r.nodes[1], "wong")
	r.until("the next is offered it", func() bool { return wong.offered(id) })
	told := 0
	for _, l := range wong.lines(id) {
		if l.Event == "handoff.left" || strings.HasPrefix(l.Text, "handoff.queued/returned") {
			told++
		}
	}
	if told != 2 {
		t.Errorf("the borrower is told %d lines of it", told)
	}
	wong.does(id, "claim", nil)
	if c := r.state(id); c.Agent != "wong" {
		t.Errorf("agent %s", c.Agent)
	}
}

func TestSkillsLanguagesAndCapsDecideWhoIsAsked(t *testing.T) {
	r := newRig(t, 1, push)
	admin := r.signIn(r.nodes[0], "admin")
	set := func(id string, f fields) {
		body := fields{"name": id, "display": id, "role": "agent"}
		for k, v := range f {
			body[k] = v
		}
		admin.must(http.MethodPut, "/accounts/"+id, body, nil)
	}
	set("zhou", fields{"skills": []string{"hardship"}})
	set("wong", fields{"cap": 1})
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "wong")
	first := r.waits("b1", 2)
	r.until("the one with the skill is asked", func() bool { return wong.offered(first) })
	wong.does(first, "claim", nil)
	second := r.waits("b2", 2)
	time.Sleep(300 * time.Millisecond)
	if zhou.offered(second) || wong.offered(second) {
		t.Error("somebody without the skill, or with too much to do, was asked")
	}
	wong.does(first, "close", fields{"outcome": "answered", "quiet": true})
	r.until("who is free again is asked", func() bool { return wong.offered(second) })
}

func TestPlacesAndEstimatesAreHonest(t *testing.T) {
	r := newRig(t, 1, nil)
	d := r.nodes[0].desk
	var ids []string
	for _, b := range []string{"b1", "b2", "b3"} {
		ids = append(ids, r.waits(b, 2))
		time.Sleep(5 * time.Millisecond) // who came at the same moment has no order
	}
	r.until("all three wait", func() bool { p, _, _ := d.Place(t.Context(), ids[2]); return p == 3 })
	if _, about, _ := d.Place(t.Context(), ids[0]); about != 0 {
		t.Errorf("an estimate with nobody there: %s", about)
	}
	f, err := d.Desk(t.Context(), "c-new")
	if err != nil || !f.Open || f.ETA != 0 || f.Position != 4 || f.OnCall {
		t.Errorf("desk: %+v (%v)", f, err)
	}
	zhou := r.signIn(r.nodes[0], "zhou")
	r.until("there is an estimate", func() bool { _, about, _ := d.Place(t.Context(), ids[0]); return about > 0 })
	zhou.does(ids[0], "claim", nil)
	r.until("the others move up", func() bool { p, _, _ := d.Place(t.Context(), ids[1]); return p == 1 })
}

func TestClosedHoursSayWhenAndOfferTimes(t *testing.T) {
	now := time.Now().In(time.FixedZone("", 8*3600))
	r := newRig(t, 1, func(o *desk.Options) {
		o.Defaults.Teams[0].Hours = "09:00-21:00"
		o.Defaults.Teams[0].Holidays = []string{now.Format("2006-01-02")}
	})
	var f dialog.DeskFacts
	r.until("the desk has looked", func() bool {
		var err error
		f, err = r.nodes[0].desk.Desk(t.Context(), "c")
		return err == nil
	})
	if f.Open || !f.NextOpen.After(r.clock.now()) || len(f.Slots) != 3 {
		t.Errorf("on a holiday: %+v", f)
	}
	tomorrow := now.AddDate(0, 0, 1).Format("2006-01-02")
	for _, at := range append(f.Slots, f.NextOpen) {
		if day := at.In(now.Location()).Format("2006-01-02"); day != tomorrow && at == f.NextOpen {
			t.Errorf("opens on %s, expected %s", day, tomorrow)
		}
	}
}

func TestAChatPutAsideComesBackWhenTheBorrowerWrites(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	zhou.does(id, "snooze", fields{"until": r.clock.now().Add(time.Hour).Format(time.RFC3339)})
	r.until("it is put aside", func() bool { return zhou.view("snoozed") == 1 && zhou.view("mine") == 0 })
	r.says("b1", "我回来了")
	r.until("it is back", func() bool { return zhou.view("mine") == 1 })
}

// pagerLog is the operator's alerting.
type pagerLog struct {
	mu    sync.Mutex
	calls []string
	refs  []string
}

func (p *pagerLog) Call(_ context.Context, person, ref string, _ int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls, p.refs = append(p.calls, person), append(p.refs, ref)
	return nil
}

func TestAPageCallsTheNextUntilSomebodyComes(t *testing.T) {
	pager := &pagerLog{}
	r := newRig(t, 1, func(o *desk.Options) { o.Caller = pager; o.Defaults.OnCall = []string{"lin", "zhou"} })
	d, id := r.nodes[0].desk, dialog.ConversationID("b1")
	zhou := r.signIn(r.nodes[0], "zhou")
	r.level("b1", 2)
	r.says("b1", "#self_harm 不想活了")
	page := r.state(id).Page
	if page == nil {
		t.Fatal("the core has not paged")
	}
	for try := 1; try <= 3; try++ {
		if err := d.Page(t.Context(), id, page.Ref, fmt.Sprint(try)); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(pager.calls, []string{"lin", "zhou", "lin"}) {
		t.Errorf("called: %v", pager.calls)
	}
	var open []struct{ Ref, Level string }
	zhou.get("/pages", &open)
	r.until("the page is on the consoles", func() bool { zhou.get("/pages", &open); return len(open) == 1 })

	ack := func(ref string) int {
		raw, _ := json.Marshal(map[string]string{"ref": ref, "by": "lin"})
		resp, err := http.Post(r.nodes[0].http.URL+"/v1/pager/ack", "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if status := ack(page.Ref); status != http.StatusForbidden {
		t.Errorf("an unsigned acknowledgement: %d", status)
	}
	if status := ack(pager.refs[0]); status != http.StatusNoContent {
		t.Errorf("a signed acknowledgement: %d", status)
	}
	if got := r.state(id).Page; got == nil || got.By != "lin" {
		t.Errorf("the conversation knows of nobody: %+v", got)
	}
	r.until("the page is closed", func() bool { zhou.get("/pages", &open); return len(open) == 0 })
}

func TestAPageWithNobodyThereSaysSo(t *testing.T) {
	r := newRig(t, 1, nil)
	r.until("the desk has looked", func() bool { _, err := r.nodes[0].desk.Desk(t.Context(), "c"); return err == nil })
	if err := r.nodes[0].desk.Page(t.Context(), "c1", "c1-1-page", "1"); dialog.CodeOf(err) != dialog.CodeNotFound {
		t.Errorf("error %v", err)
	}
}

func TestTheBoardCountsWhatHappened(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, lin := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "lin")
	good, gone := r.waits("b1", 2), r.waits("b2", 2)
	r.until("both are seen", func() bool { return lin.view("waiting") == 2 && lin.chat(gone).Row.Position > 0 })
	zhou.does(good, "claim", nil)
	zhou.does(good, "say", fields{"text": "您好"})
	zhou.does(good, "close", fields{"outcome": "answered"})
	r.taps("b1", "rate:5", "")
	r.taps("b2", "cancel_wait", "")
	type board struct {
		Live   struct{ Waiting int }
		Agents []struct {
			ID      string
			Handled int `json:"handled_today"`
		}
		SLA      struct{ First struct{ Met, Missed int } }
		Outcomes []struct {
			Code string
			N    int
		}
		Ratings []struct{ Stars, N int }
		Missed  int
	}
	var b board
	r.until("the board has both", func() bool {
		b = board{}
		lin.get("/board", &b)
		return b.Live.Waiting == 0 && len(b.Outcomes) == 1 && b.Missed == 1 && len(b.Ratings) == 5 && b.Ratings[4].N == 1
	})
	if b.Outcomes[0].Code != "answered" || b.SLA.First.Met != 1 || b.SLA.First.Missed != 1 {
		t.Errorf("board: %+v", b)
	}
	var missed []struct {
		ID, Why  string
		Reviewed *struct{ Note string }
	}
	lin.get("/board/missed", &missed)
	if len(missed) != 1 || missed[0].Why != "abandoned" {
		t.Fatalf("missed: %+v", missed)
	}
	lin.must(http.MethodPost, "/board/missed/"+missed[0].ID+"/review", fields{"note": "called back"}, nil)
	lin.get("/board/missed", &missed)
	if missed[0].Reviewed == nil || missed[0].Reviewed.Note != "called back" {
		t.Errorf("reviewed: %+v", missed[0])
	}
	var s struct {
		T                   []int64
		Handoffs, Abandoned []int
	}
	lin.get("/board/series?hours=2", &s)
	if sum(s.Handoffs) != 2 || sum(s.Abandoned) != 1 || len(s.T) != 2 {
		t.Errorf("series: %+v", s)
	}
}

func sum(list []int) (n int) {
	for _, x := range list {
		n += x
	}
	return n
}
