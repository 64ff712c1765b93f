package telegramtest

import (
	"encoding/json"
	"strconv"
)

// Person is somebody with a Telegram account.
type Person struct {
	ID       int64
	Name     string
	Language string // of their client: "zh-hans"

	server *Server
}

// Person makes an account, or returns the one that has the id.
func (s *Server) Person(id int64, language string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[id]
	if c == nil {
		c = &chat{person: Person{ID: id, Name: "Ann", Language: language, server: s}}
		s.chats[id] = c
	}
	return &c.person
}

func (p *Person) user() map[string]any {
	return map[string]any{"id": p.ID, "is_bot": false, "first_name": p.Name, "language_code": p.Language}
}

func (p *Person) room() map[string]any {
	return map[string]any{"id": p.ID, "type": "private", "first_name": p.Name}
}

// send queues an update and returns its id.
func (s *Server) send(kind string, content map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID++
	if kind == "callback_query" {
		id := strconv.FormatInt(s.nextID, 10)
		content["id"] = id
		s.taps[id] = "open"
	}
	raw, err := json.Marshal(map[string]any{"update_id": s.nextID, kind: content})
	if err != nil {
		s.problems = append(s.problems, "an update cannot be written: "+err.Error())
	}
	s.updates = append(s.updates, waitingUpdate{s.nextID, raw})
	s.happened()
	return s.nextID
}

// Send sends a message with the given parts beside the usual ones: "text",
// "photo", "contact" … and returns the update's id.
func (p *Person) Send(parts map[string]any) int64 {
	p.server.mu.Lock()
	p.server.message++
	m := map[string]any{"message_id": p.server.message, "date": p.server.opts.Now().Unix(), "chat": p.room(), "from": p.user()}
	p.server.mu.Unlock()
	for name, part := range parts {
		m[name] = part
	}
	return p.server.send("message", m)
}

// Say sends a text.
func (p *Person) Say(text string) int64 { return p.Send(map[string]any{"text": text}) }

// Attach sends a file as a photo or a document.
func (p *Person) Attach(kind string, content []byte) int64 {
	p.server.mu.Lock()
	id := "file" + strconv.Itoa(len(p.server.files))
	p.server.files[id] = content
	p.server.mu.Unlock()
	file := map[string]any{"file_id": id, "file_unique_id": "u" + id, "file_size": len(content), "width": 1, "height": 1}
	if kind == "photo" {
		return p.Send(map[string]any{"photo": []any{file}})
	}
	return p.Send(map[string]any{kind: file})
}

// Tap taps the key with some data below a message, as an old client may do long
// after the key is gone.
func (p *Person) Tap(message int, data string) int64 {
	return p.server.send("callback_query", map[string]any{
		"from": p.user(), "chat_instance": "1", "data": data,
		"message": map[string]any{"message_id": message, "date": p.server.opts.Now().Unix(), "chat": p.room()},
	})
}

// Block stops the bot; Unblock lets it write again.
func (p *Person) Block() int64 { return p.standing("kicked", true) }

// Unblock lets the bot write again.
func (p *Person) Unblock() int64 { return p.standing("member", false) }

func (p *Person) standing(status string, blocked bool) int64 {
	p.server.mu.Lock()
	p.server.chats[p.ID].blocked = blocked
	p.server.mu.Unlock()
	return p.server.membership(p.room(), p.user(), status)
}

func (s *Server) membership(room, by map[string]any, status string) int64 {
	bot := map[string]any{"id": 4242, "is_bot": true, "first_name": "Warmline"}
	return s.send("my_chat_member", map[string]any{
		"chat": room, "from": by, "date": s.opts.Now().Unix(),
		"old_chat_member": map[string]any{"status": "member", "user": bot},
		"new_chat_member": map[string]any{"status": status, "user": bot, "until_date": 0},
	})
}

// BlockQuietly stops the bot without an update, as when one gets lost.
func (p *Person) BlockQuietly() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.server.chats[p.ID].blocked = true
}

// Vanish deletes the account.
func (p *Person) Vanish() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.server.chats[p.ID].gone = true
}

// Group adds the bot to a group and writes there.
func (p *Person) Group(id int64, text string) {
	room := map[string]any{"id": id, "type": "supergroup", "title": "Friends"}
	p.server.membership(room, p.user(), "member")
	p.server.send("message", map[string]any{
		"message_id": 1, "date": p.server.opts.Now().Unix(), "chat": room, "from": p.user(), "text": text,
	})
}

// Screen returns the bot's messages that are in the chat now.
func (p *Person) Screen() []Message {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	var list []Message
	for _, m := range p.server.chats[p.ID].list {
		if !m.Deleted {
			list = append(list, *m)
		}
	}
	return list
}

// Key finds the newest key with a label, and the message that it stands below.
func (p *Person) Key(label string) (message int, data string, ok bool) {
	screen := p.Screen()
	for i := len(screen) - 1; i >= 0; i-- {
		for _, row := range screen[i].Keys {
			for _, k := range row {
				if k.Text == label && k.Data != "" {
					return screen[i].ID, k.Data, true
				}
			}
		}
	}
	return 0, "", false
}
