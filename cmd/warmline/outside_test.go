package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"warmline/channels/webchat"
	"warmline/dialog"
	"warmline/dialog/lender/wire"
	"warmline/prompts"
)

// A notice may be shown on a locked screen: it holds no figure and nothing of
// money or of what was said, in any language, and the wallet can tell whose it is.
func TestANoticeToTheWalletIsNeutralAndSigned(t *testing.T) {
	words, err := prompts.Load(prompts.Files)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := wire.ParseSecret(killWebhook)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Type, Borrower, Locale, Text string }
	wallet := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if id, err := wire.Verify([]wire.Secret{secret}, r.Header, body, time.Now()); err != nil || id != "c1:7" {
			t.Errorf("signed as %q: %v", id, err)
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
	}))
	defer wallet.Close()
	n, err := newWalletNotifier(walletConfig{NotifyURL: wallet.URL, NotifySecrets: []string{killWebhook}}, newWidgetWords(words).Labels)
	if err != nil {
		t.Fatal(err)
	}
	telling := regexp.MustCompile(`(?i)[0-9]|debt|owe|pay|due|loan|bill|lender|collect|plan|欠|還|还|款|賬|账|帳|期|貸|贷`)
	for _, locale := range dialog.Locales() {
		got.Text = ""
		if err := n.Notify(t.Context(), webchat.Notice{Conversation: "c1", Borrower: "b1", Locale: locale, Seq: 7}); err != nil {
			t.Fatal(err)
		}
		if got.Type != "message.waiting" || got.Borrower != "b1" || got.Locale != string(locale) || got.Text == "" || telling.MatchString(got.Text) {
			t.Errorf("%s: %+v", locale, got)
		}
	}
	if _, err := newWalletNotifier(walletConfig{NotifySecrets: []string{"secret"}}, nil); err == nil {
		t.Error("a secret that is none is taken")
	}
}
