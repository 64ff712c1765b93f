package telegram

import (
	"strings"
	"testing"

	"warmline/dialog"
)

func TestKeyboard(t *testing.T) {
	m := dialog.Message{ID: "caabb-3-2", Seq: 41, Body: dialog.Rendered{Options: []dialog.RenderedOption{
		{ID: "pay_now", Label: "Pay", URL: "https://pay.example/x"}, {ID: "human", Label: "A person"},
		{ID: "plan:4", Label: "4 instalments of £206.93 each"}, {ID: "approve_telegram", Label: "Show in Telegram"},
		{ID: "step_up", Label: "Confirm"}, {ID: "open_wallet", Label: "Wallet"}, {ID: "later", Label: "Later", URL: "javascript:alert(1)"},
	}}}
	rows := keyboard(m, "https://wallet.example")
	var lines []string
	for _, row := range rows {
		var cells []string
		for _, b := range row {
			cells = append(cells, b.label+"="+b.url)
			if (b.url == "") == (b.data == "") || len(b.data) > 64 {
				t.Errorf("key %+v", b)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	want := "Pay=https://pay.example/x A person=|4 instalments of £206.93 each=|Wallet=https://wallet.example Later="
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("keyboard: got %q, expected %q", got, want)
	}
	if markup(nil) != nil {
		t.Error("an empty keyboard is one")
	}
}

func TestAKeyFitsItsMessageOnly(t *testing.T) {
	m := dialog.Message{ID: "caabb-3-2", Seq: 41, Body: dialog.Rendered{Options: []dialog.RenderedOption{{ID: "human"}}}}
	seq, n, mark, ok := parseTap(TapData(m, 0))
	if !ok || seq != 41 || n != 0 {
		t.Fatalf("parsed %d %d %v", seq, n, ok)
	}
	if o, ok := optionOf(m, n, mark); !ok || o.ID != "human" {
		t.Errorf("option: %v %v", o, ok)
	}
	other := m
	other.ID = "cother-3-2"
	if _, ok := optionOf(other, n, mark); ok {
		t.Error("it fits another conversation's message")
	}
	if _, ok := optionOf(m, 1, mark); ok {
		t.Error("it fits an option that is not there")
	}
	for _, data := range []string{"", ".", "a.b", "!.0.x", "1.-1.x", "0.0.x", "1.0.x.y", strings.Repeat("9", 64)} {
		if _, _, _, ok := parseTap(data); ok {
			t.Errorf("%q was taken", data)
		}
	}
}
