package telegram

import (
	"testing"
)

func TestParseUpdate(t *testing.T) {
	from := `"from":{"id":7,"is_bot":false,"first_name":"A","language_code":"zh-hans"},"chat":{"id":7,"type":"private"},"date":9,"message_id":1`
	for name, x := range map[string]struct {
		raw  string
		want update
	}{
		"text":        {`{"update_id":5,"message":{` + from + `,"text":"hi\u0000 there"}}`, update{kind: saidText, text: "hi there"}},
		"command":     {`{"update_id":5,"message":{` + from + `,"text":"/Start@some_bot abc"}}`, update{kind: saidCommand, command: "start", text: "abc"}},
		"forged":      {`{"update_id":5,"message":{` + from + `,"text":"/pay","entities":[{"type":"bot_command","offset":0,"length":4000}]}}`, update{kind: saidCommand, command: "pay"}},
		"photo":       {`{"update_id":5,"message":{` + from + `,"caption":"look","photo":[{"file_id":"s"},{"file_id":"b","file_size":12}]}}`, update{kind: saidMedia, media: "image", text: "look", file: "b", size: 12}},
		"own contact": {`{"update_id":5,"message":{` + from + `,"contact":{"phone_number":"1","user_id":7}}}`, update{kind: saidMedia, media: "own_contact"}},
		"contact":     {`{"update_id":5,"message":{` + from + `,"contact":{"phone_number":"1","user_id":8}}}`, update{kind: saidMedia, media: "contact"}},
		"a nobody":    {`{"update_id":5,"message":{` + from + `,"contact":{"phone_number":"1"}}}`, update{kind: saidMedia, media: "contact"}},
		"voice":       {`{"update_id":5,"message":{` + from + `,"voice":{"file_id":"v"}}}`, update{kind: saidMedia, media: "voice"}},
		"news":        {`{"update_id":5,"message":{` + from + `,"pinned_message":{"message_id":1,"chat":{"id":7},"date":0}}}`, update{}},
		"group":       {`{"update_id":5,"message":{"from":{"id":7,"first_name":"A"},"chat":{"id":-9,"type":"group"},"date":9,"message_id":1,"text":"x"}}`, update{kind: saidGroup}},
		"tap":         {`{"update_id":5,"callback_query":{"id":"q","from":{"id":7,"first_name":"A"},"data":"1.0.x","chat_instance":"1","message":{"message_id":3,"date":0,"chat":{"id":7,"type":"private"}}}}`, update{kind: saidTap, tap: "q", data: "1.0.x", message: 3}},
		"blocked":     {`{"update_id":5,"my_chat_member":{"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"date":1,"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"kicked","user":{"id":1}}}}`, update{kind: saidBlock}},
		"unblocked":   {`{"update_id":5,"my_chat_member":{"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"date":1,"old_chat_member":{"status":"kicked","user":{"id":1}},"new_chat_member":{"status":"member","user":{"id":1}}}}`, update{}},
	} {
		got, err := parseUpdate([]byte(x.raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got = update{kind: got.kind, text: got.text, command: got.command, media: got.media, file: got.file, size: got.size, tap: got.tap, data: got.data, message: got.message}
		if got != x.want {
			t.Errorf("%s: got %+v, expected %+v", name, got, x.want)
		}
	}
}

func FuzzParseUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":5,"message":{"from":{"id":7},"chat":{"id":7,"type":"private"},"date":9,"text":"/x"}}`))
	f.Add([]byte(`{"update_id":5,"callback_query":{"id":"q","from":{"id":7},"message":{"date":0}}}`))
	f.Add([]byte(`{"update_id":5,"my_chat_member":{"chat":{"id":7,"type":"private"},"new_chat_member":{"status":"left"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := parseUpdate(raw)
		if err == nil && u.kind != "" && u.address == "" {
			t.Errorf("an update from nowhere: %+v", u)
		}
	})
}
