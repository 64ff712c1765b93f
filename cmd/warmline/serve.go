package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"

	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/manager"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
	"warmline/dialog/redisstore"
)

// serveCmd runs the service.
type serveCmd struct {
	Config string `help:"Configuration file (YAML)." env:"WARMLINE_CONFIG"`
	Check  bool   `help:"Check the configuration and exit."`
}

// Run implements the command.
func (c *serveCmd) Run(env *environment) error {
	cfg, err := loadConfig(c.Config, env.getenv)
	if err != nil {
		return err
	}
	if c.Check {
		fmt.Fprintln(env.stdio.Out, "configuration is fine")
		return nil
	}
	log, err := newLog(env.stdio.Err, cfg.Log)
	if err != nil {
		return err
	}
	redis.SetLogger(redisLog{log})
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("addr: %w", err)
	}
	s, err := newService(env.ctx, cfg, log, listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := s.handler()
	if err != nil {
		return errors.Join(err, listener.Close(), s.close())
	}
	if _, told := env.getenv("GOGC"); !told {
		go paceHeap(env.ctx)
	}
	fmt.Fprintf(env.stdio.Out, "warmline is ready on %s\n", s.base)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}
	err = s.serve(env.ctx, server, listener)
	return errors.Join(err, s.close())
}

// newLog writes structured lines; no line holds a text of a person or a fact
// of an account.
func newLog(out io.Writer, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, wrongUse("log: expected debug, info, warn or error")
	}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: l})), nil
}

// service is the running program.
type service struct {
	cfg      config
	log      *slog.Logger
	base     string
	clock    *clock
	app      *app
	lender   *theLender
	demo     *demo
	metrics  *metrics
	live     *rules.Live                  // the rules that decide now
	engine   atomic.Pointer[rules.Engine] // the packs that they were compiled from
	policy   policy.Config                // what they were compiled from
	unsigned atomic.Pointer[[]string]     // packs, and the texts, that two persons have not signed
	stops    []func() error               // in the order of opening
	draining chan struct{}
}

