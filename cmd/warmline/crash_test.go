package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/redisstore"
	"warmline/dialog/redisstore/redistest"
)

// watched is a store below the faults: what was really written is seen, however
// the caller was told.
type watched struct {
	dialogtest.Store
	watch *journey.Watch
	now   func() time.Time
}

func (s watched) Commit(ctx context.Context, now time.Time, before dialog.Conversation, ch dialog.Change, rec dialog.Record) ([]string, error) {
	used, err := s.Store.Commit(ctx, now, before, ch, rec)
	if err == nil && len(used) == 0 && ch.Reject == nil {
		s.watch.Committed(ch)
		s.watch.Outgoing(ch.Outbox, s.now())
	}
	return used, err
}

func (s watched) Done(ctx context.Context, now time.Time, id, reason string) (string, error) {
	next, err := s.Store.Done(ctx, now, id, reason)
	if err == nil {
		s.watch.Ended(id)
	}
	return next, err
}

// mortal is a node that dies at a chosen call of its store and is started again
// by whoever notices, as a supervisor would.
type mortal struct {
	bench bench
	world *journey.World
	open  func(node string) dialogtest.Store
	fault dialogtest.Fault
	at    int // the call, 0 = never

	mu      sync.Mutex
	lives   int
	core    *core
	failing *dialogtest.Failing
}

// rise starts the next life; only the first one has the fault.
func (m *mortal) rise(ctx context.Context) {
	m.lives++
	store := m.open(fmt.Sprint("node-", m.lives))
	m.failing = &dialogtest.Failing{Store: watched{Store: store, watch: m.world.Watch, now: m.world.Clock.Now}}
	if m.lives == 1 {
		m.failing.Plan = func(call int, _ string) dialogtest.Fault {
			if call == m.at {
				return m.fault
			}
			return dialogtest.Fine
		}
	}
	ports := m.bench.corePorts(m.world, nil)
	ports.Store, ports.States, ports.Outbox = m.failing, m.failing, m.failing
	ports.Observer = nil
	ports.Outgoing = nil
	ports.Scan = 10 * time.Millisecond
	m.core = newCore(ports)
	m.core.start(ctx, false)
}

// deliver brings an envelope in, again and again until it is taken: what a
// channel does that was not given an acknowledgement.
func (m *mortal) deliver(ctx context.Context, e dialog.Envelope) error {
	for {
		m.mu.Lock()
		core := m.core
		m.mu.Unlock()
		_, err := core.Engine.Deliver(ctx, e)
		if dialog.CodeOf(err) != dialog.CodeUnavailable || ctx.Err() != nil {
			return err
		}
		m.revive(ctx, core)
	}
}

// revive replaces a dead node. The claims of the dead one run out first.
func (m *mortal) revive(ctx context.Context, seen *core) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.core != seen || !m.failing.Dead() {
		return
	}
	m.world.Clock.Set(m.world.Clock.Now().Add(dialogtest.Lease + time.Minute))
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = m.core.close(stop)
	m.rise(ctx)
}

// tend revives the node while nobody writes to it, and lets time pass while
// something waits for a claim to run out.
func (m *mortal) tend(ctx context.Context) {
	for stuck := 0; ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		m.mu.Lock()
		core := m.core
		m.mu.Unlock()
		m.revive(ctx, core)
		if m.world.Watch.Busy() == 0 {
			stuck = 0
		} else if stuck++; stuck == 50 {
			stuck = 0
			m.world.Clock.Set(m.world.Clock.Now().Add(dialogtest.Lease + time.Minute))
		}
	}
}

