package retention_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
	"warmline/dialog/retention"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func days(n int) time.Time { return now.AddDate(0, 0, -n) }

// stores are a store in memory and a real one.
func stores(t *testing.T) map[string]dialogtest.Store {
	t.Helper()
	e, err := redisstore.StartServer(t.Context(), t.TempDir())
	if err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	s, err := redisstore.Open(t.Context(), e.Client, redisstore.Options{Node: "n1"})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]dialogtest.Store{"memory": dialogtest.NewMemory("n1"), "redis": s}
}

// world is a store with conversations, and what people said of them.
type world struct {
	t         *testing.T
	store     dialogtest.Store
	held      map[string]bool
	requested map[string]bool
	settled   map[string]bool
	files     []string
	forgotten []string
	entries   []retention.Entry
	broken    map[string]error // whose marks cannot be read
}

func (w *world) Held(_ context.Context, id string) (bool, error)      { return w.held[id], w.broken[id] }
func (w *world) Requested(_ context.Context, id string) (bool, error) { return w.requested[id], nil }
func (w *world) Fulfilled(_ context.Context, id string) error         { delete(w.requested, id); return nil }

// chat writes a conversation: a line about health, one with a file, and an answer
// with a figure, all on one day.
func (w *world) chat(id, pack string, at time.Time, change func(*dialog.Conversation)) {
	w.t.Helper()
	c := dialog.Conversation{ID: id, Borrower: "b-" + id}
	next := c
	next.Revision, next.Seq, next.Started, next.LastIn, next.Owner = 1, 3, at, at, dialog.OwnerBot
	next.Packs = strings.Fields(pack)
	next.Talk.Reasons = []dialog.Reason{"income"}
	if change != nil {
		change(&next)
	}
	ch := dialog.Change{Next: next, Dedupe: []string{"e"}, Messages: []dialog.Message{
		{ID: id + "-1-1", Seq: 1, Speaker: dialog.SpeakerBorrower, At: at, Keep: dialog.KeepHealth, Body: dialog.Rendered{Text: "住院了"}},
		{ID: id + "-1-2", Seq: 2, Speaker: dialog.SpeakerBorrower, At: at, File: "file-" + id, Body: dialog.Rendered{Text: "凭证"}},
		{ID: id + "-1-3", Seq: 3, Speaker: dialog.SpeakerBot, At: at, Act: &dialog.Act{Kind: "balance.show"}, Body: dialog.Rendered{Text: "¥827.71"}},
	}}
	if _, err := w.store.Commit(w.t.Context(), at, c, ch, dialog.Record{Envelope: dialog.Envelope{ID: "e", Conversation: id}, Revision: 1}); err != nil {
		w.t.Fatal(err)
	}
}

