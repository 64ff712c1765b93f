package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/lender/sandbox"
	"warmline/dialog/redisstore"
	"warmline/dialog/redisstore/redistest"
)

const (
	killSecret  = "a secret that every node of this test was given"
	killWebhook = "whsec_YSBzZWNyZXQgdGhhdCBvbmx5IHRoaXMgdGVzdCBoYXM="
)

// patience is how long a test waits for what must come, on a machine that has
// much else to do.
const patience = time.Minute

// rig is a real program beside a real Redis and a lender's core that counts.
type rig struct {
	t       *testing.T
	binary  string
	addr    string
	env     []string
	box     *sandbox.Sandbox
	redis   *redisstore.Embedded
	data    []string // arguments with which the Redis is started
	program *exec.Cmd
}

func newRig(t *testing.T) *rig {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing: install it (make deps)")
	}
	dir := t.TempDir()
	r := &rig{t: t, binary: filepath.Join(dir, "warmline")}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", r.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	at := freeAddr(t)
	_, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	r.data = []string{filepath.Join(dir, "redis"), "--bind", "127.0.0.1", "--port", port}
	r.startRedis()
	t.Cleanup(func() { _ = r.redis.Close() })
	r.addr = freeAddr(t)
	r.box, err = sandbox.New(sandbox.Options{WebhookURL: "http://" + r.addr + "/v1/lender/webhooks", Secrets: []string{killWebhook}})
	if err != nil {
		t.Fatal(err)
	}
	lender := httptest.NewServer(r.box)
	run, stop := context.WithCancel(context.Background())
	go func() { _ = r.box.Run(run) }()
	t.Cleanup(func() { stop(); lender.Close(); _ = r.box.Close() })
	r.env = append(os.Environ(),
		"WARMLINE_ADDR="+r.addr, "WARMLINE_DATA="+filepath.Join(dir, "data"), "WARMLINE_SECRET="+killSecret,
		"WARMLINE_REDIS_URL=redis://"+at, "WARMLINE_LENDER_URL="+lender.URL,
		"WARMLINE_LENDER_WEBHOOK_SECRETS="+killWebhook, "WARMLINE_WALLET_KEY_FILE="+walletKeyFile(t, dir),
		"WARMLINE_DESK_HOURS=always", "WARMLINE_LINGER=0s", "WARMLINE_LOG=error")
	t.Cleanup(r.kill)
	return r
}

// startRedis starts the Redis, with what it had before.
func (r *rig) startRedis() {
	r.t.Helper()
	var err error
	if r.redis, err = redisstore.StartServer(r.t.Context(), r.data[0], r.data[1:]...); err != nil {
		r.t.Fatal(err)
	}
}

func walletKeyFile(t *testing.T, dir string) string {
	t.Helper()
	set := map[string]any{"keys": []map[string]string{{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString([]byte(killSecret))}}}
	raw, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "wallet.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func freeAddr(t *testing.T) string {
	t.Helper()
	ports, err := redistest.Ports(1)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint("127.0.0.1:", ports[0])
}

