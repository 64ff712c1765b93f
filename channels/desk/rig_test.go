package desk_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/channels"
	"warmline/channels/desk"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
	"warmline/dialog/turn"
)

// clock is a wall clock that tests can move on.
type clock struct {
	mu  sync.Mutex
	add time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.add)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add += d
}

// node is one process of the service: an engine, and the desk before it.
type node struct {
	store  *redisstore.Store
	engine *manager.Engine
	desk   *desk.Server
	http   *httptest.Server
	stop   context.CancelFunc
	done   chan struct{}
}

// rig is some nodes with only a store between them.
type rig struct {
	t      *testing.T
	clock  *clock
	client redis.UniversalClient
	rules  policy.Rules
	nodes  []*node
	tune   func(*desk.Options)
	n      int
}

func newRig(t *testing.T, nodes int, tune func(*desk.Options)) *rig {
	t.Helper()
	server, err := redisstore.StartServer(t.Context(), t.TempDir())
	if err != nil {
		t.Fatalf("this test needs redis-server: %v", err)
	}
	t.Cleanup(func() { _ = server.Close() })
	rulebook, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := policy.Compile(policy.Config{Places: rulebook.Places(rules.Scripted)})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, clock: &clock{}, client: server.Client, rules: rules, tune: tune}
	for range nodes {
		r.addNode()
	}
	return r
}

func (r *rig) addNode() *node {
	r.t.Helper()
	n := &node{done: make(chan struct{})}
	var err error
	n.store, err = redisstore.Open(r.t.Context(), r.client, redisstore.Options{Node: fmt.Sprintf("n%d", len(r.nodes))})
	if err != nil {
		r.t.Fatal(err)
	}
	n.engine = manager.New(manager.Ports{
		States: n.store, Decider: decider{r.rules}, Listener: deaf{}, Speaker: plainly{}, Facts: lender{}, Desk: deskOf{n},
	}, manager.Options{
		Now: r.clock.now, Fresh: func(e dialog.Envelope) dialog.Conversation {
			return dialog.Conversation{Borrower: e.Borrower, Owner: dialog.OwnerBot, Started: e.At}
		},
		Committed: func(c dialog.Conversation, m []dialog.Message) {
			if n.desk != nil {
				n.desk.Committed(c, m)
			}
		},
	})
	data := n.store.DeskData()
	opts := desk.Options{
		Submit: func(ctx context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
			n.engine.Submit(ctx, e, func(got manager.Receipt, err error) {
				done(channels.Receipt{Revision: got.Revision, Seq: got.Seq, Duplicate: got.Duplicate}, err)
			})
		},
		Chats: chats{n.store}, Shelf: data, Ledger: data, Wire: data, Redactor: data, Facts: lender{}, Terms: terms{r.rules},
		Words: keys{}, Format: plain{}, Conduct: conduct{}, Random: rand.Reader, Now: r.clock.now, Wall: r.clock.now,
		Files: r.t.TempDir(), Demo: true, PagerKeys: [][]byte{[]byte("pager")},
		Defaults: desk.Settings{Teams: []desk.Team{{ID: "care", Label: "Care", Hours: "always", Zone: "Asia/Shanghai"}}},
	}
	if r.tune != nil {
		r.tune(&opts)
	}
	if n.desk, err = desk.New(r.t.Context(), opts); err != nil {
		r.t.Fatal(err)
	}
	mux := http.NewServeMux()
	n.desk.Register(mux)
	n.http = httptest.NewServer(mux)
	r.nodes = append(r.nodes, n)
	r.start(n)
	return n
}

// start runs a node's loops until the test ends or the node is stopped.
func (r *rig) start(n *node) {
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	go func() { n.desk.Run(ctx); close(n.done) }()
	go func() {
		for h := range n.store.Watch(ctx) {
			n.desk.Hint(channels.Hint{Conversation: h.Conversation, Seq: h.Seq, Desk: h.Desk})
		}
	}()
	r.t.Cleanup(func() {
		stop()
		<-n.done
		n.http.Close()
		_ = n.engine.Close(context.Background())
	})
}

type deskOf struct{ n *node }

func (d deskOf) Desk(ctx context.Context, id string) (dialog.DeskFacts, error) {
	return d.n.desk.Desk(ctx, id)
}

// decider is the real core.
type decider struct{ rules policy.Rules }

func (d decider) Needs(c dialog.Conversation, e dialog.Envelope) manager.Needs {
	w := turn.Needs(c, e)
	return manager.Needs{Facts: w.Facts, Desk: w.Desk}
}

func (d decider) Step(c dialog.Conversation, e dialog.Envelope, f dialog.Facts) dialog.Change {
	return turn.Step(d.rules, c, e, f)
}

func (d decider) RulesHash() string { return d.rules.Hash }

// deaf hears what a test's text says it is: "#intent words".
type deaf struct{}

func (deaf) Hear(text string, _ dialog.HearContext) dialog.Understanding {
	u := dialog.Understanding{Language: dialog.LangZhHans, Confident: true}
	if name, is := strings.CutPrefix(text, "#"); is {
		name, _, _ = strings.Cut(name, " ")
		u.Driving = dialog.Intent(name)
		u.Intents = []dialog.Scored{{Intent: u.Driving, Score: 1}}
	}
	return u
}