func engine(t testing.TB) *rules.Engine {
	t.Helper()
	e, err := rules.Load(packs.Files, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (w *world) options() retention.Options {
	return retention.Options{
		Index: w.store.Conversations, Lines: w.store, Marks: w, Judge: engine(w.t), Now: now,
		Settled: func(_ context.Context, borrower string) *bool {
			yes, known := w.settled[borrower]
			if !known {
				return nil
			}
			return &yes
		},
		File: func(_ context.Context, id string) error { w.files = append(w.files, id); return nil },
		Forget: func(_ context.Context, c *dialog.Conversation, _ time.Time) error {
			w.forgotten = append(w.forgotten, c.ID)
			return nil
		},
		Record: func(_ context.Context, raw []byte) error {
			var e retention.Entry
			err := json.Unmarshal(raw, &e)
			w.entries = append(w.entries, e)
			return err
		},
		Trouble: func(id string, err error) {
			if w.broken[id] == nil {
				w.t.Errorf("%s: %v", id, err)
			}
		},
	}
}

// words are the lines of a conversation that still have some, by number.
func (w *world) words(id string) string {
	list, err := w.store.After(w.t.Context(), id, 0, 10)
	if err != nil || len(list) != 3 {
		w.t.Fatalf("%s: %d lines (%v)", id, len(list), err)
	}
	var left []string
	for _, m := range list {
		if m.Body.Text != "" {
			left = append(left, fmt.Sprint(m.Seq))
		}
	}
	return strings.Join(left, " ")
}

func TestWhatAPackSaysWhenItSaysSo(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, store: store, held: map[string]bool{"held": true}, requested: map[string]bool{"asked": true, "asked-us": true, "held": true},
				settled: map[string]bool{}, broken: map[string]error{"broken": errors.New("out of reach")}}
			agent := func(c *dialog.Conversation) { c.Owner, c.Agent = dialog.OwnerAgent, "zhou" }
			open := func(c *dialog.Conversation) { c.Cases = []dialog.OpenCase{{Kind: dialog.CaseDispute, Ref: "r"}} }
			recent := func(c *dialog.Conversation) {
				c.Contacts = []dialog.Contact{{At: days(729), Class: dialog.ClassCollection}}
			}
			want := map[string]string{}
			for _, c := range []struct {
				id, pack, settled string
				age               int
				change            func(*dialog.Conversation)
				left              string
			}{
				{"fresh", "cn", "yes", 10, nil, "1 2 3"},
				{"health-short", "cn", "yes", 182, nil, "1 2 3"},
				{"health-due", "cn", "yes", 183, nil, "2 3"},
				{"short", "cn", "yes", 729, nil, "2 3"},
				{"due", "cn", "yes", 730, nil, ""},
				{"due-open", "cn", "no", 2000, nil, "2 3"},
				{"due-unknown", "cn", "", 2000, nil, "2 3"},
				{"due-contacted", "cn", "yes", 2000, recent, "2 3"},
				{"us-short", "us", "yes", 1095, nil, "1 2 3"},
				{"us-due", "us", "yes", 1096, nil, ""},
				{"both", "cn us", "yes", 1095, nil, "1 2 3"},
				{"placeless", "", "yes", 1095, nil, "1 2 3"},
				{"held", "cn", "yes", 4000, nil, "1 2 3"},
				{"asked", "cn", "no", 1, nil, ""},
				{"asked-us", "us", "no", 1, nil, "1 2 3"},
				{"with-a-human", "cn", "yes", 4000, agent, "1 2 3"},
				{"with-a-case", "cn", "yes", 4000, open, "1 2 3"},
				{"broken", "cn", "yes", 4000, nil, "1 2 3"},
			} {
				w.chat(c.id, c.pack, days(c.age), c.change)
				want[c.id] = c.left
				if c.settled != "" {
					w.settled["b-"+c.id] = c.settled == "yes"
				}
			}
			dry := w.options()
			dry.Dry = true
			plan, err := retention.Run(t.Context(), dry)
			if err != nil || len(w.entries)+len(w.files)+len(w.forgotten) > 0 || w.words("due") != "1 2 3" {
				t.Fatalf("a dry run did something: %+v (%v)", plan, err)
			}
			sum, err := retention.Run(t.Context(), w.options())
			if err != nil || !maps.Equal(sum.Erased, plan.Erased) || sum.Held != 1 || sum.Busy != 2 || sum.Failed != 1 || sum.Conversations != len(want) {
				t.Fatalf("%+v, planned %+v (%v)", sum, plan, err)
			}
			for id, left := range want {
				if got := w.words(id); got != left {
					t.Errorf("%s: lines %q left, want %q", id, got, left)
				}
			}
			if fmt.Sprint(len(w.files)) != "3" || len(w.forgotten) != 3 || w.requested["asked"] || !w.requested["asked-us"] {
				t.Errorf("files %v, forgotten %v, requests %v", w.files, w.forgotten, w.requested)
			}
			w.recorded(sum)
			again, err := retention.Run(t.Context(), w.options())
			if err != nil || again.Erased["chat"]+again.Erased["health_words"] != 0 {
				t.Errorf("a second run: %+v (%v)", again, err)
			}
		})
	}
}

