package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"

	"warmline/dialog/policy"
	"warmline/dialog/policy/packs"
	"warmline/dialog/policy/rules"
)

// policyCmd groups what is done with rule packs.
type policyCmd struct {
	Check   policyCheckCmd   `cmd:"" help:"Load packs and run each rule's own tests; report what is missing, shadowed or unsigned."`
	Explain policyExplainCmd `cmd:"" help:"Look at every rule of a pack in a situation: its value, and the outcome."`
	Show    policyShowCmd    `cmd:"" help:"Write a pack as a page for people: rules, citations, coverage."`
	Sign    policySignCmd    `cmd:"" help:"Sign a pack or the reviewed texts; two persons' signatures make it reviewed."`
	Key     policyKeyCmd     `cmd:"" help:"Make a person's signing key and print its line for the keyring."`
	Retain  policyRetainCmd  `cmd:"" help:"Say what retention would erase now; it erases nothing."`
	Replay  policyReplayCmd  `cmd:"" help:"Run a journal again under changed packs and list every decision that differs."`
}

// policyConfig is where the service takes its packs from.
type policyConfig struct {
	Dir        string `yaml:"dir"`        // WARMLINE_POLICY_DIR; folder of packs, watched for changes; empty: those that ship
	Keys       string `yaml:"keys"`       // WARMLINE_POLICY_KEYS; keyring file: who may sign
	Actor      string `yaml:"actor"`      // WARMLINE_POLICY_ACTOR; first_party (the lender itself, when empty) or third_party (it collects for the lender)
	Production bool   `yaml:"production"` // WARMLINE_POLICY_PRODUCTION; refuse packs that two persons have not signed
}

// packFiles returns a folder of packs, or those that ship.
func packFiles(dir string) (fs.FS, error) {
	if dir == "" {
		return packs.Files, nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("packs: %w", err)
	}
	if !info.IsDir() {
		return nil, wrongUse("packs: %s is no folder", dir)
	}
	return os.DirFS(dir), nil
}

// keyring reads who may sign; nobody when there is no file.
func keyring(path string) (rules.Keyring, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	return rules.ParseKeyring(raw)
}

// rulesConfig is what rules are compiled from: an engine's packs and
// programmes, and the hash of the reviewed texts. The hosts are those of the
// models in use.
func rulesConfig(engine *rules.Engine, texts string, hosts ...string) policy.Config {
	cfg := engine.Config(hosts...)
	cfg.Texts = texts
	return cfg
}

// loadPacks loads and, in production, refuses packs that are not signed by two
// persons. It returns the ids of those that are not.
func (c policyConfig) loadPacks() (*rules.Engine, []string, error) {
	files, err := packFiles(c.Dir)
	if err != nil {
		return nil, nil, err
	}
	if a := c.Actor; a != "" && a != "first_party" && a != "third_party" {
		return nil, nil, wrongUse("policy actor %q: expected first_party or third_party", a)
	}
	engine, err := rules.Load(files, rules.Options{Actor: c.Actor})
	if err != nil {
		return nil, nil, err
	}
	ring, err := keyring(c.Keys)
	if err != nil {
		return nil, nil, err
	}
	var unsigned []string
	var wrong []error
	for id, why := range unreviewed(engine, files, ring) {
		unsigned, wrong = append(unsigned, id), append(wrong, why)
	}
	sort.Strings(unsigned)
	if c.Production && len(unsigned) > 0 {
		return nil, nil, fmt.Errorf("production mode: %w", errors.Join(wrong...))
	}
	return engine, unsigned, nil
}

// withPacks gives a bench the service's own packs.
func (s *service) withPacks(b bench) (bench, error) {
	engine, unsigned, err := s.cfg.Policy.loadPacks()
	if err != nil {
		return b, err
	}
	s.unsigned.Store(&unsigned)
	if len(unsigned) > 0 {
		s.log.Warn("not signed by two persons; demo mode", "packs", strings.Join(unsigned, ","))
	}
	b.packs, b.policy = engine, s.repacked(b.policy, engine)
	if b.rules, err = policy.Compile(b.policy); err != nil {
		return b, err
	}
	s.live = rules.NewLive(b.rules)
	s.engine.Store(engine)
	s.policy = b.policy
	return b, nil
}

// notSigned are the packs, and the texts, that two persons have not signed.
func (s *service) notSigned() []string {
	if ids := s.unsigned.Load(); ids != nil {
		return *ids
	}
	return nil
}

// repacked is a configuration with another engine's packs.
func (s *service) repacked(cfg policy.Config, engine *rules.Engine) policy.Config {
	own := rulesConfig(engine, cfg.Texts, s.modelHosts()...)
	cfg.Packs, cfg.Gate, cfg.Places, cfg.Programmes, cfg.Clocks = own.Packs, own.Gate, own.Places, own.Programmes, own.Clocks
	return cfg
}

// modelHosts are the hosts of every model that may be asked.
func (s *service) modelHosts() []string {
	var hosts []string
	for _, e := range append([]Endpoint{s.cfg.Model.Endpoint}, s.cfg.Model.Fallback...) {
		if u, err := url.Parse(e.BaseURL); err == nil && u.Hostname() != "" {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// packsEvery is how often a folder of packs is looked at.
const packsEvery = 5 * time.Second

// startWatchingPacks watches a configured folder until the service closes.
func (s *service) startWatchingPacks(ctx context.Context) {
	if s.cfg.Policy.Dir == "" {
		return
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stops = append(s.stops, func() error { stop(); return nil })
	go s.watchPacks(run)
}

// watchPacks reloads a folder of packs when it has changed. One that is broken,
// or not signed where it has to be, is refused whole: the old one keeps deciding.
func (s *service) watchPacks(ctx context.Context) {
	seen := folderState(s.cfg.Policy.Dir)
	tick := time.NewTicker(packsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := folderState(s.cfg.Policy.Dir); !bytes.Equal(now, seen) {
			seen = now
			s.reloadPacks()
		}
	}
}

func (s *service) reloadPacks() {
	var engine *rules.Engine
	var unsigned []string
	changed, err := s.live.Reload(func() (policy.Rules, error) {
		var err error
		if engine, unsigned, err = s.cfg.Policy.loadPacks(); err != nil {
			return policy.Rules{}, err
		}
		return policy.Compile(s.repacked(s.policy, engine))
	})
	if err == nil {
		s.unsigned.Store(&unsigned)
	}
	switch {
	case err != nil:
		s.log.Error("rule packs refused; the old ones keep deciding", "error", err)
	case changed:
		s.engine.Store(engine)
		s.log.Info("rule packs changed", "rules", s.live.Rules().Hash, "unsigned", strings.Join(unsigned, ","))
	}
}

// folderState is the names, sizes and times of a folder's files.
func folderState(dir string) []byte {
	var b bytes.Buffer
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.Bytes()
}
