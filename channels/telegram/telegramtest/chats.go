package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// chat is a private chat as its person sees it.
type chat struct {
	person  Person
	blocked bool
	gone    bool
	list    []*Message
}

// Key is a button below a message.
type Key struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
	URL  string `json:"url"`
}

// Message is a message of the bot's in a chat.
type Message struct {
	ID        int
	Text      string // as a person reads it
	Covered   string // the part of it that shows only when tapped
	Keys      [][]Key
	Protected bool // cannot be forwarded or copied
	Preview   bool // links are shown as pictures
	Edited    bool
	Deleted   bool
}

// reachable returns the chat of a call. The caller holds the lock.
func (s *Server) reachable(p map[string]any) (*chat, error) {
	c := s.chats[number(p["chat_id"])]
	switch {
	case c == nil:
		return nil, errors.New("chat not found")
	case c.gone:
		return nil, failure{code: 403, text: "Forbidden: user is deactivated"}
	case c.blocked:
		return nil, failure{code: 403, text: "Forbidden: bot was blocked by the user"}
	}
	return c, nil
}

// words reads the text of a call.
func words(p map[string]any) (seen, covered string, err error) {
	text, _ := p["text"].(string)
	seen = text
	if p["parse_mode"] == "HTML" {
		if seen, covered, err = plain(text); err != nil {
			return "", "", err
		}
	}
	switch n := units(seen); {
	case n == 0:
		return "", "", errors.New("message text is empty")
	case n > 4096:
		return "", "", errors.New("message is too long")
	}
	return seen, covered, nil
}

func keysOf(p map[string]any) ([][]Key, error) {
	raw, err := json.Marshal(p["reply_markup"])
	if err != nil {
		return nil, err
	}
	var k struct {
		Rows [][]Key `json:"inline_keyboard"`
	}
	if err := json.Unmarshal(raw, &k); err != nil {
		return nil, errors.New("can't parse inline keyboard")
	}
	for _, row := range k.Rows {
		for _, key := range row {
			if key.Text == "" || (key.Data == "") == (key.URL == "") || len(key.Data) > 64 {
				return nil, errors.New("BUTTON_DATA_INVALID")
			}
		}
	}
	return k.Rows, nil
}

func (s *Server) sendMessage(p map[string]any) (any, error) {
	c, err := s.reachable(p)
	if err != nil {
		return nil, err
	}
	m := &Message{Protected: p["protect_content"] == true, Preview: true}
	if m.Text, m.Covered, err = words(p); err != nil {
		return nil, err
	}
	if m.Keys, err = keysOf(p); err != nil {
		return nil, err
	}
	if o, ok := p["link_preview_options"].(map[string]any); ok {
		m.Preview = o["is_disabled"] != true
	}
	s.message++
	m.ID = s.message
	c.list = append(c.list, m)
	return s.view(c, m), nil
}

// view is a message as the API returns it.
func (s *Server) view(c *chat, m *Message) map[string]any {
	return map[string]any{
		"message_id": m.ID, "date": s.opts.Now().Unix(), "text": m.Text,
		"chat": map[string]any{"id": c.person.ID, "type": "private", "first_name": c.person.Name},
	}
}

func (c *chat) find(id int) *Message {
	i := slices.IndexFunc(c.list, func(m *Message) bool { return m.ID == id && !m.Deleted })
	if i < 0 {
		return nil
	}
	return c.list[i]
}

func (s *Server) edit(method string, p map[string]any) (any, error) {
	c, err := s.reachable(p)
	if err != nil {
		return nil, err
	}
	m := c.find(int(number(p["message_id"])))
	if m == nil {
		return nil, errors.New("message to edit not found")
	}
	keys, err := keysOf(p)
	if err != nil {
		return nil, err
	}
	same := fmt.Sprint(keys) == fmt.Sprint(m.Keys)
	if method == "editMessageText" {
		text, covered, err := words(p)
		if err != nil {
			return nil, err
		}
		same = same && text == m.Text
		m.Text, m.Covered = text, covered
	}
	if same {
		return nil, errors.New("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	m.Keys, m.Edited = keys, true
	return s.view(c, m), nil
}

func (s *Server) deleteMessages(p map[string]any) (any, error) {
	c, err := s.reachable(p)
	if err != nil {
		return nil, err
	}
	ids, _ := p["message_ids"].([]any)
	if len(ids) == 0 || len(ids) > 100 {
		return nil, errors.New("message_ids must contain 1-100 identifiers")
	}
	for _, id := range ids {
		if m := c.find(int(number(id))); m != nil {
			m.Deleted = true
		}
	}
	return true, nil
}

func (s *Server) answerTap(p map[string]any) (any, error) {
	id, _ := p["callback_query_id"].(string)
	if _, open := s.taps[id]; !open {
		return nil, errors.New("query is too old and response timeout expired or query ID is invalid")
	}
	text, _ := p["text"].(string)
	s.taps[id] = "answered: " + text
	return true, nil
}

// Answer returns what a tap was answered with, and whether it was.
func (s *Server) Answer(tap int64) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.taps[strconv.FormatInt(tap, 10)]
	if len(text) < len("answered: ") {
		return "", false
	}
	return text[len("answered: "):], true
}
