package desk_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/channels/desk"
	"warmline/dialog"
)

func TestWhatEachRoleMayDo(t *testing.T) {
	r := newRig(t, 1, nil)
	id := r.waits("b1", 2)
	people := map[string]*console{}
	for _, user := range []string{"zhou", "lin", "he", "admin"} {
		people[user] = r.signIn(r.nodes[0], user)
	}
	for _, c := range []struct {
		method, path string
		body         any
		may          string // who is let through; all others get 403
	}{
		{http.MethodGet, "/chats?view=all", nil, "zhou lin he"},
		{http.MethodGet, "/chats/" + id, nil, "zhou lin he"},
		{http.MethodGet, "/audit", nil, "he"},
		{http.MethodGet, "/board", nil, "lin he admin"},
		{http.MethodGet, "/board/blocked", nil, "lin he"},
		{http.MethodGet, "/chats/" + id + "/export", nil, "lin he"},
		{http.MethodGet, "/accounts", nil, "admin"},
		{http.MethodGet, "/settings", nil, "lin he admin"},
		{http.MethodPut, "/settings", fields{"mode": "pull"}, "admin"},
		{http.MethodPut, "/settings/slots", fields{"slots": []string{"10:00"}}, "lin admin"},
		{http.MethodPut, "/settings/sla", fields{"sla": []fields{{"priority": 3, "first_s": 900, "next_s": 300}}}, "lin admin"},
		{http.MethodPut, "/settings/teams/day", team(nil), "lin admin"},
		{http.MethodDelete, "/settings/teams/nowhere", nil, "lin admin"},
		{http.MethodPost, "/chats/" + id + "/legal-hold", fields{"on": true, "reason": "court"}, "he"},
		{http.MethodPost, "/chats/" + id + "/claim", fields{"id": "claim-xyz-1", "epoch": 0}, "zhou lin"},
		{http.MethodPost, "/accounts/wong/sign-out", fields{}, "admin"},
	} {
		for user, p := range people {
			status, raw := p.do(c.method, c.path, c.body)
			let := strings.Contains(" "+c.may+" ", " "+user+" ")
			if refused := status == http.StatusForbidden; refused == let {
				t.Errorf("%s %s by %s: %d %s", c.method, c.path, user, status, raw)
			}
		}
	}
}

func TestAnotherPageCannotAct(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	token := zhou.csrf
	for name, csrf := range map[string]string{"no word": "", "a wrong word": "x" + token} {
		zhou.csrf = csrf
		if status, _ := zhou.do(http.MethodPost, "/chats/"+id+"/look", fields{"seq": 1}); status != http.StatusForbidden {
			t.Errorf("%s: %d", name, status)
		}
	}
	zhou.csrf = token
	req, _ := http.NewRequest(http.MethodPut, r.nodes[0].http.URL+desk.Prefix+"/me/status", strings.NewReader(`{"status":"away"}`))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", token)
	req.Header.Set("Origin", "https://elsewhere.example")
	resp, err := zhou.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign origin: %d", resp.StatusCode)
	}
	zhou.must(http.MethodPost, "/chats/"+id+"/look", fields{"seq": 1}, nil)
}

func TestGuessingPasswordsIsSlowedDown(t *testing.T) {
	r := newRig(t, 1, nil)
	guess := func(password string) (int, http.Header) {
		body := strings.NewReader(`{"user":"zhou","password":"` + password + `"}`)
		resp, err := http.Post(r.nodes[0].http.URL+desk.Prefix+"/login", "application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode, resp.Header
	}
	for range 5 {
		if status, _ := guess("wrong-password"); status != http.StatusUnauthorized {
			t.Fatalf("a guess: %d", status)
		}
	}
	status, head := guess("warmline-demo")
	if status != http.StatusTooManyRequests || head.Get("Retry-After") == "" {
		t.Errorf("the right one, too soon: %d %v", status, head)
	}
	r.clock.advance(5 * time.Second)
	if status, _ := guess("warmline-demo"); status != http.StatusOK {
		t.Errorf("after the wait: %d", status)
	}
}

func TestSessionsEndOnIdleOnSignOutAndEverywhere(t *testing.T) {
	r := newRig(t, 2, nil)
	a, b := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "zhou")
	status := func(c *console) int { s, _ := c.do(http.MethodGet, "/me", nil); return s }
	a.must(http.MethodPost, "/logout", nil, nil)
	if status(a) != http.StatusUnauthorized || status(b) != http.StatusOK {
		t.Error("signing out ends one session")
	}
	a = r.signIn(r.nodes[0], "zhou")
	b.must(http.MethodPost, "/logout-all", nil, nil)
	if status(a) != http.StatusUnauthorized || status(b) != http.StatusUnauthorized {
		t.Error("signing out everywhere ends all")
	}
	a = r.signIn(r.nodes[0], "zhou")
	r.clock.advance(31 * time.Minute)
	if status(a) != http.StatusUnauthorized {
		t.Error("an idle session goes on")
	}
}