// recorded holds the records against what was counted.
func (w *world) recorded(sum retention.Summary) {
	total := map[string]int{}
	for _, e := range w.entries {
		for class, n := range e.Lines {
			total[class] += n
		}
		if len(e.Rules) == 0 || !e.At.Equal(now) || e.Requested != (e.Conversation == "asked") {
			w.t.Errorf("record %+v", e)
		}
	}
	if !maps.Equal(total, sum.Erased) {
		w.t.Errorf("recorded %v, erased %v", total, sum.Erased)
	}
}

// A run that is broken off, by a crash or another node, is made good by the next;
// nothing goes before it is written down.
func TestARunThatIsBrokenOff(t *testing.T) {
	for name, store := range stores(t) {
		w := &world{t: t, store: store, settled: map[string]bool{"b-a": true, "b-b": true}}
		w.chat("a", "cn", days(800), nil)
		w.chat("b", "cn", days(800), nil)
		o := w.options()
		o.Record = func(context.Context, []byte) error { return errors.New("no log") }
		failed := 0
		o.Trouble = func(string, error) { failed++ }
		if sum, err := retention.Run(t.Context(), o); err != nil || failed != 2 || sum.Failed != 2 || w.words("a") != "1 2 3" {
			t.Errorf("%s: without a record: %+v (%v), left %q", name, sum, err, w.words("a"))
		}
		o = w.options()
		o.File = func(context.Context, string) error { return errors.New("no disk") }
		o.Trouble = func(string, error) {}
		if _, err := retention.Run(t.Context(), o); err != nil || w.words("a") != "2 3" {
			t.Errorf("%s: a file that stays: %v, left %q", name, err, w.words("a"))
		}
		o = w.options()
		lost := errors.New("another node does it")
		o.Ours = func(context.Context) error { return lost }
		if _, err := retention.Run(t.Context(), o); !errors.Is(err, lost) {
			t.Errorf("%s: a lost lease: %v", name, err)
		}
		if _, err := retention.Run(t.Context(), w.options()); err != nil || w.words("a")+w.words("b") != "" {
			t.Errorf("%s: the next run: %v, left %q and %q", name, err, w.words("a"), w.words("b"))
		}
	}
}

// shelf is an archive in memory.
type shelf struct{ records []string }

func (s *shelf) Prune(_ context.Context, may func(time.Time) bool, drop func([]byte) bool) (int, error) {
	var left []string
	n := 0
	for _, r := range s.records {
		if may(days(5000)) && drop([]byte(r)) {
			n++
		} else {
			left = append(left, r)
		}
	}
	s.records = left
	return n, nil
}

func TestJournalRecordsGoWhole(t *testing.T) {
	w := &world{t: t, store: dialogtest.NewMemory("n1"), held: map[string]bool{"held": true}}
	w.chat("us", "us", days(10), nil)
	record := func(id, pack string, age int) string {
		packs := ""
		if pack != "" {
			packs = fmt.Sprintf(`"facts":{"borrower":{"packs":[%q]}},`, pack)
		}
		return fmt.Sprintf(`{"envelope":{"conversation":%q,"at":%q},%s"revision":1}`, id, days(age).Format(time.RFC3339), packs)
	}
	s := &shelf{records: []string{record("a", "cn", 729), record("a", "cn", 730), record("a", "us", 730), record("us", "", 730), record("us", "us", 1096),
		record("held", "cn", 3000), record("nobody", "", 1000), "{"}}
	o := w.options()
	o.Journal = s
	dry := o
	dry.Dry = true
	if sum, err := retention.Run(t.Context(), dry); err != nil || sum.Erased["journal"] != 2 || len(s.records) != 8 {
		t.Errorf("dry: %+v (%v), %d left", sum, err, len(s.records))
	}
	sum, err := retention.Run(t.Context(), o)
	if err != nil || sum.Erased["journal"] != 2 || len(s.records) != 6 || len(w.entries) != 1 || w.entries[0].Lines["journal"] != 2 {
		t.Errorf("%+v (%v), %d left, recorded %+v", sum, err, len(s.records), w.entries)
	}
}
