package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// config is everything that can be set. A YAML file holds it; each field can be
// overridden by the environment variable in its comment.
type config struct {
	Addr    string        `yaml:"addr"`     // WARMLINE_ADDR; where to listen
	BaseURL string        `yaml:"base_url"` // WARMLINE_BASE_URL; how browsers reach it
	Data    string        `yaml:"data"`     // WARMLINE_DATA; folder of the embedded Redis and its secrets
	Node    string        `yaml:"node"`     // WARMLINE_NODE; name of this process among several
	Demo    *bool         `yaml:"demo"`     // WARMLINE_DEMO; demo wallet page and its borrowers; on unless a lender is set
	Log     string        `yaml:"log"`      // WARMLINE_LOG; debug, info, warn, error
	Drain   time.Duration `yaml:"drain"`    // WARMLINE_DRAIN; how long a stop may take

	Redis    redisConfig    `yaml:"redis"`
	Lender   lenderConfig   `yaml:"lender"`
	Wallet   walletConfig   `yaml:"wallet"`
	Desk     deskConfig     `yaml:"desk"`
	Telegram telegramConfig `yaml:"telegram"`
	Model    modelConfig    `yaml:"model"`
	Policy   policyConfig   `yaml:"policy"`
	Archive  archiveConfig  `yaml:"archive"`

	Retention retentionConfig `yaml:"retention"`

	Linger  time.Duration `yaml:"linger"`  // WARMLINE_LINGER; how long a text waits for the next line of a burst
	Origins []string      `yaml:"origins"` // WARMLINE_ORIGINS; pages that may embed the widget, comma-separated
	Secret  string        `yaml:"secret"`  // WARMLINE_SECRET; seals sessions; the same on every node
}

type redisConfig struct {
	URL     string   `yaml:"url"`     // WARMLINE_REDIS_URL; redis://…, or empty for an embedded one
	Cluster bool     `yaml:"cluster"` // WARMLINE_REDIS_CLUSTER
	Addrs   []string `yaml:"addrs"`   // WARMLINE_REDIS_ADDRS; further nodes
	Master  string   `yaml:"master"`  // WARMLINE_REDIS_MASTER; sentinel's name of the master
}

type lenderConfig struct {
	URL            string   `yaml:"url"`             // WARMLINE_LENDER_URL; empty: the sandbox, inside
	Token          string   `yaml:"token"`           // WARMLINE_LENDER_TOKEN
	WebhookSecrets []string `yaml:"webhook_secrets"` // WARMLINE_LENDER_WEBHOOK_SECRETS; whsec_…, comma-separated
}

type walletConfig struct {
	Issuer    string `yaml:"issuer"`     // WARMLINE_WALLET_ISSUER
	KeyFile   string `yaml:"key_file"`   // WARMLINE_WALLET_KEY_FILE; PEM public key or raw HMAC secret
	JWKS      string `yaml:"jwks"`       // WARMLINE_WALLET_JWKS; URL of the wallet's keys
	NotifyURL string `yaml:"notify_url"` // WARMLINE_WALLET_NOTIFY_URL; told, in neutral words, that there is a reply
	// WARMLINE_WALLET_NOTIFY_SECRETS; whsec_…, comma-separated, with which those notices are signed
	NotifySecrets []string `yaml:"notify_secrets"`
}

type deskConfig struct {
	Zone     string `yaml:"zone"`      // WARMLINE_DESK_ZONE; of the working hours
	Hours    string `yaml:"hours"`     // WARMLINE_DESK_HOURS; "09:00-21:00", or "always"
	Days     string `yaml:"days"`      // WARMLINE_DESK_DAYS; "mon-sun"
	PagerURL string `yaml:"pager_url"` // WARMLINE_DESK_PAGER_URL; called for a crisis
	OnCall   bool   `yaml:"on_call"`   // WARMLINE_DESK_ON_CALL; somebody answers the pager

	Mode         string   `yaml:"mode"`           // WARMLINE_DESK_MODE; pull (people take chats) or push (they are offered)
	OnCallPeople []string `yaml:"on_call_people"` // WARMLINE_DESK_ON_CALL_PEOPLE; accounts that the pager calls, in turn
}

func defaults() config {
	return config{
		Addr: "localhost:8080", Data: "data", Node: "node-1", Log: "info", Drain: 20 * time.Second, Linger: 300 * time.Millisecond,
		Wallet: walletConfig{Issuer: "wallet"},
		Desk:   deskConfig{Zone: "Asia/Shanghai", Hours: "09:00-21:00", Days: "mon-sun"},
		Model:  modelDefaults(),
	}
}