// newService opens everything and wires it. What was opened is closed again
// when something fails.
func newService(ctx context.Context, cfg config, log *slog.Logger, addr net.Addr) (*service, error) {
	s := &service{cfg: cfg, log: log, base: baseURL(cfg, addr), clock: &clock{}, metrics: newMetrics(log), draining: make(chan struct{})}
	if err := s.open(ctx, addr); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// baseURL is how browsers reach the service.
func baseURL(cfg config, addr net.Addr) string {
	if cfg.BaseURL != "" {
		return strings.TrimSuffix(cfg.BaseURL, "/")
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (s *service) open(ctx context.Context, addr net.Addr) error {
	if err := os.MkdirAll(s.cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data: make the folder: %w", err)
	}
	b, err := newBench()
	if err != nil {
		return err
	}
	store, stopStore, err := openStore(ctx, s.cfg, s.log)
	if err != nil {
		return err
	}
	s.stops = append(s.stops, stopStore)
	if s.lender, err = openLender(ctx, s.cfg, s.log, "http://"+addr.String()+"/v1/lender/webhooks", s.clock.Now); err != nil {
		return err
	}
	s.stops = append(s.stops, s.lender.stop)
	if b, err = s.withModel(ctx, b, store); err != nil {
		return err
	}
	if b, err = s.withPacks(b); err != nil {
		return err
	}
	ports, err := s.ports(b, store)
	if err != nil {
		return err
	}
	s.app, err = newApp(ctx, ports, true)
	if err != nil {
		return err
	}
	s.watchGauges(store)
	s.startWatchingPacks(ctx)
	if err := s.startArchive(ctx, store); err != nil {
		return err
	}
	s.startRetention(ctx, store)
	return s.openDemo()
}

// ports gathers what the app is wired from.
func (s *service) ports(b bench, store *redisstore.Store) (appPorts, error) {
	desk, err := parseHours(s.cfg.Desk)
	if err != nil {
		return appPorts{}, err
	}
	desk.now = s.clock.Now
	seal, err := s.secret("session.key", s.cfg.Secret)
	if err != nil {
		return appPorts{}, err
	}
	keys, err := s.walletKeys()
	if err != nil {
		return appPorts{}, err
	}
	agents := s.deskEdge(b, desk, seal)
	calls := runners{lender: s.lender.client, pager: agents}
	p := appPorts{
		core: corePorts{
			Store: store, States: store, Outbox: store, Listener: b.listener, Facts: s.lender, Desk: desk, Calls: calls,
			Observer: s.metrics, Now: s.clock.Now, Linger: s.cfg.Linger, Words: b.words, Reviewer: b.reviewer, Rules: b.rules, Live: s.live,
			Phraser: b.phraserAt(s.clock.Now), Second: b.secondAt(s.clock.Now),
		},
		store: store, secrets: [][]byte{seal}, keys: keys, issuer: s.cfg.Wallet.Issuer, origins: s.cfg.Origins,
		seen: s.metrics.chat(), log: s.log, desk: agents,
	}
	if s.cfg.Telegram.Token != "" {
		p.telegram = s.telegramPorts(seal, agents)
	}
	if s.cfg.Wallet.NotifyURL != "" {
		if p.notify, err = newWalletNotifier(s.cfg.Wallet, newWidgetWords(b.words).Labels); err != nil {
			return appPorts{}, err
		}
	}
	return p, nil
}

// secret returns a configured secret, or one that the data folder keeps.
func (s *service) secret(name, configured string) ([]byte, error) {
	if configured != "" {
		return []byte(configured), nil
	}
	return secret(s.cfg.Data, name, 32)
}

// walletKeys are the keys of the wallet's tokens: configured, or the demo's own.
func (s *service) walletKeys() (webchat.KeySource, error) {
	switch {
	case s.cfg.Wallet.JWKS != "":
		return webchat.NewRemoteKeys(s.cfg.Wallet.JWKS, &http.Client{Timeout: 5 * time.Second}, time.Now), nil
	case s.cfg.Wallet.KeyFile != "":
		keys, err := webchat.NewFileKeys(s.cfg.Wallet.KeyFile, time.Now)
		if err != nil {
			return nil, fmt.Errorf("wallet.key_file: %w", err)
		}
		return keys, nil
	}
	key, err := s.demoKey()
	if err != nil {
		return nil, err
	}
	shared, err := webchat.SharedSecret("", key)
	return webchat.Keys{shared}, err
}

func (s *service) demoKey() ([]byte, error) { return secret(s.cfg.Data, "wallet.key", 32) }

func (s *service) openDemo() error {
	if !s.cfg.demo() {
		return nil
	}
	key, err := s.demoKey()
	if err != nil {
		return err
	}
	s.demo = &demo{lender: s.lender, clock: s.clock, key: key, issuer: s.cfg.Wallet.Issuer, newID: newID, words: s.app.words, advanceDay: s.clock.advance}
	return nil
}

// watchGauges registers what is asked for when metrics are read.
func (s *service) watchGauges(store *redisstore.Store) {
	s.metrics.gauge("warmline_connections", "Open web sockets.", func() float64 { return float64(s.app.hub.Connections()) })
	s.metrics.gauge("warmline_waiting", "Envelopes that wait for their turn.", func() float64 { return float64(s.app.core.Engine.Waiting()) })
	s.metrics.gauge("warmline_journal_lag_seconds", "Age of the oldest journal record that is not archived; -1: not known.",
		asked(func(ctx context.Context) (time.Duration, error) {
			_, oldest, err := store.JournalLag(ctx, time.Now())
			return oldest, err
		}))
	s.metrics.gauge("warmline_outbox_age_seconds", "Age of the oldest thing that should have left and has not; -1: not known.",
		asked(func(ctx context.Context) (time.Duration, error) {
			_, oldest, err := store.OutboxLag(ctx, s.clock.Now())
			return oldest, err
		}))
}

// asked makes an age that the store is asked for a gauge's value.
func asked(age func(context.Context) (time.Duration, error)) func() float64 {
	return func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		oldest, err := age(ctx)
		if err != nil {
			return -1
		}
		return oldest.Seconds()
	}
}

// handler is every route of the service.
func (s *service) handler() (http.Handler, error) {
	mux := s.app.mux
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.Handle("POST /v1/lender/webhooks", hookRoute(s.lender, s.clock.Now, s.app.core.Engine.Deliver))
	return mux, s.pages(mux)
}

// ready says whether this node should be given work: not while it drains, and
// not while its store is out of reach.
func (s *service) ready(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.draining:
		writeError(w, dialog.E(dialog.CodeUnavailable, "the service is stopping", nil))
		return
	default:
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if _, _, err := s.app.store.Load(ctx, "ready"); err != nil {
		writeError(w, dialog.E(dialog.CodeUnavailable, "the store is out of reach", err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// serve serves until ctx ends, then drains: new connections are refused, the
// open ones told to come back elsewhere, turns under way finished.
func (s *service) serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(webchat.Listen(listener)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	close(s.draining)
	s.log.Info("stopping")
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Drain)
	defer cancel()
	err := s.app.close(stop)
	if shut := server.Shutdown(stop); shut != nil {
		err = errors.Join(err, fmt.Errorf("stop serving: %w", shut))
	}
	return err
}

// close closes what was opened, last first.
func (s *service) close() error {
	var err error
	for i := len(s.stops) - 1; i >= 0; i-- {
		err = errors.Join(err, s.stops[i]())
	}
	return err
}

var _ manager.Observer = (*metrics)(nil)
