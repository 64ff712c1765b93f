package desk_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
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
		Chats: chats{n.store}, Shelf: data, Ledger: data, Wire: data, Redactor: data, Vault: data, Facts: lender{}, Terms: terms{r.rules},
		Words: keys{}, Format: plain{}, Conduct: conduct{}, Random: rand.Reader, Now: r.clock.now, Wall: r.clock.now,
		Demo: true, PagerKeys: [][]byte{[]byte("pager")},
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