// loadConfig reads a file over the defaults and the environment over both.
// Unknown keys are an error that names them.
func loadConfig(path string, getenv func(string) (string, bool)) (config, error) {
	c := defaults()
	if path != "" {
		raw, err := os.ReadFile(path)
		if err != nil {
			return c, wrongUse("read configuration: %w", err)
		}
		if err := yaml.UnmarshalWithOptions(raw, &c, yaml.Strict()); err != nil {
			return c, wrongUse("configuration %s: %w", path, blame(raw, err))
		}
	}
	var wrong []error
	for name, set := range c.variables() {
		if text, ok := getenv(name); ok {
			if err := set(text); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if err := errors.Join(append(wrong, c.validate()...)...); err != nil {
		return c, usageError{err}
	}
	return c, nil
}

// variables maps each environment variable to what it sets.
func (c *config) variables() map[string]func(string) error {
	text := func(p *string) func(string) error { return func(s string) error { *p = s; return nil } }
	list := func(p *[]string) func(string) error {
		return func(s string) error {
			*p = nil
			for _, part := range strings.Split(s, ",") {
				if part = strings.TrimSpace(part); part != "" {
					*p = append(*p, part)
				}
			}
			return nil
		}
	}
	flag := func(p *bool) func(string) error {
		return func(s string) (err error) { *p, err = strconv.ParseBool(s); return }
	}
	span := func(p *time.Duration) func(string) error {
		return func(s string) (err error) { *p, err = time.ParseDuration(s); return }
	}
	number := func(p *int) func(string) error {
		return func(s string) (err error) { *p, err = strconv.Atoi(s); return }
	}
	all := map[string]func(string) error{
		"WARMLINE_ADDR": text(&c.Addr), "WARMLINE_BASE_URL": text(&c.BaseURL), "WARMLINE_DATA": text(&c.Data),
		"WARMLINE_NODE": text(&c.Node), "WARMLINE_LOG": text(&c.Log), "WARMLINE_DRAIN": span(&c.Drain),
		"WARMLINE_DEMO": func(s string) error {
			on, err := strconv.ParseBool(s)
			c.Demo = &on
			return err
		},
		"WARMLINE_REDIS_URL": text(&c.Redis.URL), "WARMLINE_REDIS_CLUSTER": flag(&c.Redis.Cluster),
		"WARMLINE_REDIS_ADDRS": list(&c.Redis.Addrs), "WARMLINE_REDIS_MASTER": text(&c.Redis.Master),
		"WARMLINE_LENDER_URL": text(&c.Lender.URL), "WARMLINE_LENDER_TOKEN": text(&c.Lender.Token),
		"WARMLINE_LENDER_WEBHOOK_SECRETS": list(&c.Lender.WebhookSecrets),
		"WARMLINE_WALLET_ISSUER":          text(&c.Wallet.Issuer), "WARMLINE_WALLET_KEY_FILE": text(&c.Wallet.KeyFile),
		"WARMLINE_WALLET_JWKS": text(&c.Wallet.JWKS), "WARMLINE_WALLET_NOTIFY_URL": text(&c.Wallet.NotifyURL),
		"WARMLINE_WALLET_NOTIFY_SECRETS": list(&c.Wallet.NotifySecrets),
		"WARMLINE_POLICY_DIR":            text(&c.Policy.Dir), "WARMLINE_POLICY_KEYS": text(&c.Policy.Keys), "WARMLINE_POLICY_ACTOR": text(&c.Policy.Actor), "WARMLINE_POLICY_PRODUCTION": flag(&c.Policy.Production),
		"WARMLINE_ARCHIVE_DIR": text(&c.Archive.Dir), "WARMLINE_ARCHIVE_KEY": text(&c.Archive.Key), "WARMLINE_ARCHIVE_JOURNAL_KEY": text(&c.Archive.Journal), "WARMLINE_ARCHIVE_ALARM": span(&c.Archive.Alarm),
		"WARMLINE_RETENTION_MODE": text(&c.Retention.Mode), "WARMLINE_RETENTION_EVERY": span(&c.Retention.Every),
		"WARMLINE_DESK_ZONE": text(&c.Desk.Zone), "WARMLINE_DESK_HOURS": text(&c.Desk.Hours), "WARMLINE_DESK_DAYS": text(&c.Desk.Days),
		"WARMLINE_DESK_PAGER_URL": text(&c.Desk.PagerURL), "WARMLINE_DESK_ON_CALL": flag(&c.Desk.OnCall),
		"WARMLINE_DESK_MODE": text(&c.Desk.Mode), "WARMLINE_DESK_ON_CALL_PEOPLE": list(&c.Desk.OnCallPeople),
		"WARMLINE_TELEGRAM_TOKEN": text(&c.Telegram.Token), "WARMLINE_TELEGRAM_API": text(&c.Telegram.API),
		"WARMLINE_TELEGRAM_WEBHOOK": flag(&c.Telegram.Webhook), "WARMLINE_TELEGRAM_WALLET_URL": text(&c.Telegram.Wallet),
		"WARMLINE_LINGER": span(&c.Linger), "WARMLINE_ORIGINS": list(&c.Origins), "WARMLINE_SECRET": text(&c.Secret),
	}
	maps.Copy(all, c.modelVariables(text, number, flag, span))
	return all
}

// demo reports whether the demo wallet page is served.
func (c *config) demo() bool {
	if c.Demo != nil {
		return *c.Demo
	}
	return c.Lender.URL == ""
}

// homeCurrency is what a lender's borrowers in a place count in: their own
// currency's sign needs no country beside it.
func homeCurrency(locale dialog.Locale) dialog.Currency {
	switch locale {
	case dialog.ZhHantTW:
		return "TWD"
	case dialog.ZhHantHK:
		return "HKD"
	case dialog.EnUS:
		return "USD"
	case dialog.EnGB:
		return "GBP"
	}
	return "CNY"
}
