package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"warmline/dialog"
)

func TestAPersonTakesSpeaksAndHandsBack(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	r.until("the chat is in the queue", func() bool { return zhou.view("waiting") == 1 })

	before := zhou.chat(id)
	if !before.May["claim"] || before.May["say"] || before.Locked {
		t.Errorf("before the claim: may %v, locked %v", before.May, before.Locked)
	}
	zhou.refused(http.StatusForbidden, id, "say", fields{"text": "您好"})
	zhou.does(id, "claim", nil)
	zhou.does(id, "say", fields{"text": "您好，我是小周。"})
	zhou.does(id, "note", fields{"text": "想要暂停 @wong"})
	zhou.does(id, "hold", fields{"kind": "hardship", "reason": "job loss", "until": "2030-01-20"})
	if got := zhou.chat(id); !got.Mine || !got.May["release"] {
		t.Errorf("mine %v, may %v", got.Mine, got.May)
	}
	lines := zhou.lines(id)
	said := lines[slices.IndexFunc(lines, func(l line) bool { return l.Speaker == "human" })]
	if said.By != "zhou" || said.Name != "小周" || !said.Why {
		t.Errorf("the human's line: %+v", said)
	}
	noted := lines[slices.IndexFunc(lines, func(l line) bool { return l.Note })]
	if noted.Text != "想要暂停 @wong" || !slices.Equal(noted.Mentions, []string{"wong"}) {
		t.Errorf("the note: %+v", noted)
	}
	zhou.refused(http.StatusBadRequest, id, "release", nil)
	zhou.does(id, "release", fields{"outcome": "hold_placed", "settled": "暂停到1月20日"})
	if c := r.state(id); c.Owner != dialog.OwnerBot {
		t.Errorf("after the hand-back: %s", c.Owner)
	}
	r.until("the handoff is history", func() bool {
		var v struct {
			Earlier []struct{ Outcome string }
		}
		zhou.get("/chats/"+id+"/context", &v)
		return len(v.Earlier) == 1 && v.Earlier[0].Outcome == "hold_placed"
	})
}

// view counts the rows of a view.
func (c *console) view(name string) int {
	var v struct{ Chats []struct{ Chat string } }
	c.get("/chats?view="+name, &v)
	return len(v.Chats)
}

func TestMentionsReachWhoIsNamed(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "wong")
	id := r.waits("b1", 1)
	zhou.does(id, "note", fields{"text": "@wong 看一下，不是 @wongxx"})
	r.until("the chat is in the view", func() bool { return wong.view("mentioned") == 1 })
	if n := zhou.view("mentioned"); n != 0 {
		t.Errorf("the author is mentioned: %d", n)
	}
	wong.must(http.MethodPost, "/chats/"+id+"/look", fields{"seq": 3}, nil)
	if n := wong.view("mentioned"); n != 0 {
		t.Errorf("mentioned after looking: %d", n)
	}
}

// The gate of identity binds agents on the server: neither lines nor context of
// an account reach them, nor may they name figures or offer anything.
func TestNothingOfTheAccountBelowItsLevel(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, he := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "he")
	r.level("b1", 2)
	r.says("b1", "#ask_balance 我欠多少")
	r.deliver(r.nodes[0], "b1", dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s-b1", Ended: true}})
	id := r.waits("b1", 1)
	zhou.does(id, "claim", nil)
	state := zhou.chat(id)
	if !state.Locked || !state.May["step_up"] || state.May["offer"] {
		t.Errorf("locked %v, may %v", state.Locked, state.May)
	}
	for _, l := range zhou.lines(id) {
		if strings.Contains(l.Text, "balance.show") || strings.Contains(l.Text, "欠多少") {
			t.Errorf("a line of level 2 is shown: %+v", l)
		}
	}
	_, raw := zhou.do(http.MethodGet, "/chats/"+id+"/context", nil)
	for _, fact := range []string{"827.71", "acct", "0001", "800.00", "林悦", "plan:"} {
		if strings.Contains(string(raw), fact) {
			t.Errorf("the context shows %q: %s", fact, raw)
		}
	}
	zhou.refused(http.StatusForbidden, id, "say", fields{"text": "您欠827.71元"})
	zhou.refused(http.StatusForbidden, id, "offer", fields{"option": "plan:4"})
	zhou.refused(http.StatusForbidden, id, "grant", fields{"kind": "plan", "count": 4, "reason": "x"})
	zhou.refused(http.StatusForbidden, id, "pay_link", nil)
	if status, _ := zhou.do(http.MethodPost, "/chats/"+id+"/price", fields{"kind": "plan", "count": 4}); status != http.StatusForbidden {
		t.Errorf("a price below the level: %d", status)
	}
	if lines := he.lines(id); !slices.ContainsFunc(lines, func(l line) bool { return strings.Contains(l.Text, "欠多少") }) {
		t.Error("compliance cannot read what it reviews")
	}
	zhou.does(id, "step_up", nil)
	r.level("b1", 2)
	zhou.does(id, "say", fields{"text": "您这期是827.71元"})
	_, raw = zhou.do(http.MethodGet, "/chats/"+id+"/context", nil)
	for _, fact := range []string{"827.71", "林悦", "plan:4", `"source":"desk_source.lender"`} {
		if !strings.Contains(string(raw), fact) {
			t.Errorf("the context of a verified person lacks %q: %s", fact, raw)
		}
	}
}