// plainly says an act by its name.
type plainly struct{}

func (plainly) Render(a dialog.Act, _ dialog.Locale, _ string) (dialog.Rendered, error) {
	r := dialog.Rendered{Text: string(a.Kind) + "/" + a.Form, TextID: string(a.Kind)}
	for _, o := range a.Options {
		r.Options = append(r.Options, dialog.RenderedOption{ID: o.ID, Label: o.ID, Card: o.Card})
	}
	return r, nil
}

func (plainly) Label(o dialog.Option, _ dialog.Locale, _ string) (string, error) { return o.ID, nil }

func (plainly) Review(dialog.Act, dialog.Locale, dialog.Rendered) error { return nil }

func cny(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }

// lender answers for every borrower with one account.
type lender struct{}

func (lender) Facts(_ context.Context, borrower string) (dialog.Facts, error) {
	return dialog.Facts{
		Borrower: dialog.Borrower{ID: borrower, Name: "林悦", Locale: dialog.ZhHans, Zone: "Asia/Shanghai", Packs: []string{"hk"}, Lender: "温线钱包", Phone: "138••••0001"},
		Accounts: []dialog.Account{{Ref: "acct-0001", Product: "wallet", Currency: "CNY", Version: "v1",
			Overdue:   dialog.Overdue{Principal: cny(80000), Interest: cny(2400), LateRateDaily: 500_000, Due: dialog.NewDate(2026, 11, 12)},
			NotYetDue: cny(160000), NextDue: dialog.NewDate(2026, 12, 12), NextDueAmount: cny(80000)}},
		Programme: dialog.Programme{Plans: []int{3, 4, 6}, MinInstalment: cny(10000), FirstPaymentDays: 7,
			Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: 300_000, CooldownDays: 180},
			Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2}, QuoteTTL: 24 * time.Hour, CancelWindow: 72 * time.Hour},
	}, nil
}

type chats struct{ store *redisstore.Store }

func (s chats) State(ctx context.Context, id string) (dialog.Conversation, error) {
	c, _, err := s.store.Load(ctx, id)
	return c, err
}

func (s chats) Since(ctx context.Context, id string, after uint64, limit int) ([]dialog.Message, error) {
	return s.store.After(ctx, id, after, limit)
}

func (s chats) Desk(ctx context.Context) ([]dialog.Conversation, error) { return s.store.Desk(ctx) }

// terms is the real policy.
type terms struct{ rules policy.Rules }

func (t terms) standing(c dialog.Conversation, f dialog.Facts, at time.Time) policy.Standing {
	return policy.StandingOf(&c, &f, f.Accounts[0], at, t.rules.Zone(c.Zone, c.Packs))
}

func (t terms) Eligible(c dialog.Conversation, f dialog.Facts, at time.Time) desk.Eligible {
	s := t.standing(c, f, at)
	offers, limits := t.rules.Offers(&s)
	return desk.Eligible{Offers: offers, Limits: limits, Owed: map[string]desk.Owed{f.Accounts[0].Ref: {Total: cny(82771), Days: 9}}}
}

func (t terms) Price(c dialog.Conversation, f dialog.Facts, at time.Time, option string) (dialog.Offer, bool) {
	s := t.standing(c, f, at)
	return t.rules.Price(&s, option)
}

func (terms) Authority(string) desk.Authority {
	return desk.Authority{HoldDays: 60, DeferDays: 60, PlanCount: 12}
}

// keys says every label by its key, and has two replies.
type keys struct{}

func (keys) Label(_ dialog.Locale, key string) string { return key }

func (keys) Labels(_ dialog.Locale, group string) map[string]string {
	if group != "canned" {
		return nil
	}
	return map[string]string{"greet_hello": "您好，我是{agent_name}", "verify_step_up": "请核验", "crisis_here": "我在，{crisis_line}"}
}

type plain struct{}

func (plain) Value(v dialog.Value, _ dialog.Locale, _ string, _ time.Time) string {
	if v.Kind == dialog.ValueMoney {
		return v.Money.Decimal()
	}
	return fmt.Sprint(v.Number, v.Text)
}

func (plain) Moment(t time.Time, _ dialog.Locale, _ string) (string, string) {
	return t.Format("01-02"), t.Format("15:04")
}

func (plain) Schedule(t dialog.Terms, _ dialog.Locale, _ string, _ time.Time) string {
	return fmt.Sprint(len(t.Schedule))
}

// conduct stops threats and advises against exclamation marks.
type conduct struct{}

func (conduct) Check(d desk.Draft) []desk.Finding {
	var found []desk.Finding
	if strings.Contains(d.Text, "上门") {
		found = append(found, desk.Finding{Rule: "REV-1", Family: "conduct", Severity: "hard", Quote: "上门", Text: "no threats"})
	}
	if strings.Contains(d.Text, "！") {
		found = append(found, desk.Finding{Rule: "REV-2", Family: "conduct", Severity: "soft", Quote: "！", Text: "calmly"})
	}
	return found
}