// build wires the mortal node as a journey's system.
func (m *mortal) build(ctx context.Context, w *journey.World) (*journey.System, error) {
	m.world = w
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.rise(live)
	go m.tend(live)
	store := m.open("outside")
	return &journey.System{
		Deliver: m.deliver, Timers: store,
		Load: func(ctx context.Context, id string) (dialog.Conversation, error) {
			c, _, err := store.Load(ctx, id)
			return c, err
		},
		Edges: map[dialog.ChannelKind]journey.Edge{
			dialog.ChannelWeb:      journey.NewDirect(w, m.deliver, dialog.ChannelWeb, scriptedSession),
			dialog.ChannelTelegram: journey.NewDirect(w, m.deliver, dialog.ChannelTelegram, "777"),
		},
		Close: func() error {
			stop()
			m.mu.Lock()
			defer m.mu.Unlock()
			end, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			return m.core.close(end)
		},
	}, nil
}

// TestCrashAtEveryStep runs journeys with the node dying before or after each
// call of its store in turn: every expectation of the journey holds all the
// same, and nothing binding happens twice. Under `make soak` every journey, every
// call and every kind of fault; here a sample of them.
func TestCrashAtEveryStep(t *testing.T) {
	files, err := journeyFiles([]string{"../../dialog/dialogtest/journey/testdata"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	all := os.Getenv("WARMLINE_SOAK") != ""
	for _, path := range files {
		if !all && !strings.Contains(path, "j2-job-loss-deferral") && !strings.Contains(path, "j3-own-terms-change") {
			continue
		}
		t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			crashEverywhere(t, b, path, 1, memoryStore)
		})
	}
}

// TestCrashOnRedis runs one journey the same way over a real Redis.
func TestCrashOnRedis(t *testing.T) {
	server, err := redisstore.StartServer(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	crashOver(t, server.Client)
}

// TestCrashOnCluster runs one journey the same way over a Redis Cluster.
func TestCrashOnCluster(t *testing.T) {
	starting, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cluster, err := redistest.StartCluster(starting, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Close() })
	crashOver(t, cluster.Client)
}

// crashOver runs a journey with crashes over a real store, each run with keys of
// its own: each third call, or every one under `make soak`.
func crashOver(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	stride := 3
	if os.Getenv("WARMLINE_SOAK") != "" {
		stride = 1
	}
	run := 0
	crashEverywhere(t, b, "../../dialog/dialogtest/journey/testdata/zh-Hans/j2-job-loss-deferral.yaml", stride, func() func(string) dialogtest.Store {
		run++
		prefix := fmt.Sprint("run", run)
		return func(node string) dialogtest.Store {
			store, err := redisstore.Open(t.Context(), client, redisstore.Options{Prefix: prefix, Node: node})
			if err != nil {
				t.Fatal(err)
			}
			return store
		}
	})
}

// crashEverywhere counts the calls of a run without faults, and then has each
// stride-th of them go wrong in every way.
func crashEverywhere(t *testing.T, b bench, path string, stride int, fresh func() func(string) dialogtest.Store) {
	clean := &mortal{bench: b, open: fresh()}
	runMortal(t, clean, path)
	calls := clean.failing.Calls()
	if calls < 5 {
		t.Fatalf("only %d calls were made of the store", calls)
	}
	for at := 1; at <= calls; at += stride {
		for _, fault := range []dialogtest.Fault{dialogtest.CrashBefore, dialogtest.CrashAfter, dialogtest.FailBefore, dialogtest.FailAfter} {
			m := &mortal{bench: b, open: fresh(), fault: fault, at: at}
			runMortal(t, m, path)
			if t.Failed() {
				t.Fatalf("fault %d at call %d of %d", fault, at, calls)
			}
		}
	}
}

func memoryStore() func(string) dialogtest.Store {
	base := dialogtest.NewMemory("base")
	return func(node string) dialogtest.Store { return base.As(node) }
}

func runMortal(t *testing.T, m *mortal, path string) {
	t.Helper()
	f, err := journey.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	runner := journey.Runner{Build: m.build, Scanner: scanner{}, Timeout: patience}
	result, err := runner.Run(t.Context(), f)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if !result.Passed() {
		t.Errorf("%s\n%s\n\n%s", result.Name, strings.Join(result.Failures, "\n"), strings.Join(result.Transcript, "\n"))
	}
}