func TestOffersComeFromThePolicysSetAndTheBorrowerConfirms(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	var price struct {
		Allowed bool
		Option  string
	}
	zhou.must(http.MethodPost, "/chats/"+id+"/price", fields{"kind": "plan", "count": 5}, &price)
	if price.Allowed {
		t.Error("5 instalments are not in the set")
	}
	zhou.must(http.MethodPost, "/chats/"+id+"/price", fields{"kind": "plan", "count": 4}, &price)
	if !price.Allowed || price.Option != "plan:4" {
		t.Errorf("price: %+v", price)
	}
	zhou.refused(http.StatusForbidden, id, "offer", fields{"option": "plan:5"})
	zhou.does(id, "offer", fields{"option": "plan:4"})
	if q := zhou.chat(id).Quote; q == nil || q.Option != "plan:4" {
		t.Fatalf("the open offer: %+v", q)
	}
	if c := r.state(id); len(c.Calls) != 0 {
		t.Error("something was bound before the borrower's yes")
	}
	r.taps("b1", "confirm", r.state(id).Talk.Quote.ID)
	if c := r.state(id); len(c.Calls) != 1 || c.Calls[0].Kind != dialog.CallArrangementCreate {
		t.Errorf("calls after the yes: %+v", c.Calls)
	}
}

func TestBeyondOnesAuthorityTakesTwo(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, wong, lin := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "wong"), r.signIn(r.nodes[0], "lin")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	grant := fields{"kind": "hold", "days": 100, "reason": "ill"}
	zhou.refused(http.StatusForbidden, id, "grant", grant)
	request := func() string {
		status, raw := zhou.act(id, "request", grant)
		if status != http.StatusAccepted {
			t.Fatalf("request: %d %s", status, raw)
		}
		open := zhou.chat(id).Requests
		for _, q := range open {
			if q.State == "open" {
				return q.ID
			}
		}
		t.Fatal("the request is not listed")
		return ""
	}
	first := request()
	for who, c := range map[string]*console{"the maker": zhou, "another agent": wong} {
		if status, _ := c.do(http.MethodPost, "/requests/"+first+"/approve", fields{"note": ""}); status != http.StatusForbidden {
			t.Errorf("%s approved: %d", who, status)
		}
	}
	lin.must(http.MethodPost, "/requests/"+first+"/approve", fields{"note": "fine"}, nil)
	if _, held := r.state(id).Held(r.clock.now(), dialog.HoldHardship); !held {
		t.Error("what was approved was not done")
	}
	if status, _ := lin.do(http.MethodPost, "/requests/"+first+"/refuse", fields{"note": "no"}); status != http.StatusConflict {
		t.Errorf("decided twice: %d", status)
	}
	second := request()
	lin.must(http.MethodPost, "/requests/"+second+"/refuse", fields{"note": "too long"}, nil)
}

