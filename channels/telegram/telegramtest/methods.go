package telegramtest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
	"unicode/utf16"
)

// do performs a call.
func (s *Server) do(ctx context.Context, method string, p map[string]any) (any, error) {
	switch method {
	case "getUpdates":
		return s.getUpdates(ctx, p)
	case "getMe":
		return map[string]any{"id": 4242, "is_bot": true, "first_name": "Warmline", "username": s.opts.Username}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.happened()
	switch method {
	case "sendMessage":
		return s.sendMessage(p)
	case "editMessageText", "editMessageReplyMarkup":
		return s.edit(method, p)
	case "deleteMessages":
		return s.deleteMessages(p)
	case "answerCallbackQuery":
		return s.answerTap(p)
	case "sendChatAction":
		_, err := s.reachable(p)
		return err == nil, err
	case "leaveChat":
		s.left = append(s.left, number(p["chat_id"]))
		return true, nil
	case "getFile":
		id, _ := p["file_id"].(string)
		if _, ok := s.files[id]; !ok {
			return nil, errors.New("invalid file_id")
		}
		return map[string]any{"file_id": id, "file_unique_id": "u" + id, "file_path": id}, nil
	}
	return s.settings(method, p)
}

func (s *Server) settings(method string, p map[string]any) (any, error) {
	switch method {
	case "setMyCommands", "setMyDescription", "setMyShortDescription":
		return true, nil
	case "setWebhook":
		s.webhook.url, _ = p["url"].(string)
		s.webhook.secret, _ = p["secret_token"].(string)
		if s.webhook.url != "" {
			s.pumps.Add(1)
			go s.pump(s.webhook)
		}
		return true, nil
	case "deleteWebhook":
		s.webhook = webhook{}
		return true, nil
	case "getWebhookInfo":
		return map[string]any{"url": s.webhook.url, "has_custom_certificate": false, "pending_update_count": len(s.updates)}, nil
	}
	return nil, failure{code: 404, text: "Not Found: method not found"}
}

// getUpdates hands updates out, waiting for the first one as long as is asked.
func (s *Server) getUpdates(ctx context.Context, p map[string]any) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	if s.polling != nil {
		s.polling()
	}
	s.polling = cancel
	s.mu.Unlock()
	end := time.Now().Add(time.Duration(min(number(p["timeout"]), 50)) * time.Second)
	for {
		s.mu.Lock()
		if s.webhook.url != "" {
			s.mu.Unlock()
			return nil, failure{code: 409, text: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
		}
		list, changed := s.pending(number(p["offset"]), int(number(p["limit"]))), s.changed
		s.mu.Unlock()
		if len(list) > 0 || !time.Now().Before(end) {
			return list, nil
		}
		select {
		case <-changed:
		case <-time.After(time.Until(end)):
		case <-ctx.Done():
			return nil, failure{code: 409, text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		case <-s.ctx.Done():
			return nil, failure{code: 500, text: "Internal Server Error"}
		}
	}
}

// pending drops what an offset confirms and returns what is left. The caller
// holds the lock.
func (s *Server) pending(offset int64, limit int) []any {
	if limit == 0 {
		limit = 100
	}
	list := []any{}
	var kept []waitingUpdate
	for _, u := range s.updates {
		if u.id < offset && !s.ignore {
			s.old = append(s.old, u)
			continue
		}
		kept = append(kept, u)
		if len(list) < limit {
			list = append(list, u.raw)
		}
	}
	if s.ignore = false; len(kept) != len(s.updates) {
		s.updates = kept
		s.happened()
	}
	if s.reversed {
		slices.Reverse(list)
	}
	return list
}

// Waiting is how many updates the bot has not confirmed.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

// pump posts updates to a webhook, each until it is taken.
func (s *Server) pump(hook webhook) {
	defer s.pumps.Done()
	client := &http.Client{Timeout: 60 * time.Second}
	for s.ctx.Err() == nil {
		s.mu.Lock()
		same, changed := s.webhook == hook, s.changed
		var first *waitingUpdate
		if len(s.updates) > 0 {
			first = &s.updates[0]
		}
		s.mu.Unlock()
		switch {
		case !same:
			return
		case first == nil:
			select {
			case <-changed:
			case <-s.ctx.Done():
			}
		case s.posted(client, hook, first.raw):
			s.mu.Lock()
			s.old = append(s.old, s.updates[0])
			s.updates = s.updates[1:]
			s.happened()
			s.mu.Unlock()
		default:
			pause(s.ctx, 50*time.Millisecond)
		}
	}
}

func (s *Server) posted(client *http.Client, hook webhook, raw []byte) bool {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, hook.url, bytes.NewReader(raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode < 300
}

func number(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }
