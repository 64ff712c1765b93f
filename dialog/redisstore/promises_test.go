package redisstore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/redisstore"
)

var ctx = context.Background()

func openStore(t testing.TB, db redis.UniversalClient, opts redisstore.Options) *redisstore.Store {
	t.Helper()
	if opts.Node == "" {
		opts.Node = "n1"
	}
	s, err := redisstore.Open(ctx, db, opts)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	return s
}

// commit writes one more turn of a conversation.
func commit(t testing.TB, s *redisstore.Store, c dialog.Conversation, edit func(*dialog.Change)) dialog.Conversation {
	t.Helper()
	id := fmt.Sprintf("%s/e%d", c.ID, c.Revision)
	ch := dialogtest.Next(c, id)
	if edit != nil {
		edit(&ch)
	}
	used, err := s.Commit(ctx, dialogtest.Noon(), c, ch, dialogtest.RecordOf(dialogtest.Text(c.ID, id, "x"), ch))
	if err != nil || len(used) > 0 {
		t.Fatalf("commit: used %v, error %v", used, err)
	}
	return ch.Next
}

// everything reads all keys with their values, to see that nothing was written.
func everything(t *testing.T, db redis.UniversalClient) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := db.Keys(ctx, "*").Result()
	if err != nil {
		t.Fatalf("list keys: %v", err)
	}
	for _, n := range names {
		all[n] = db.Dump(ctx, n).Val()
	}
	return all
}

func TestWrongTypeInTheWayWritesNothing(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	full := func(ch *dialog.Change) {
		dialogtest.Want(ch, dialog.CallCaseOpen)
		ch.Timers = []dialog.TimerOp{{Kind: "a", Due: dialogtest.Noon()}}
		ch.Next.Owner = dialog.OwnerQueue
	}
	commit(t, s, dialog.Conversation{ID: "probe"}, full)
	names, err := db.Keys(ctx, "*").Result()
	if err != nil || len(names) < 9 {
		t.Fatalf("keys of a full commit: %v (%v)", names, err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if err := db.FlushAll(ctx).Err(); err != nil {
				t.Fatal(err)
			}
			if err := db.Set(ctx, name, "in the way", 0).Err(); err != nil {
				t.Fatal(err)
			}
			before := everything(t, db)
			c := dialog.Conversation{ID: "probe"}
			ch := dialogtest.Next(c, "probe/e0")
			full(&ch)
			_, err := s.Commit(ctx, dialogtest.Noon(), c, ch, dialogtest.RecordOf(dialogtest.Text("probe", "probe/e0", "x"), ch))
			if dialog.CodeOf(err) != dialog.CodeInternal || !strings.Contains(err.Error(), name) {
				t.Errorf("error %v, expected one that names the key", err)
			}
			if after := everything(t, db); !reflect.DeepEqual(before, after) {
				t.Error("something was written")
			}
		})
	}
}

func TestOneConversationOneSlot(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	commit(t, s, dialog.Conversation{ID: "probe"}, func(ch *dialog.Change) {
		dialogtest.Want(ch, dialog.CallCaseOpen)
		ch.Timers = []dialog.TimerOp{{Kind: "a", Due: dialogtest.Noon()}}
		ch.Next.Owner = dialog.OwnerQueue
	})
	tag := fmt.Sprintf("{%d}", redisstore.Partition("probe"))
	for name := range everything(t, db) {
		if !strings.Contains(name, tag) {
			t.Errorf("key %s has not the tag %s", name, tag)
		}
	}
}

func TestPartitionIsStoredForm(t *testing.T) {
	for id, want := range map[string]int{"": 0, "123456789": 0x31c3 % 256} {
		if got := redisstore.Partition(id); got != want {
			t.Errorf("partition of %q is %d, expected %d", id, got, want)
		}
	}
}

func TestEvictionIsRefused(t *testing.T) {
	db := server(t, "--maxmemory-policy", "allkeys-lru").Client
	_, err := redisstore.Open(ctx, db, redisstore.Options{Node: "n1"})
	if dialog.CodeOf(err) != dialog.CodeInvalid || !strings.Contains(err.Error(), "allkeys-lru") {
		t.Errorf("error %v, expected the policy to be refused", err)
	}
}