func TestACrisisEndsByTwoPeople(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "wong")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	zhou.does(id, "hold", fields{"kind": "crisis", "reason": "said so"})
	status, raw := zhou.act(id, "unhold", fields{"kind": "crisis", "reason": "safe with a friend"})
	if status != http.StatusAccepted {
		t.Fatalf("unhold: %d %s", status, raw)
	}
	held := func() bool { _, is := r.state(id).Held(r.clock.now(), dialog.HoldCrisis); return is }
	if !held() {
		t.Fatal("one person ended a crisis")
	}
	var open []struct{ ID string }
	wong.get("/requests?state=open", &open)
	if len(open) != 1 {
		t.Fatalf("requests: %v", open)
	}
	if status, _ := zhou.do(http.MethodPost, "/requests/"+open[0].ID+"/approve", fields{"note": ""}); status != http.StatusForbidden {
		t.Errorf("the same person agreed with themselves: %d", status)
	}
	wong.must(http.MethodPost, "/requests/"+open[0].ID+"/approve", fields{"note": ""}, nil)
	if held() {
		t.Error("two people did not end it")
	}
}

func TestADraftThatHarmsIsStoppedAndKept(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, lin := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "lin")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	hard := zhou.refused(http.StatusUnprocessableEntity, id, "say", fields{"text": "我们会上门", "override": true})
	if !strings.Contains(hard, "no threats") {
		t.Errorf("the rule is not told: %s", hard)
	}
	zhou.refused(http.StatusUnprocessableEntity, id, "say", fields{"text": "请看！"})
	zhou.does(id, "say", fields{"text": "请看！", "override": true})
	zhou.refused(http.StatusUnprocessableEntity, id, "say", fields{"text": "卡号 4111 1111 1111 1111"})
	for _, l := range zhou.lines(id) {
		if strings.Contains(l.Text, "上门") {
			t.Error("a threat reached the borrower")
		}
	}
	var kept []struct {
		Severity   string
		Overridden bool
	}
	lin.get("/board/blocked", &kept)
	if len(kept) != 4 || kept[1].Severity != "soft" || !kept[1].Overridden || kept[3].Severity != "hard" {
		t.Errorf("kept: %+v", kept)
	}
}

func TestDraftsFollowTheirAuthor(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	zhou.must(http.MethodPut, "/chats/"+id+"/draft", fields{"kind": "reply", "text": "先看"}, nil)
	elsewhere := r.signIn(r.nodes[1], "zhou")
	if d := elsewhere.chat(id).Drafts["reply"]; d != "先看" {
		t.Errorf("draft on the other node: %q", d)
	}
	if d := r.signIn(r.nodes[1], "wong").chat(id).Drafts["reply"]; d != "" {
		t.Errorf("somebody else's draft: %q", d)
	}
	elsewhere.does(id, "say", fields{"text": "先看一下"})
	if d := zhou.chat(id).Drafts["reply"]; d != "" {
		t.Errorf("draft after sending: %q", d)
	}
}

func TestCopilotChoosesFromTheCatalogOnly(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 1)
	zhou.does(id, "claim", nil)
	type reply struct {
		ID, Text string
		Crisis   bool
	}
	ask := func() (all []reply) { zhou.get("/chats/"+id+"/suggest", &all); return all }
	first := ask()
	if len(first) != 2 || first[0].ID != "greet_hello" || first[0].Text != "您好，我是小周" || first[1].ID != "verify_step_up" {
		t.Errorf("suggested: %+v", first)
	}
	zhou.does(id, "hold", fields{"kind": "crisis", "reason": "said so"})
	if crisis := ask(); len(crisis) != 1 || !crisis[0].Crisis || strings.Contains(crisis[0].Text, "{crisis_line}") {
		t.Errorf("in a crisis: %+v", crisis)
	}
}

