package telegramtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

func TestTheDoubleIsStrict(t *testing.T) {
	s, err := loadSpec()
	if err != nil {
		t.Fatal(err)
	}
	key := func(data string) map[string]any {
		return map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "a", "callback_data": data}}}}
	}
	for _, x := range []struct {
		name, method string
		params       map[string]any
		wrong        string
	}{
		{"fine", "sendMessage", map[string]any{"chat_id": 1.0, "text": "hi", "reply_markup": key("x")}, ""},
		{"no text", "sendMessage", map[string]any{"chat_id": 1.0}, "text: required"},
		{"unknown parameter", "sendMessage", map[string]any{"chat_id": 1.0, "text": "hi", "shout": true}, "shout: unknown"},
		{"unknown method", "sendMoney", nil, "unknown method"},
		{"a wrong type", "sendMessage", map[string]any{"chat_id": 1.0, "text": "hi", "protect_content": "yes"}, "protect_content: expected Boolean"},
		{"long data", "sendMessage", map[string]any{"chat_id": 1.0, "text": "hi", "reply_markup": key(strings.Repeat("x", 65))}, "callback_data: 65 bytes"},
		{"ids", "deleteMessages", map[string]any{"chat_id": 1.0, "message_ids": []any{1.0, "2"}}, "message_ids[1]: expected Integer"},
	} {
		got := strings.Join(s.check(x.method, x.params), "; ")
		if (got == "") != (x.wrong == "") || !strings.Contains(got, x.wrong) {
			t.Errorf("%s: got %q, expected %q", x.name, got, x.wrong)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, x := range []struct{ text, seen, covered string }{
		{"a &lt; b <b>c</b>", "a < b c", ""},
		{"first\n\n<tg-spoiler>one <b>two</b></tg-spoiler>", "first\n\none two", "one two"},
	} {
		seen, covered, err := plain(x.text)
		if err != nil || seen != x.seen || covered != x.covered {
			t.Errorf("%q: got %q %q %v", x.text, seen, covered, err)
		}
	}
	for _, bad := range []string{"<b>open", "</b>", "<b><i></b></i>", "<script>x</script>", "a < b"} {
		if _, _, err := plain(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// TestARequestBrokenOffIsNone: what a client leaves in the middle is neither a
// call nor a mistake of the bot.
func TestARequestBrokenOffIsNone(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	socket, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(socket, "POST /bot%s/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n", s.Token()); err != nil {
		t.Fatal(err)
	}
	if err := socket.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(socket); err != nil || len(answer) > 0 {
		t.Errorf("answered %q, %v", answer, err)
	}
	if err := errors.Join(socket.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	if n, wrong := len(s.Calls("")), s.Problems(); n > 0 || len(wrong) > 0 {
		t.Errorf("%d calls were noted, problems %q", n, wrong)
	}
}