func TestDurabilityIsSaid(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "appendfsync always"},
		{[]string{"--appendfsync", "everysec"}, "last second"},
		{[]string{"--appendonly", "no"}, "lost when the server stops"},
	} {
		if said := openStore(t, server(t, test.args...).Client, redisstore.Options{}).Durability(); !strings.Contains(said, test.want) {
			t.Errorf("%v: said %q, expected %q in it", test.args, said, test.want)
		}
	}
	if said := openStore(t, inProcess(t).Client, redisstore.Options{}).Durability(); !strings.Contains(said, "does not tell") {
		t.Errorf("in process: said %q", said)
	}
}

func TestUnreachableServerIsNoticedAtOnce(t *testing.T) {
	db, err := redisstore.Connect(redisstore.Config{Addrs: []string{"127.0.0.1:1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	began := time.Now()
	_, err = redisstore.Open(ctx, db, redisstore.Options{Node: "n1"})
	if took := time.Since(began); dialog.CodeOf(err) != dialog.CodeUnavailable || took > 20*time.Second {
		t.Errorf("error %v after %v", err, took)
	}
}

func TestDataSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	first, err := redisstore.StartServer(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	c := commit(t, openStore(t, first.Client, redisstore.Options{}), dialog.Conversation{ID: "kept"}, nil)
	if _, err := redisstore.StartServer(ctx, dir); dialog.CodeOf(err) != dialog.CodeConflict {
		t.Errorf("a second server in the same folder: %v, expected a conflict", err)
	}
	kill(t, first.Client)
	_ = first.Close()
	second, err := redisstore.StartServer(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	got, _, err := openStore(t, second.Client, redisstore.Options{}).Load(ctx, "kept")
	if err != nil || got.Revision != c.Revision {
		t.Errorf("after the restart: revision %d (%v), expected %d", got.Revision, err, c.Revision)
	}
}

// kill ends a server as a crash does.
func kill(t *testing.T, db redis.UniversalClient) {
	t.Helper()
	info, err := db.Info(ctx, "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "process_id:")
	line, _, _ := strings.Cut(rest, "\r\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func TestScriptsComeBackAfterAFlush(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	if err := db.ScriptFlush(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	commit(t, s, dialog.Conversation{ID: "c"}, nil)
}

func TestUnknownVersionIsRefused(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	commit(t, s, dialog.Conversation{ID: "c"}, nil)
	names, _ := db.Keys(ctx, "*:c:c").Result()
	if len(names) != 1 {
		t.Fatalf("keys %v", names)
	}
	db.HSet(ctx, names[0], "state", "\x63{}")
	if _, _, err := s.Load(ctx, "c"); dialog.CodeOf(err) != dialog.CodeInternal || !strings.Contains(err.Error(), "version") {
		t.Errorf("error %v, expected the version to be refused", err)
	}
}

func TestJournalIsSealedReadAndTrimmed(t *testing.T) {
	db := server(t).Client
	key := bytes.Repeat([]byte{7}, 32)
	s := openStore(t, db, redisstore.Options{JournalKey: key})
	c := dialog.Conversation{ID: "c"}
	for range 3 {
		c = commit(t, s, c, nil)
	}
	p := redisstore.Partition("c")
	raw, _ := db.XRange(ctx, fmt.Sprintf("wl:{%d}:j", p), "-", "+").Result()
	if len(raw) != 3 || strings.Contains(fmt.Sprint(raw[0].Values), "telegram") {
		t.Fatalf("stored journal: %d entries, in the clear: %v", len(raw), strings.Contains(fmt.Sprint(raw), "telegram"))
	}
	other := openStore(t, db, redisstore.Options{JournalKey: key, Node: "n2"}) // another process, another salt
	list, err := other.Journal(ctx, p, "", 2)
	if err != nil || len(list) != 2 || list[1].Record.Revision != 2 || list[0].Record.Envelope.ID != "c/e0" {
		t.Fatalf("journal: %+v (%v)", list, err)
	}
	if err := s.TrimJournal(ctx, p, list[1].ID); err != nil {
		t.Fatal(err)
	}
	rest, err := s.Journal(ctx, p, "", 10)
	if err != nil || len(rest) != 1 || rest[0].Record.Revision != 3 {
		t.Errorf("after trimming: %+v (%v)", rest, err)
	}
	if more, err := s.Journal(ctx, p, rest[0].ID, 10); err != nil || len(more) != 0 {
		t.Errorf("after the last: %+v (%v)", more, err)
	}
	if n, age, err := s.JournalLag(ctx, time.Now().Add(time.Hour)); err != nil || n != 1 || age < time.Hour-time.Minute {
		t.Errorf("lag %d, %v (%v)", n, age, err)
	}
	wrong := openStore(t, db, redisstore.Options{JournalKey: make([]byte, 32)})
	if _, err := wrong.Journal(ctx, p, "", 10); err == nil {
		t.Error("the journal opens with another key")
	}
	if _, err := redisstore.Open(ctx, db, redisstore.Options{Node: "n", JournalKey: []byte("short")}); dialog.CodeOf(err) != dialog.CodeInvalid {
		t.Errorf("a short key: %v, expected it to be refused", err)
	}
}

// The heads are what was committed first, as plain JSON; one that cannot be read
// ends its partition and says why.
func TestJournalHeads(t *testing.T) {
	for name, db := range map[string]redis.UniversalClient{"server": server(t).Client, "in process": inProcess(t).Client} {
		key := bytes.Repeat([]byte{7}, 32)
		s := openStore(t, db, redisstore.Options{JournalKey: key})
		c, d := dialog.Conversation{ID: "c"}, dialog.Conversation{ID: "other"}
		for range 3 {
			c = commit(t, s, c, nil)
		}
		commit(t, s, d, nil)
		p := redisstore.Partition("c")
		heads, err := s.JournalHeads(ctx, 2)
		if err != nil || len(heads) != 2 || len(heads[p]) != 2 || len(heads[redisstore.Partition("other")]) != 1 {
			t.Fatalf("%s: %+v (%v)", name, heads, err)
		}
		var rec dialog.Record
		if err := json.Unmarshal(heads[p][1].Text, &rec); err != nil || rec.Revision != 2 || heads[p][1].Err != nil {
			t.Errorf("%s: %s (%v)", name, heads[p][1].Text, err)
		}
		if err := s.TrimJournal(ctx, p, heads[p][1].ID); err != nil {
			t.Fatal(err)
		}
		if heads, err = s.JournalHeads(ctx, 2); err != nil || len(heads[p]) != 1 {
			t.Errorf("%s: after trimming %+v (%v)", name, heads, err)
		}
		foreign := openStore(t, db, redisstore.Options{JournalKey: make([]byte, 32)})
		if heads, err = foreign.JournalHeads(ctx, 5); err != nil || len(heads[p]) != 1 || heads[p][0].Err == nil || heads[p][0].Text != nil {
			t.Errorf("%s: with another key %+v (%v)", name, heads, err)
		}
	}
}

func TestForgetKeepsTheLastChunk(t *testing.T) {
	for _, total := range []int{100, 128, 129, 256, 300} {
		s := openStore(t, server(t).Client, redisstore.Options{})
		c := dialog.Conversation{ID: "c"}
		for c.Seq < uint64(total) {
			c = commit(t, s, c, func(ch *dialog.Change) {
				for ch.Next.Seq < uint64(total) && len(ch.Messages) < 50 {
					dialogtest.Say(ch, "x")
				}
			})
		}
		if err := s.Forget(ctx, "c", uint64(total)); err != nil {
			t.Fatal(err)
		}
		list, err := s.After(ctx, "c", 0, 1000)
		want := (total-1)%128 + 1
		if err != nil || len(list) != want {
			t.Errorf("%d messages: %d are left (%v), expected %d", total, len(list), err, want)
		}
		commit(t, s, c, nil) // the log goes on
	}
}

func TestPoisonIsKeptAndForgiven(t *testing.T) {
	s := openStore(t, server(t).Client, redisstore.Options{})
	var id string
	commit(t, s, dialog.Conversation{ID: "c"}, func(ch *dialog.Change) { id = dialogtest.Want(ch, dialog.CallCaseOpen).ID })
	if _, _, _, err := s.Claim(ctx, dialogtest.Noon(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Done(ctx, dialogtest.Noon(), id, "unavailable"); err != nil {
		t.Fatal(err)
	}
	list, err := s.Poison(ctx)
	if err != nil || len(list) != 1 || list[0].Item.ID != id || list[0].Reason != "unavailable" || !list[0].At.Equal(dialogtest.Noon()) {
		t.Fatalf("poison: %+v (%v)", list, err)
	}
	if err := s.Forgive(ctx, id); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Poison(ctx); len(list) != 0 {
		t.Errorf("after forgiving: %+v", list)
	}
}

func TestIdsAreForgottenAfterAWeekAndDevicesAreBounded(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	c := commit(t, s, dialog.Conversation{ID: "c"}, nil)
	put := func(now time.Time, e dialog.Envelope, ids ...string) []string {
		ch := dialogtest.Next(c, ids...)
		used, err := s.Commit(ctx, now, c, ch, dialogtest.RecordOf(e, ch))
		if err != nil {
			t.Fatal(err)
		}
		if used == nil {
			c = ch.Next
		}
		return used
	}
	week := dialogtest.Noon().Add(7*24*time.Hour + time.Second)
	put(week, dialogtest.Text("c", "later", "x"), "later")
	if n := db.ZCard(ctx, fmt.Sprintf("wl:{%d}:d:c", redisstore.Partition("c"))).Val(); n != 1 {
		t.Errorf("%d ids are kept after a week, expected one", n)
	}
	for i := range 40 {
		put(week.Add(time.Duration(i)*time.Second), dialogtest.Numbered("c", fmt.Sprint("d", i), 1, "x"))
	}
	left := db.HKeys(ctx, fmt.Sprintf("wl:{%d}:v:c", redisstore.Partition("c"))).Val()
	if len(left) != 32 || slices.Contains(left, "d7") || !slices.Contains(left, "d8") || !slices.Contains(left, "d39") {
		t.Errorf("devices kept: %v", left)
	}
}

func TestWatchWakesAndSurvivesReconnects(t *testing.T) {
	db := server(t).Client
	s := openStore(t, db, redisstore.Options{})
	watching, stop := context.WithCancel(ctx)
	hints := s.Watch(watching)
	next := func(want func(redisstore.Hint) bool) {
		t.Helper()
		limit := time.After(time.Minute)
		for {
			select {
			case h, ok := <-hints:
				if !ok {
					t.Fatal("the hints ended")
				}
				if want(h) {
					return
				}
			case <-limit:
				t.Fatal("no such hint came")
			}
		}
	}
	everything := func(h redisstore.Hint) bool { return h.Conversation == "" }
	next(everything)
	c := commit(t, s, dialog.Conversation{ID: "c"}, nil)
	next(func(h redisstore.Hint) bool {
		return h == redisstore.Hint{Conversation: "c", Seq: 1, Revision: 1, Own: true}
	})
	commit(t, s, c, func(ch *dialog.Change) { ch.Next.Owner = dialog.OwnerQueue })
	next(func(h redisstore.Hint) bool {
		return h == redisstore.Hint{Conversation: "c", Seq: 2, Revision: 2, Desk: true, Own: true}
	})
	if err := db.Do(ctx, "client", "kill", "type", "pubsub").Err(); err != nil {
		t.Fatal(err)
	}
	next(everything)
	commit(t, s, dialog.Conversation{ID: "d"}, nil)
	next(func(h redisstore.Hint) bool { return h.Conversation == "d" })
	stop()
	for range hints {
	}
}

func TestEmbeddedSaysWhatItIs(t *testing.T) {
	e, err := redisstore.OpenEmbedded(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(e.Says, "redis-server") {
		t.Errorf("says %q", e.Says)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if e, err = redisstore.OpenEmbedded(ctx, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if !strings.Contains(e.Says, "will not survive") {
		t.Errorf("says %q", e.Says)
	}
	commit(t, openStore(t, e.Client, redisstore.Options{}), dialog.Conversation{ID: "c"}, nil)
}

func TestOutageIsUnavailable(t *testing.T) {
	e := server(t)
	s := openStore(t, e.Client, redisstore.Options{})
	short, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err := s.Load(short, "c")
	if dialog.CodeOf(err) != dialog.CodeUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, expected unavailable", err)
	}
}

// A command beside the service works on the service's own data; a second server
// for the same folder is refused, however long the folder's name is.
func TestJoinsTheServerOfADataFolder(t *testing.T) {
	for name, dir := range map[string]string{"short": t.TempDir(), "long": filepath.Join(t.TempDir(), strings.Repeat("long", 30))} {
		first, err := redisstore.JoinEmbedded(ctx, dir)
		if err != nil {
			t.Fatalf("%s: start: %v", name, err)
		}
		second, err := redisstore.JoinEmbedded(ctx, dir)
		if err != nil {
			t.Fatalf("%s: join: %v", name, err)
		}
		if err := second.Client.Set(ctx, "from", "second", 0).Err(); err != nil {
			t.Errorf("%s: write: %v", name, err)
		}
		if err := second.Close(); err != nil {
			t.Errorf("%s: leave: %v", name, err)
		}
		if got, err := first.Client.Get(ctx, "from").Result(); got != "second" {
			t.Errorf("%s: the first reads %q, %v", name, got, err)
		}
		if _, err := redisstore.StartServer(ctx, dir); dialog.CodeOf(err) != dialog.CodeConflict {
			t.Errorf("%s: a second server: %v", name, err)
		}
		if err := first.Close(); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
	}
}
