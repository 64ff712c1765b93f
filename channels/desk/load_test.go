package desk_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"warmline/dialog"
)

// A full queue and a long chat stay usable: the bounds are far above what is
// measured, so that they only catch work that grows where it should not.
func TestFiveHundredWaitAndAChatIsTwoThousandLinesLong(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	for n := range 500 {
		b := fmt.Sprintf("b%d", n)
		r.deliver(r.nodes[0], b, dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "human"}})
	}
	r.until("all are in the queue", func() bool { return zhou.view("waiting") == 500 })
	quick := func(what string, most time.Duration, do func()) {
		t.Helper()
		took := time.Hour
		for range 4 { // the first fills caches; a busy machine may hold up one or the other
			begun := time.Now()
			do()
			took = min(took, time.Since(begun))
		}
		t.Logf("%s: %s", what, took)
		if took > most {
			t.Errorf("%s took %s", what, took)
		}
	}
	quick("the list", 5*time.Second, func() { zhou.view("waiting") })
	id := dialog.ConversationID("b7")
	zhou.does(id, "claim", nil)
	for n := range 1000 {
		r.deliver(r.nodes[0], "b7", dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{
			{ID: fmt.Sprintf("x%d", n), Text: "还在吗"}, {ID: fmt.Sprintf("y%d", n), Text: "我想问一下"}}}})
	}
	quick("a chat", 5*time.Second, func() { zhou.chat(id) })
	quick("its last lines", 5*time.Second, func() { zhou.must(http.MethodGet, "/chats/"+id+"/messages?before=2000&limit=200", nil, nil) })
	quick("its context", 5*time.Second, func() { zhou.must(http.MethodGet, "/chats/"+id+"/context", nil, nil) })
	begun := time.Now()
	w := zhou.connect()
	w.send(fields{"t": "watch", "chat": id, "after": 0})
	w.await("chat", nil)
	if took := time.Since(begun); took > 40*time.Second {
		t.Errorf("2,000 lines over the socket took %s", took)
	} else {
		t.Logf("2,000 lines over the socket: %s", took)
	}
}