func TestANewAccountChangesItsPasswordFirst(t *testing.T) {
	r := newRig(t, 1, nil)
	admin := r.signIn(r.nodes[0], "admin")
	body := fields{"id": "new", "name": "New", "display": "N", "role": "agent", "password": "short"}
	if status, _ := admin.do(http.MethodPost, "/accounts", body); status != http.StatusBadRequest {
		t.Errorf("a short password: %d", status)
	}
	body["password"] = "warmline-demo"
	admin.must(http.MethodPost, "/accounts", body, nil)
	fresh := r.signIn(r.nodes[0], "new")
	if status, raw := fresh.do(http.MethodGet, "/chats?view=all", nil); status != http.StatusForbidden || !strings.Contains(string(raw), "password_first") {
		t.Errorf("before the change: %d %s", status, raw)
	}
	fresh.must(http.MethodPost, "/password", fields{"old": "warmline-demo", "new": "a-better-password"}, nil)
	if n := fresh.view("all"); n != 0 {
		t.Errorf("chats: %d", n)
	}
	if status, _ := admin.do(http.MethodPut, "/accounts/admin", fields{"name": "x", "role": "agent"}); status != http.StatusForbidden {
		t.Errorf("an administrator's own rights: %d", status)
	}
}

type guest struct{ chat, session string }

func (g guest) Guest(r *http.Request) (string, string, error) {
	if r.Header.Get("Authorization") != "Bearer good" {
		return "", "", dialog.E(dialog.CodeUnauthenticated, "no session", nil)
	}
	return g.chat, g.session, nil
}

func TestFilesAreWhatTheirContentSays(t *testing.T) {
	id := dialog.ConversationID("b1")
	r := newRig(t, 2, func(o *desk.Options) { o.Guests = guest{id, "s-b1"}; o.FileRoom = 3 << 20 })
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "wong")
	r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
	send := func(auth, name, content string) int {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, _ := w.CreateFormFile("file", name)
		_, _ = io.WriteString(part, content)
		w.Close()
		req, _ := http.NewRequest(http.MethodPost, r.nodes[0].http.URL+"/v1/files", &b)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Authorization", auth)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, c := range []struct {
		auth, name, content string
		want                int
	}{
		{"Bearer bad", "a.png", png, http.StatusUnauthorized},
		{"Bearer good", "a.png", "<html><script>alert(1)</script>", http.StatusBadRequest},
		{"Bearer good", "a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", http.StatusBadRequest},
		{"Bearer good", "a.pdf", "%PDF-1.4 without an end", http.StatusBadRequest},
		{"Bearer good", "big.png", png + strings.Repeat("x", 9<<20), http.StatusRequestEntityTooLarge},
		{"Bearer good", "../../etc/p\u202eng.png", png, http.StatusOK},
		{"Bearer good", "slip.pdf", "%PDF-1.4\n%%EOF\n", http.StatusOK},
		{"Bearer good", "more.png", png + strings.Repeat("x", 4<<20), http.StatusRequestEntityTooLarge}, // no room for it
	} {
		if got := send(c.auth, c.name, c.content); got != c.want {
			t.Errorf("%s: %d, expected %d", c.name, got, c.want)
		}
	}
	var files []string
	for _, l := range zhou.lines(id) {
		if l.File != nil {
			files = append(files, l.File.ID)
		}
	}
	if len(files) != 2 {
		t.Fatalf("lines with files: %v", files)
	}
	for _, who := range []*console{zhou, wong} { // on either node
		if status, raw := who.do(http.MethodGet, "/files/"+files[0], nil); status != http.StatusOK || string(raw) != png {
			t.Errorf("download by %s: %d, %d bytes", who.user, status, len(raw))
		}
	}
	if status, _ := zhou.do(http.MethodGet, "/files/..%2fetc", nil); status != http.StatusNotFound {
		t.Errorf("a path as a name: %d", status)
	}
}