// start runs the program and waits until it is ready.
func (r *rig) start() {
	r.t.Helper()
	r.program = exec.Command(r.binary, "serve")
	r.program.Env, r.program.Stdout, r.program.Stderr = r.env, os.Stderr, os.Stderr
	if err := r.program.Start(); err != nil {
		r.t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if resp, err := http.Get("http://" + r.addr + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusNoContent {
				return
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	r.t.Fatal("the program did not become ready")
}

// kill ends the program without a chance to clean up.
func (r *rig) kill() {
	if r.program == nil {
		return
	}
	_ = r.program.Process.Signal(syscall.SIGKILL)
	_ = r.program.Wait()
	r.program = nil
}

// borrower returns an edge with a level-2 session.
func (r *rig) borrower(ctx context.Context, id string) *webEdge {
	r.t.Helper()
	wallet := &demo{clock: &clock{}, key: []byte(killSecret), issuer: "wallet", newID: newID}
	edge := newWebEdge("http://"+r.addr, func(level int) (string, error) { return wallet.Sign(id, level, "") })
	if err := edge.Session(ctx, dialog.SessionEvent{Level: dialog.LevelBorrower}); err != nil {
		r.t.Fatalf("begin a session: %v", err)
	}
	return edge
}

// await waits for a button to be shown.
func await(t *testing.T, e *webEdge, id string) dialog.RenderedOption {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if o, ok := e.option(id); ok {
			return o
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("no button %q came", id)
	return dialog.RenderedOption{}
}

// TestKillInTheMiddleOfAConfirm kills the program at a random moment around a
// confirm, starts it again, has the borrower's device send the same frame once
// more, and counts what the lender has: exactly one arrangement.
func TestKillInTheMiddleOfAConfirm(t *testing.T) {
	r := newRig(t)
	rounds := 3
	if os.Getenv("WARMLINE_SOAK") != "" {
		rounds = 40
	}
	for round := range rounds {
		r.start()
		if err := r.confirmAndKill(t.Context(), round); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// confirmAndKill has a fresh borrower choose a plan and confirm it while the
// program dies.
func (r *rig) confirmAndKill(ctx context.Context, round int) error {
	id := fmt.Sprintf("kill-%d-%d", round, time.Now().UnixNano())
	if err := r.box.Seed(ctx, killCase(id)); err != nil {
		return err
	}
	edge := r.borrower(ctx, id)
	for _, option := range []string{"see_options", "plan:4"} {
		if err := edge.Tap(ctx, dialog.ChoiceEvent{Option: option}); err != nil {
			return fmt.Errorf("tap %s: %w", option, err)
		}
	}
	card := await(r.t, edge, "confirm")
	dying := time.Duration(rand.IntN(12000)) * time.Microsecond
	dead := make(chan struct{})
	go func() {
		defer close(dead)
		time.Sleep(dying)
		r.kill()
	}()
	tapped := edge.Tap(ctx, dialog.ChoiceEvent{Option: "confirm", Card: card.Card})
	<-dead
	r.start()
	defer r.kill()
	if err := edge.reconnect(ctx); err != nil {
		return err
	}
	if tapped != nil { // not acknowledged: the device sends the same frame again
		if err := edge.Repeat(ctx); err != nil {
			return fmt.Errorf("send the confirm again: %w", err)
		}
	}
	return r.oneArrangement(ctx, id)
}

func (r *rig) oneArrangement(ctx context.Context, id string) error {
	var n int
	for end := time.Now().Add(2 * patience); time.Now().Before(end); {
		counts, err := r.box.Counts(ctx)
		if err != nil {
			return err
		}
		if n = counts[id].Arrangements; n > 1 {
			break
		}
		if n == 1 {
			time.Sleep(300 * time.Millisecond) // a second one would come about now
			if counts, err = r.box.Counts(ctx); err == nil && counts[id].Arrangements == 1 {
				return nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New(fmt.Sprint("the lender has ", n, " arrangements, expected one"))
}

func killCase(id string) sandbox.Case {
	money := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	today := dialog.DateOf(time.Now().In(time.FixedZone("", 8*3600)))
	return sandbox.Case{
		// Where no reading time stands between a card and its confirm.
		Borrower: dialog.Borrower{ID: id, Name: "Lin Yue", Locale: dialog.EnGB, Zone: "Europe/London", Packs: []string{"gb"}, Lender: "Warmline Wallet"},
		Accounts: []dialog.Account{{Ref: "A-" + id, Product: "分期", Currency: "CNY", NotYetDue: money(160000),
			Overdue: dialog.Overdue{Principal: money(80000), Interest: money(2400), LateRateDaily: 500_000, Due: today.AddDays(-9)}}},
		Programme: dialog.Programme{ID: "p", Version: "1", Plans: []int{3, 4, 6}, MinInstalment: money(10000), PlanInterest: "frozen",
			FirstPaymentDays: 7, QuoteTTL: 24 * time.Hour, CancelWindow: 72 * time.Hour},
	}
}