// console is somebody signed in on a node.
type console struct {
	t    *testing.T
	r    *rig
	node *node
	http *http.Client
	csrf string
	user string
}

func (r *rig) signIn(n *node, user string) *console {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	c := &console{t: r.t, r: r, node: n, http: &http.Client{Jar: jar, Timeout: 20 * time.Second}, user: user}
	var me struct{ CSRF string }
	c.must(http.MethodPost, "/login", map[string]string{"user": user, "password": "warmline-demo"}, &me)
	c.csrf = me.CSRF
	return c
}

// do sends a request and returns the status and the body.
func (c *console) do(method, path string, body any) (int, []byte) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequest(method, c.node.http.URL+desk.Prefix+path, bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-CSRF-Token", c.csrf)
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, data
}

// must sends a request that has to succeed.
func (c *console) must(method, path string, body, into any) {
	c.t.Helper()
	status, data := c.do(method, path, body)
	if status >= 300 {
		c.t.Fatalf("%s: %s %s: %d %s", c.user, method, path, status, data)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, data)
		}
	}
}

func (c *console) get(path string, into any) { c.t.Helper(); c.must(http.MethodGet, path, nil, into) }

type fields map[string]any

// chatState is what a console knows of a chat.
type chatState struct {
	Row struct {
		Chat, Owner, Agent string
		Epoch, Seq         uint64
		Priority           int
		Holds              []string
		Position           int
	}
	Mine, Locked bool
	Level        int
	May          map[string]bool
	Two          []string `json:"two_people"`
	Requests     []struct{ ID, State string }
	Quote        *struct{ Option string } `json:"pending_offer"`
	Drafts       map[string]string
}

func (c *console) chat(id string) chatState {
	c.t.Helper()
	var v chatState
	c.get("/chats/"+id, &v)
	return v
}

// act does something to a chat as it stands and returns the status.
func (c *console) act(id, name string, f fields) (int, []byte) {
	c.t.Helper()
	body := fields{"epoch": c.chat(id).Row.Epoch, "id": c.r.id()}
	for k, v := range f {
		body[k] = v
	}
	return c.do(http.MethodPost, "/chats/"+id+"/"+name, body)
}

// does is act that has to succeed.
func (c *console) does(id, name string, f fields) {
	c.t.Helper()
	if status, data := c.act(id, name, f); status >= 300 {
		c.t.Fatalf("%s: %s: %d %s", c.user, name, status, data)
	}
}

// refused is act that has to fail with a status.
func (c *console) refused(want int, id, name string, f fields) string {
	c.t.Helper()
	status, data := c.act(id, name, f)
	if status != want {
		c.t.Fatalf("%s: %s: %d %s, expected %d", c.user, name, status, data, want)
	}
	return string(data)
}

func (r *rig) id() string { r.n++; return fmt.Sprintf("action-%06d", r.n) }

// line is a line of the transcript.
type line struct {
	Seq                                uint64
	Speaker, Text, Name, By, Event, ID string
	Note, Hidden, Why                  bool
	Mentions                           []string
	Masked                             []struct{ Kind string }
	Tombstone                          *struct{ Reason string }
	File                               *struct{ ID, Kind string }
}

func (c *console) lines(id string) []line {
	c.t.Helper()
	var v struct{ Messages []line }
	c.get("/chats/"+id+"/messages?after=0", &v)
	return v.Messages
}

// deliver brings a borrower's event to its conversation.
func (r *rig) deliver(n *node, borrower string, e dialog.Event) {
	r.t.Helper()
	r.n++
	_, err := n.engine.Deliver(context.Background(), dialog.Envelope{
		ID: fmt.Sprintf("e%d", r.n), Conversation: dialog.ConversationID(borrower), Borrower: borrower, At: r.clock.now(),
		Channel: dialog.ChannelWeb, Session: "s-" + borrower, Event: e,
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) says(borrower, text string) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{
		Lines: []dialog.TextLine{{ID: fmt.Sprintf("l%d", r.n), Text: text}}}})
}

func (r *rig) taps(borrower, option, card string) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}})
}

// level gives a borrower's session a level.
func (r *rig) level(borrower string, level dialog.Level) {
	r.t.Helper()
	r.deliver(r.nodes[0], borrower, dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{
		Session: "s-" + borrower, Level: level, Channel: dialog.ChannelWeb, Expires: r.clock.now().Add(time.Hour)}})
}

// waits asks for a person and returns the chat.
func (r *rig) waits(borrower string, level dialog.Level) string {
	r.t.Helper()
	r.level(borrower, level)
	r.taps(borrower, "human", "")
	id := dialog.ConversationID(borrower)
	if c := r.state(id); c.Owner != dialog.OwnerQueue {
		r.t.Fatalf("%s is with %s", borrower, c.Owner)
	}
	return id
}

func (r *rig) state(id string) dialog.Conversation {
	r.t.Helper()
	c, _, err := r.nodes[0].store.Load(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// until waits for something that another goroutine brings about.
func (r *rig) until(what string, is func() bool) {
	r.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	r.t.Fatalf("never: %s", what)
}