func TestEvidenceIsChainedHeldAndErasedOnRecord(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou, he := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "he")
	id := r.waits("b1", 2)
	r.says("b1", "我住在春风路")
	zhou.does(id, "claim", nil)
	zhou.does(id, "say", fields{"text": "您好"})
	type export struct {
		Messages []struct {
			Seq  uint64
			Hash string
			Body struct{ Text string }
		}
		Head  string
		Audit []struct{ Kind string }
	}
	var before, after export
	he.get("/chats/"+id+"/export", &before)
	if n := len(before.Messages); n == 0 || before.Head != before.Messages[n-1].Hash || len(before.Audit) == 0 {
		t.Fatalf("export: %d lines, head %s", n, before.Head)
	}
	he.must(http.MethodPost, "/chats/"+id+"/legal-hold", fields{"on": true, "reason": "court"}, nil)
	erase := func() int {
		s, _ := he.do(http.MethodPost, "/chats/"+id+"/erase", fields{"reason": "asked for"})
		return s
	}
	if erase() != http.StatusConflict {
		t.Error("erased under a legal hold")
	}
	he.must(http.MethodPost, "/chats/"+id+"/legal-hold", fields{"on": false, "reason": "over"}, nil)
	if erase() != http.StatusConflict {
		t.Error("erased while a person has the chat")
	}
	zhou.does(id, "close", fields{"outcome": "answered", "quiet": true})
	if s := erase(); s != http.StatusNoContent {
		t.Fatalf("erase: %d", s)
	}
	he.get("/chats/"+id+"/export", &after)
	for _, m := range after.Messages {
		if strings.Contains(m.Body.Text, "春风路") {
			t.Error("the words are still there")
		}
	}
	if after.Head == before.Head || len(after.Messages) < len(before.Messages) {
		t.Error("lines went missing, or the chain does not notice")
	}
	status, raw := he.do(http.MethodGet, "/chats/"+id+"/export?format=text", nil)
	if status != http.StatusOK || !strings.Contains(string(raw), after.Head) {
		t.Errorf("as text: %d %s", status, raw)
	}
}

// What a rule still keeps is not erased at the desk; the request is kept for the
// day on which nothing keeps it.
func TestAnErasureThatARuleHoldsBack(t *testing.T) {
	keeps := "US-REC-1"
	r := newRig(t, 1, func(o *desk.Options) { o.Retained = func(*dialog.Conversation) string { return keeps } })
	he := r.signIn(r.nodes[0], "he")
	r.says("b1", "我住在春风路")
	id := r.waits("b1", 2)
	zhou := r.signIn(r.nodes[0], "zhou")
	zhou.does(id, "claim", nil)
	zhou.does(id, "close", fields{"outcome": "answered", "quiet": true})
	erase := func() (int, string) {
		s, raw := he.do(http.MethodPost, "/chats/"+id+"/erase", fields{"reason": "asked for"})
		return s, string(raw)
	}
	if s, said := erase(); s != http.StatusConflict || !strings.Contains(said, keeps) {
		t.Errorf("%d %s", s, said)
	}
	data := r.nodes[0].store.DeskData()
	if _, version, err := data.Get(t.Context(), "erasure", id); err != nil || version == 0 {
		t.Errorf("the request is not kept (%v)", err)
	}
	keeps = ""
	if s, said := erase(); s != http.StatusNoContent {
		t.Errorf("when nothing keeps it: %d %s", s, said)
	}
}

