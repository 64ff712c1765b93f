package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"warmline/channels/webchat"
	"warmline/dialog"
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
// names the person by the wallet's own id and says nothing of what it is about.
type walletNotifier struct {
	url    string
	client *http.Client
}

func newWalletNotifier(url string) walletNotifier {
	return walletNotifier{url: url, client: &http.Client{Timeout: 5 * time.Second}}
}

// Notify implements webchat.Notifier.
func (n walletNotifier) Notify(ctx context.Context, notice webchat.Notice) error {
	err := postJSON(ctx, n.client, n.url, map[string]any{
		"type": "message.waiting", "borrower": notice.Borrower, "locale": notice.Locale, "seq": notice.Seq,
	})
	if err != nil {
		return fmt.Errorf("notify the wallet: %w", err)
	}
	return nil
}

func postJSON(ctx context.Context, client *http.Client, url string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
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
