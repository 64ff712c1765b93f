package main

import (
	"errors"
	"net/url"
	"strings"
)

// telegramConfig switches the Telegram channel on.
type telegramConfig struct {
	Token   string `yaml:"token"`      // WARMLINE_TELEGRAM_TOKEN; from BotFather; empty: no Telegram
	API     string `yaml:"api"`        // WARMLINE_TELEGRAM_API; another address of the Bot API
	Webhook bool   `yaml:"webhook"`    // WARMLINE_TELEGRAM_WEBHOOK; have updates posted to base_url; else they are fetched
	Wallet  string `yaml:"wallet_url"` // WARMLINE_TELEGRAM_WALLET_URL; what "open in the wallet" opens
}

// webhookPath is where the platform posts updates.
const webhookPath = "/v1/telegram/webhook"

// check returns what is wrong, each with its field.
func (t telegramConfig) check(base string) []error {
	var wrong []error
	if t.Token == "" {
		if t.Webhook {
			wrong = append(wrong, errors.New("telegram.token: expected with telegram.webhook"))
		}
		return wrong
	}
	if id, key, ok := strings.Cut(t.Token, ":"); !ok || id == "" || key == "" {
		wrong = append(wrong, errors.New("telegram.token: expected the form 123456:letters, as BotFather gives it"))
	}
	if t.Webhook && !strings.HasPrefix(base, "https://") && t.API == "" {
		wrong = append(wrong, errors.New("telegram.webhook: expected base_url to begin with https://"))
	}
	for field, text := range map[string]string{"telegram.api": t.API, "telegram.wallet_url": t.Wallet} {
		if u, err := url.Parse(text); text != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
			wrong = append(wrong, errors.New(field+": expected a URL such as https://host"))
		}
	}
	return wrong
}