func TestSearchFindsWordsUnderTheSameLocks(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	r.level("b1", 1)
	r.says("b1", "我的店关门了")
	open := r.waits("b1", 1)
	r.level("b2", 2)
	r.says("b2", "我的店也关门了")
	r.deliver(r.nodes[0], "b2", dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s-b2", Ended: true}})
	r.waits("b2", 1)
	var v struct {
		Hits []struct {
			Chat    struct{ Chat string }
			Excerpt []struct {
				Text string
				Hit  bool
			}
		}
	}
	r.until("both wait", func() bool { return zhou.view("waiting") == 2 })
	zhou.get("/search?q=%E5%85%B3%E9%97%A8", &v)
	if len(v.Hits) != 1 || v.Hits[0].Chat.Chat != open || !v.Hits[0].Excerpt[1].Hit {
		t.Errorf("hits: %+v", v.Hits)
	}
}

// An attachment goes when its time is over, unless a legal hold keeps it, and
// its room is given back.
func TestAttachmentsEndInTimeButForALegalHold(t *testing.T) {
	id, other := dialog.ConversationID("b1"), dialog.ConversationID("b2")
	r := newRig(t, 1, func(o *desk.Options) { o.FileDays, o.FileRoom = 30, 40 })
	zhou, he := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "he")
	r.waits("b1", 2)
	r.waits("b2", 2)
	pdf := []byte("%PDF-1.4\n%%EOF\n")
	keep := func(chat string) (string, error) { return r.nodes[0].desk.KeepFile(t.Context(), chat, "slip", pdf) }
	free, err1 := keep(id)
	held, err2 := keep(other)
	if _, err3 := keep(id); err1 != nil || err2 != nil || dialog.CodeOf(err3) != dialog.CodeTooLarge {
		t.Fatalf("keeping: %v, %v, %v", err1, err2, err3)
	}
	he.must(http.MethodPost, "/chats/"+other+"/legal-hold", fields{"on": true, "reason": "court"}, nil)
	there := func(file string) bool {
		status, _ := zhou.do(http.MethodGet, "/files/"+file, nil)
		return status == http.StatusOK
	}
	if !there(free) || !there(held) {
		t.Fatal("not there at first")
	}
	r.clock.advance(31 * 24 * time.Hour)
	zhou, he = r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[0], "he")
	r.until("the one is gone", func() bool { return !there(free) })
	if !there(held) {
		t.Error("a legal hold did not keep it")
	}
	if _, err := keep(id); err != nil {
		t.Errorf("its room was not given back: %v", err)
	}
	var log struct{ Entries []struct{ Detail string } }
	he.get("/audit?kind=file_expired", &log)
	if len(log.Entries) != 1 || log.Entries[0].Detail != free {
		t.Errorf("the record: %+v", log.Entries)
	}
}

// What nobody has signed is marked at everybody's console.
func TestUnreviewedRulesAreMarked(t *testing.T) {
	r := newRig(t, 1, func(o *desk.Options) { o.Unreviewed = func() []string { return []string{"cn", "texts"} } })
	var me struct{ Unreviewed []string }
	r.signIn(r.nodes[0], "zhou").get("/me", &me)
	if strings.Join(me.Unreviewed, " ") != "cn texts" {
		t.Errorf("marked: %v", me.Unreviewed)
	}
}

// Every route by every role: who lacks its right is told so before anything is
// looked at, who is not signed in gets nothing at all, and a request without the
// session's own word changes nothing.
func TestEveryRouteByEveryRole(t *testing.T) {
	r := newRig(t, 1, nil)
	id := r.waits("b1", 2)
	needs := r.nodes[0].desk.Needs()
	paths := strings.NewReplacer("{seq}", "1", "{ref}", "none", "/chats/{id}", "/chats/"+id, "/accounts/{id}", "/accounts/nobody", "{id}", "none")
	keep := []string{"POST /logout", "POST /logout-all", "POST /password"} // they end the session
	for user, role := range map[string]desk.Role{"zhou": desk.RoleAgent, "lin": desk.RoleSupervisor, "he": desk.RoleCompliance, "admin": desk.RoleAdmin} {
		c := r.signIn(r.nodes[0], user)
		stranger := &console{t: t, r: r, node: r.nodes[0], http: http.DefaultClient, user: "nobody"}
		for route, right := range needs {
			if slices.Contains(keep, route) {
				continue
			}
			method, path, _ := strings.Cut(route, " ")
			path = paths.Replace(path)
			if status, raw := stranger.do(method, path, fields{}); status != http.StatusUnauthorized {
				t.Errorf("%s without a session: %d %s", route, status, raw)
			}
			status, raw := c.do(method, path, fields{})
			name := ""
			if status >= 400 {
				name, _ = refusedAs(t, raw)
			}
			may := right == "" || slices.Contains(desk.Rights(role), right)
			if refused := status == http.StatusForbidden && name == "role"; refused == may {
				t.Errorf("%s by %s: %d %s", route, user, status, raw)
			}
			if status >= 500 {
				t.Errorf("%s by %s: %d %s", route, user, status, raw)
			}
			if method != http.MethodGet {
				word := c.csrf
				c.csrf = ""
				if status, raw := c.do(method, path, fields{}); status != http.StatusForbidden {
					t.Errorf("%s by %s without the word: %d %s", route, user, status, raw)
				}
				c.csrf = word
			}
		}
	}
	if c := r.state(id); c.Owner != dialog.OwnerQueue {
		t.Errorf("an empty request moved the chat to %s", c.Owner)
	}
}
