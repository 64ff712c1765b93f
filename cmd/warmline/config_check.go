package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/redis/go-redis/v9"

	"warmline/dialog/lender/wire"
)

// validate checks every field and the fields against each other; each error
// names its field.
func (c *config) validate() []error {
	var wrong []error
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf(field+": "+format, args...))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("addr", "expected host:port")
	}
	if new(slog.Level).UnmarshalText([]byte(c.Log)) != nil {
		bad("log", "expected debug, info, warn or error")
	}
	for field, span := range map[string]time.Duration{"drain": c.Drain, "linger": c.Linger} {
		if span < 0 {
			bad(field, "expected no less than nothing")
		}
	}
	for field, text := range map[string]string{
		"base_url": c.BaseURL, "lender.url": c.Lender.URL, "wallet.jwks": c.Wallet.JWKS,
		"wallet.notify_url": c.Wallet.NotifyURL, "desk.pager_url": c.Desk.PagerURL,
	} {
		if text != "" && !isURL(text, "http", "https") {
			bad(field, "expected a URL such as https://host")
		}
	}
	for _, text := range c.Origins {
		if !isURL(text) {
			bad("origins", "%q is no origin such as https://wallet.example", text)
		}
	}
	wrong = append(wrong, c.checkStore()...)
	wrong = append(wrong, c.checkLender()...)
	wrong = append(wrong, c.Desk.check()...)
	wrong = append(wrong, c.Model.validate()...)
	wrong = append(wrong, c.Telegram.check(c.BaseURL)...)
	c.Archive.validate(bad)
	c.Retention.validate(bad)
	if c.Policy.Production && c.Policy.Keys == "" {
		bad("policy.keys", "expected the keyring with policy.production")
	}
	return wrong
}

// isURL reports whether a text is a URL with a host, of one of the schemes where
// any are given.
func isURL(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.Scheme != "" && (len(schemes) == 0 || slices.Contains(schemes, u.Scheme))
}

// checkStore returns what is wrong with where chats are kept.
func (c *config) checkStore() []error {
	var wrong []error
	if c.Redis.URL != "" {
		if _, err := redis.ParseURL(c.Redis.URL); err != nil {
			wrong = append(wrong, errors.New("redis.url: expected redis://[user:password@]host:port/db"))
		}
		if c.Secret == "" {
			wrong = append(wrong, errors.New("secret: expected 32 characters or more with redis.url, the same on every node"))
		}
	}
	for field, set := range map[string]bool{
		"redis.addrs": len(c.Redis.Addrs) > 0, "redis.cluster": c.Redis.Cluster, "redis.master": c.Redis.Master != "",
	} {
		if set && c.Redis.URL == "" {
			wrong = append(wrong, fmt.Errorf("%s: expected redis.url with it", field))
		}
	}
	if c.Data == "" {
		wrong = append(wrong, errors.New("data: expected a folder"))
	}
	if c.Secret != "" && len(c.Secret) < 32 {
		wrong = append(wrong, errors.New("secret: expected 32 characters or more"))
	}
	return wrong
}

// checkLender returns what is wrong with the lender and the wallet.
func (c *config) checkLender() []error {
	var wrong []error
	if _, err := wire.ParseSecrets(c.Lender.WebhookSecrets); err != nil {
		wrong = append(wrong, fmt.Errorf("lender.webhook_secrets: %w", err))
	}
	if _, err := wire.ParseSecrets(c.Wallet.NotifySecrets); err != nil {
		wrong = append(wrong, fmt.Errorf("wallet.notify_secrets: %w", err))
	}
	if c.Lender.URL == "" {
		return wrong
	}
	if len(c.Lender.WebhookSecrets) == 0 {
		wrong = append(wrong, errors.New("lender.webhook_secrets: expected at least one whsec_… with lender.url"))
	}
	if c.Wallet.KeyFile == "" && c.Wallet.JWKS == "" {
		wrong = append(wrong, errors.New("wallet.key_file: expected the wallet's key, or wallet.jwks, with lender.url"))
	}
	if c.demo() {
		wrong = append(wrong, errors.New("demo: cannot be on with lender.url"))
	}
	return wrong
}

// check returns what is wrong with the agents' desk.
func (d deskConfig) check() []error {
	var wrong []error
	if _, err := time.LoadLocation(d.Zone); err != nil {
		wrong = append(wrong, fmt.Errorf("desk.zone: %q is no time zone", d.Zone))
	}
	if d.Mode != "" && d.Mode != "push" && d.Mode != "pull" {
		wrong = append(wrong, errors.New("desk.mode: expected push or pull"))
	}
	if _, err := parseHours(d); err != nil {
		wrong = append(wrong, fmt.Errorf("desk.hours: %w", err))
	}
	return wrong
}

// form is what a value may look like that could not be read.
const form = "a value of its kind: a time span such as 300ms, true or false, a number, a text, or a list in []"

// blame finds the fields whose values a configuration file has in the wrong
// form. The decoder shows the place of an unknown key itself, but not always that
// of a value.
func blame(raw []byte, err error) error {
	var tree map[string]any
	if yaml.Unmarshal(raw, &tree) != nil {
		return err
	}
	var wrong []error
	leaves("", tree, func(path string, value any) {
		names := strings.Split(path, ".")
		for _, name := range slices.Backward(names) {
			value = map[string]any{name: value}
		}
		one, encoding := yaml.Marshal(value)
		c := defaults()
		if encoding == nil && yaml.Unmarshal(one, &c) != nil {
			wrong = append(wrong, fmt.Errorf("%s: expected %s", path, form))
		}
	})
	if len(wrong) == 0 {
		return err
	}
	return errors.Join(wrong...)
}

// leaves calls a function with each value of a tree that is no mapping.
func leaves(path string, tree map[string]any, visit func(string, any)) {
	for name, value := range tree {
		at := strings.TrimPrefix(path+"."+name, ".")
		if below, ok := value.(map[string]any); ok {
			leaves(at, below, visit)
		} else {
			visit(at, value)
		}
	}
}
