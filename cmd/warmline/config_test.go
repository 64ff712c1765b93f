package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func noEnv(string) (string, bool) { return "", false }

func env(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }
}

func TestConfigDefaultsAreFine(t *testing.T) {
	c, err := loadConfig("", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "localhost:8080" || !c.demo() || c.Redis.URL != "" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestConfigEnvironmentOverridesFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(path, []byte("addr: localhost:1\nlinger: 1s\norigins: [https://a.example]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path, env(map[string]string{"WARMLINE_ADDR": "localhost:2", "WARMLINE_ORIGINS": "https://b.example, https://c.example"}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "localhost:2" || c.Linger != time.Second || len(c.Origins) != 2 {
		t.Errorf("got %+v", c)
	}
}

func TestConfigErrorsNameTheField(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"WARMLINE_LENDER_URL": "https://core.example"}, "lender.webhook_secrets"},
		{map[string]string{"WARMLINE_LENDER_URL": "https://core.example"}, "wallet.key_file"},
		{map[string]string{"WARMLINE_LENDER_URL": "nowhere"}, "lender.url"},
		{map[string]string{"WARMLINE_LENDER_URL": "ftp://core.example"}, "lender.url"},
		{map[string]string{"WARMLINE_LENDER_WEBHOOK_SECRETS": "whsec_abc"}, "lender.webhook_secrets"},
		{map[string]string{"WARMLINE_WALLET_NOTIFY_SECRETS": "whsec_abc"}, "wallet.notify_secrets"},
		{map[string]string{"WARMLINE_REDIS_URL": "http://localhost"}, "redis.url"},
		{map[string]string{"WARMLINE_REDIS_CLUSTER": "true"}, "redis.cluster"},
		{map[string]string{"WARMLINE_ADDR": "nonsense"}, "addr"},
		{map[string]string{"WARMLINE_LOG": "loud"}, "log"},
		{map[string]string{"WARMLINE_ORIGINS": "wallet.example"}, "origins"},
		{map[string]string{"WARMLINE_DATA": ""}, "data"},
		{map[string]string{"WARMLINE_DRAIN": "-1s"}, "drain"},
		{map[string]string{"WARMLINE_REDIS_URL": "redis://localhost:6379"}, "secret"},
		{map[string]string{"WARMLINE_SECRET": "short"}, "secret"},
		{map[string]string{"WARMLINE_DESK_HOURS": "21:00-09:00"}, "desk.hours"},
		{map[string]string{"WARMLINE_DESK_ZONE": "Mars/Base"}, "desk.zone"},
		{map[string]string{"WARMLINE_LINGER": "soon"}, "WARMLINE_LINGER"},
	} {
		_, err := loadConfig("", env(c.env))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v does not name %s", c.env, err, c.want)
		}
	}
}

// TestConfigFileErrorsNameTheField: also where a value cannot be read at all.
func TestConfigFileErrorsNameTheField(t *testing.T) {
	for text, want := range map[string]string{
		"linger: soon\n":                        "linger: expected",
		"redis: {cluster: perhaps}\n":           "redis.cluster: expected",
		"telegram:\n  webhook: [1]\n":           "telegram.webhook: expected",
		"model: {budget: {day: a lot}}\n":       "model.budget.day: expected",
		"addr: x:1\nlinger: 1s\ndrain: later\n": "drain: expected",
		"desk: always\n":                        "desk: expected",
	} {
		path := filepath.Join(t.TempDir(), "w.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadConfig(path, noEnv); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, expected %q in it", text, err, want)
		}
	}
}

func TestConfigRefusesUnknownKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(path, []byte("adress: localhost:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(path, noEnv); err == nil || !strings.Contains(err.Error(), "adress") {
		t.Errorf("error %v does not name the unknown key", err)
	}
}

func TestHours(t *testing.T) {
	h, err := parseHours(deskConfig{Zone: "Asia/Shanghai", Hours: "09:00-21:00", Days: "mon-fri"})
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, h.zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for text, want := range map[string]bool{
		"2026-11-20 08:59": false, "2026-11-20 09:00": true, "2026-11-20 20:59": true, "2026-11-20 21:00": false,
		"2026-11-21 12:00": false, // a Saturday
	} {
		if h.open(at(text)) != want {
			t.Errorf("%s: open %v", text, !want)
		}
	}
	if got := h.nextOpen(at("2026-11-20 21:30")); !got.Equal(at("2026-11-23 09:00")) {
		t.Errorf("next open after Friday's close: %s", got)
	}
}
