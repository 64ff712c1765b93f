package webchat

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"

	"warmline/dialog"
)

// TestFramesAreRead holds frames to what encoding/json would have written, and to
// what a browser takes: text that is UTF-8.
func TestFramesAreRead(t *testing.T) {
	m := messageView{Seq: 7, ID: "c-1-2", Speaker: dialog.SpeakerBot, At: time.Date(2026, 11, 22, 10, 3, 0, 5e6, time.UTC),
		Day: "11月22日", Time: "10:03", Text: "现在是828.12元 <b>&\u2028", Options: []dialog.RenderedOption{{ID: "pay_now", Label: "现在还款"}},
		Card: &dialog.RenderedCard{Kind: "balance", Title: "账单", Rows: []dialog.RenderedRow{{Label: "本金", Cells: []string{"¥800.00"}, Strong: true}}}}
	broken := m
	broken.Text = "bad\xff\xfeend"
	h := &Hub{}
	for _, frame := range []any{&messageFrame{T: "msg", M: m}, &messageFrame{T: "msg", M: broken},
		answerFrame{T: "ack", N: 3, ID: "m3", Seq: 9}, readyFrame{T: "ready", Now: m.At}, bareFrame{T: "pong"}} {
		var want, got any
		ours := h.encode([]byte("before "), frame)[len("before "):]
		theirs, err := json.Marshal(frame)
		if err != nil || json.Unmarshal(theirs, &want) != nil {
			t.Fatalf("%+v: encoding/json: %v", frame, err)
		}
		if err := json.Unmarshal(ours, &got); err != nil || !reflect.DeepEqual(got, want) || !utf8.Valid(ours) {
			t.Errorf("%s (%v), expected %s", ours, err, theirs)
		}
	}
}