func TestPastedNumbersAreMaskedRevealedOnRecordAndTakenOut(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, he := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "he")
	id := r.waits("b1", 2)
	r.says("b1", "卡号是4111111111111111，身份证11010519491231002X")
	zhou.does(id, "claim", nil)
	find := func() line {
		lines := zhou.lines(id)
		return lines[slices.IndexFunc(lines, func(l line) bool { return strings.HasPrefix(l.Text, "卡号") })]
	}
	masked := find()
	if strings.Contains(masked.Text, "1111") || strings.Contains(masked.Text, "1949") || len(masked.Masked) != 2 {
		t.Fatalf("masked: %+v", masked)
	}
	var shown struct{ Text string }
	zhou.must(http.MethodPost, "/chats/"+id+"/reveal", fields{"seq": masked.Seq, "reason": "to trace a payment"}, &shown)
	if !strings.Contains(shown.Text, "4111111111111111") {
		t.Errorf("revealed: %q", shown.Text)
	}
	zhou.must(http.MethodPost, "/chats/"+id+"/redact", fields{"seq": masked.Seq, "from": 0, "to": 0, "reason": "pasted"}, nil)
	zhou.must(http.MethodPost, "/chats/"+id+"/reveal", fields{"seq": masked.Seq, "reason": "again"}, &shown)
	if strings.Contains(shown.Text, "1111") || find().Tombstone == nil {
		t.Errorf("after taking it out: %q, %+v", shown.Text, find())
	}
	var log struct{ Entries []struct{ Who, Kind string } }
	he.get("/audit?chat="+id, &log)
	for _, kind := range []string{"reveal", "redact", "look", "claim"} {
		if !slices.ContainsFunc(log.Entries, func(e struct{ Who, Kind string }) bool { return e.Who == "zhou" && e.Kind == kind }) {
			t.Errorf("the audit lacks %s: %+v", kind, log.Entries)
		}
	}
}

// Words that no detection finds can be picked: by who has the chat, out of what
// people wrote, also in what the queue shows of them, with a record of each.
func TestPickedWordsAreTakenOutForGood(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou, wong, he := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "wong"), r.signIn(r.nodes[1], "he")
	id := r.waits("b1", 1)
	zhou.does(id, "claim", nil)
	r.says("b1", "😀我妈的密码是 swordfish 别说出去")
	find := func(c *console) line {
		lines := c.lines(id)
		i := slices.IndexFunc(lines, func(l line) bool { return strings.HasPrefix(l.Text, "😀") })
		if i < 0 {
			return line{}
		}
		return lines[i]
	}
	r.until("it is there", func() bool { return find(zhou).Seq > 0 })
	said := find(zhou)
	at := len(utf16.Encode([]rune("😀我妈的密码是 ")))
	cut := fields{"seq": said.Seq, "from": at, "to": at + len("swordfish"), "reason": "another person's password"}
	for name, c := range map[string]struct {
		who  *console
		more fields
		want string
	}{
		"not the owner": {wong, nil, "not_owner"}, "no reason": {zhou, fields{"reason": " "}, "reason_missing"},
		"backwards": {zhou, fields{"from": 9, "to": 4}, "range"}, "past the end": {zhou, fields{"to": 900}, "range"},
		"nothing found": {zhou, fields{"from": 0, "to": 0}, "nothing_to_mask"}, "no such line": {zhou, fields{"seq": 9999}, "no_line"},
	} {
		body := fields{}
		for k, v := range cut {
			body[k] = v
		}
		for k, v := range c.more {
			body[k] = v
		}
		_, raw := c.who.do(http.MethodPost, "/chats/"+id+"/redact", body)
		if got, _ := refusedAs(t, raw); got != c.want {
			t.Errorf("%s: %s", name, raw)
		}
	}
	zhou.must(http.MethodPost, "/chats/"+id+"/redact", cut, nil)
	zhou.must(http.MethodPost, "/chats/"+id+"/redact", fields{"seq": said.Seq, "from": 1, "to": 2, "reason": "half of a sign"}, nil)
	got := find(wong)
	if got = wong.lines(id)[said.Seq-1]; strings.Contains(got.Text, "swordfish") || got.Text != "••我妈的密码是 ••••••••• 别说出去" || got.Tombstone == nil {
		t.Errorf("after: %+v", got)
	}
	r.until("the queue forgets it too", func() bool {
		status, raw := wong.do(http.MethodGet, "/chats?view=all", nil)
		return status == http.StatusOK && strings.Contains(string(raw), "别说出去") && !strings.Contains(string(raw), "swordfish")
	})
	var log struct {
		Entries []struct{ Who, Kind, Detail string }
	}
	he.get("/audit?kind=redact&chat="+id, &log)
	if len(log.Entries) != 2 || !strings.Contains(log.Entries[1].Detail, "another person's password") {
		t.Errorf("the record: %+v", log.Entries)
	}
}
