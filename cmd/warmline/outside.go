package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"

	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/lender/wire"
)

// hookPager calls a person through the operator's alerting. That the call was
// taken does not mean that somebody is coming: only an acknowledgement does.
type hookPager struct {
	url    string
	client *http.Client
}

func newHookPager(url string) hookPager {
	return hookPager{url: url, client: &http.Client{Timeout: 8 * time.Second}}
}

// Do implements manager.CallRunner.
func (p hookPager) Do(ctx context.Context, _ string, call dialog.Call) (dialog.LenderEvent, error) {
	err := postJSON(ctx, p.client, p.url, map[string]string{"ref": call.Ref, "kind": "crisis", "priority": "0"})
	if err != nil {
		return dialog.LenderEvent{}, fmt.Errorf("page: %w", err)
	}
	return dialog.LenderEvent{Kind: string(call.Kind), Ref: call.Ref, Status: "ok"}, nil
}

// walletNotifier tells the wallet's backend that there is a message. The body
// names the person by the wallet's own id and says nothing of what it is about:
// its words are those that a push notification may show on a locked screen. It is
// signed as the lender's webhooks are (Standard Webhooks) where there is a secret.
type walletNotifier struct {
	url     string
	secrets []wire.Secret
	words   func(dialog.Locale) map[string]string // the widget's labels
	client  *http.Client
}

func newWalletNotifier(c walletConfig, words func(dialog.Locale) map[string]string) (walletNotifier, error) {
	secrets, err := wire.ParseSecrets(c.NotifySecrets)
	if err != nil {
		return walletNotifier{}, fmt.Errorf("wallet.notify_secrets: %w", err)
	}
	return walletNotifier{url: c.NotifyURL, secrets: secrets, words: words, client: &http.Client{Timeout: 5 * time.Second}}, nil
}

// Notify implements webchat.Notifier.
func (n walletNotifier) Notify(ctx context.Context, notice webchat.Notice) error {
	body, err := json.Marshal(map[string]any{
		"type": "message.waiting", "borrower": notice.Borrower, "locale": notice.Locale, "seq": notice.Seq,
		"text": n.words(notice.Locale)["unread_one"],
	})
	if err != nil {
		return fmt.Errorf("notify the wallet: %w", err)
	}
	var signed http.Header
	if len(n.secrets) > 0 {
		signed = wire.Sign(n.secrets, fmt.Sprint(notice.Conversation, ":", notice.Seq), time.Now(), body)
	}
	if err := post(ctx, n.client, n.url, body, signed); err != nil {
		return fmt.Errorf("notify the wallet: %w", err)
	}
	return nil
}

func postJSON(ctx context.Context, client *http.Client, url string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return post(ctx, client, url, raw, nil)
}

// post sends JSON, with the headers of its signature where it has one.
func post(ctx context.Context, client *http.Client, url string, body []byte, signed http.Header) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	maps.Copy(req.Header, signed)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
